"""What every database must do for cases and failed proofs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.case_store import CaseRows
from bot.cases import CaseChange, CaseFile
from bot.errors import Conflict
from bot.store import Store
from bot.turn_writing import VersionChanged
from handlers.rules.case import BUYER, By, act
from tests.contracts.talks import NOW, TALK, log, now_in, start, turn
from tests.unit.rules.cases import NOW as CASE_NOW
from tests.unit.rules.cases import opened

CLERK = By("operator", "operator:clerk@tea")


@pytest.fixture
def rows(store: Store) -> CaseRows:
    return CaseRows(store)


def another(number: str, **other: object) -> CaseFile:
    return replace(opened(), id=number, **other)  # type: ignore[arg-type]


def test_a_case_comes_back_as_it_was(rows: CaseRows) -> None:
    case = replace(opened(), evidence=("d1", "d2"), platform_id="2000")
    rows.change(CaseChange(0, case))
    assert rows.get(case.id) == case
    assert rows.get("other") is None


@pytest.mark.parametrize(
    "acts",
    [
        ["approve"],
        ["approve", "send_back"],
        ["approve", "send_back", "confirm_receipt"],
        ["approve", "send_back", "confirm_receipt", "refund"],
        ["reject"],
        ["request_evidence", "add_evidence"],
        ["withdraw"],
    ],
    ids="-".join,
)
def test_a_case_survives_at_every_status(store: Store, acts: list[str]) -> None:
    rows, case = CaseRows(store), opened()
    rows.change(CaseChange(0, case))
    for name in acts:
        by = BUYER if name in ("send_back", "add_evidence", "withdraw") else CLERK
        moved = act(case, name, by, CASE_NOW, "好")
        rows.change(CaseChange(case.version, moved))
        case = moved
    assert CaseRows(store).get(case.id) == case


def test_who_read_an_older_version_changes_nothing(rows: CaseRows) -> None:
    case = opened()
    rows.change(CaseChange(0, case))
    approved = act(case, "approve", CLERK, CASE_NOW)
    rows.change(CaseChange(1, approved))
    with pytest.raises(Conflict):
        rows.change(CaseChange(1, act(case, "reject", CLERK, CASE_NOW, "洗过")))
    assert rows.get(case.id) == approved


def test_two_open_cases_of_one_item_cannot_be_written(rows: CaseRows) -> None:
    first = opened()
    rows.change(CaseChange(0, first))
    with pytest.raises(Conflict):
        rows.change(CaseChange(0, another("c2")))
    assert rows.get("c2") is None
    rows.change(CaseChange(1, act(first, "withdraw", BUYER, CASE_NOW)))
    rows.change(CaseChange(0, another("c2")))
    assert rows.get("c2")


def test_a_turn_and_its_case_are_written_together_or_not_at_all(store: Store) -> None:
    start(store)
    rows = CaseRows(store)
    store.complete_turn(turn(TALK, "m1", case=CaseChange(0, opened())))
    assert rows.get("c1")
    late = turn(now_in(store), "m2", case=CaseChange(0, another("c2")), tried=("k",))
    with pytest.raises(VersionChanged):
        store.complete_turn(late)
    assert len(log(store)) == 2
    assert now_in(store).version == 1
    assert asyncio.run(rows.failed(["k"], NOW - timedelta(days=1))) == {"k": 0}


def test_cases_are_listed_by_shop_status_and_order_newest_first(rows: CaseRows) -> None:
    for number, shop in enumerate(["tea", "flowers", "tea", "tea"]):
        case = another(f"c{number}", shop=shop, order_no=f"K{number}")
        rows.change(CaseChange(0, case))
    ids = [case.id for _, case in rows.listed("tea")]
    assert ids == ["c3", "c2", "c0"]
    place = rows.listed("tea", limit=1)[0][0]
    assert [case.id for _, case in rows.listed("tea", after=place)] == ["c2", "c0"]
    assert [case.id for _, case in rows.listed("", order_no="K1")] == ["c1"]
    assert rows.listed("tea", status="TICKET_OPEN") == []
    assert [case.id for case in asyncio.run(rows.of_order("tea", "K2"))] == ["c2"]


def test_a_picture_of_another_order_is_known_again(rows: CaseRows) -> None:
    rows.change(CaseChange(0, replace(opened(), evidence=("d1",))))

    def reused(order: str, *digests: str, shop: str = "tea") -> bool:
        return asyncio.run(rows.reused(shop, order, digests))

    assert reused("K2", "d0", "d1")
    assert not reused("K1", "d1")
    assert not reused("K2", "d2")
    assert not reused("K2")
    assert not reused("K2", "d1", shop="flowers")


def test_failed_proofs_are_counted_since_a_moment(store: Store) -> None:
    start(store)
    for number in range(3):
        store.complete_turn(turn(now_in(store), f"m{number}", tried=("visitor:v", "order:o")))
    rows = CaseRows(store)
    asked = ["visitor:v", "order:x"]
    since = NOW - timedelta(hours=1)
    assert asyncio.run(rows.failed(asked, since)) == {"visitor:v": 3, "order:x": 0}
    later = NOW + timedelta(seconds=1)
    assert asyncio.run(rows.failed(asked, later)) == {"visitor:v": 0, "order:x": 0}
