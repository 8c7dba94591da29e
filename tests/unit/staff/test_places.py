"""Where staff hear alerts: what a card says, who is told, and what one deaf place changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.channels.twin import Twin
from bot.channels.wecom import Alert
from bot.database import open_engine
from bot.delivery.staff_cases import CaseCounter
from bot.delivery.staff_places import Cards, Everywhere, Holder, on_phone, phone_of
from bot.delivery.staff_said import Speech
from bot.mail import Receipt, Trouble
from bot.staff_store import Matters
from bot.store import Store
from tests.contracts.office import MEMBERS, Office
from tests.mail import WORDING


@dataclass
class Ear:
    trouble: Trouble | None = None
    heard: list[str] = field(default_factory=list)

    async def tell(self, text: str, facts: Mapping[str, str]) -> Receipt:
        if not self.trouble:
            self.heard.append(text)
        return Receipt(self.trouble)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = Store(open_engine(f"sqlite:///{tmp_path / 'kaidian.db'}"))
    store.create()
    yield Office(store)
    store.close()


def newest(office: Office) -> dict[str, str]:
    """The newest to-do as an alert's facts."""
    todo = office.todos()[-1]
    told = {name: str(todo[name]) for name in ("kind", "shop", "conversation_id", "ref")}
    return {**told, "id": str(todo["seq"]), "text": todo["text"], "tries": "0"}


def card(office: Office) -> Alert:
    speech, matters = Speech(WORDING), Matters(office.store)
    counter = CaseCounter(office.store, office.counter.deciding, matters, speech)
    facts = newest(office)
    return Cards(office.store, speech, counter).card(facts["text"], facts)


def test_a_card_names_shop_reason_and_limit(office: Office) -> None:
    office.customer("转人工")
    shown = card(office)
    assert shown.title == "等人工 · tea"
    for part in ("号 【等人工】", "客户要人工", "8月7日10:05前"):
        assert part in shown.text
    assert [each.label for each in shown.buttons] == ["接手", "看详情"]


def test_a_case_offers_what_may_be_done_with_it_now(office: Office) -> None:
    office.applies()
    shown = card(office)
    assert shown.title == "待审核 · tea"
    assert "最晚8月9日10:00前" in shown.text
    labels = [each.label for each in shown.buttons]
    assert labels == ["同意", "不同意", "要凭证", "看详情"]


def test_told_in_one_place_is_told(office: Office) -> None:
    facts = {"kind": "handoff", "id": "1"}
    once, deaf = (None, "retry"), ("retry", "refused")
    for troubles, outcome in ((once, None), (once[::-1], None), (deaf, "retry"), ((), None)):
        places = Everywhere(tuple(Ear(each) for each in troubles), Ear())  # type: ignore[arg-type]
        assert asyncio.run(places.tell("x", facts)).trouble == outcome


def test_what_a_person_says_reaches_whoever_has_the_chat_alone(office: Office) -> None:
    office.customer("转人工")
    twin, other = Twin("staff"), Ear()
    twin.kind = "wecom"
    holder = Holder(office.store, {("wecom", "staff"): twin}, Speech(WORDING), MEMBERS)
    places = Everywhere((other,), holder)
    office.staff(f"接手 {office.number('handoff')}")
    office.customer("我的地址是杭州")
    facts = newest(office)
    asyncio.run(places.tell(facts["text"], facts))
    (line,) = twin.shelf.all()
    assert (line.to, line.text) == ("zhang", "客户说：我的地址是杭州")
    assert other.heard == []
    office.staff("交还")
    asyncio.run(places.tell(facts["text"], facts))
    asyncio.run(places.tell(facts["text"], {**facts, "shop": "flowers"}))
    assert len(twin.shelf.all()) == 1, "given back: nobody is told"


@pytest.mark.parametrize(
    ("who", "there"),
    [
        ("operator:zhang@wecom/staff", True),
        ("operator:zhang@aibot/robot", True),
        ("operator:wang@wecom/staff", False),
        ("operator:zhang@wecom/florist", False),
        ("operator:clerk@tea", False),
        ("operator:owner@*", False),
        ("buyer", False),
        ("", False),
    ],
)
def test_who_is_on_the_phone(who: str, there: bool) -> None:
    assert on_phone(who, MEMBERS) == there


def test_a_member_may_have_an_at_sign() -> None:
    assert phone_of("operator:li@tea.cn@wecom/staff") == ("wecom", "staff", "li@tea.cn")
