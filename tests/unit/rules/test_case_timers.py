"""Every open case has a timer before and at its deadline, whatever its status."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases import CaseFile
from handlers.rules.case import BUYER, By, CaseRefused, act, is_open, open_case
from handlers.rules.case_filing import (
    approve_filing,
    can_be_filed,
    filed,
    not_filed,
    planned,
    told_of,
)
from handlers.rules.case_guard import MERCHANT
from handlers.rules.case_moves import REVIEW
from handlers.rules.case_timers import KINDS, cancelled, timers_of
from tests.unit.rules.cases import AUTO, CHEAP, NOW, REFUND, application, opened

CLERK = By("operator", "operator:clerk@tea")
STEPS = {
    "review": [], "asked": ["request_evidence"], "approved": ["approve"],
    "sent back": ["approve", "send_back"],
    "received": ["approve", "send_back", "confirm_receipt"],
}  # fmt: skip


def after(*acts: str) -> CaseFile:
    case = opened()
    for name in acts:
        by = BUYER if name == "send_back" else CLERK
        case = act(case, name, by, NOW, "SF12345678")
    return case


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_the_alert_comes_before_the_deadline(steps: list[str]) -> None:
    case = after(*steps)
    timers = {timer.kind: timer.due for timer in timers_of(case, NOW)}
    assert case.deadline
    assert timers["case_remind"] < case.deadline == timers["case_end"]
    assert ("case_escalate" in timers) == (case.status in MERCHANT)
    assert timers.get("case_escalate", case.deadline - timedelta(1)) < case.deadline


def test_a_finished_case_has_none_and_cancels_all() -> None:
    case = act(opened(), "withdraw", BUYER, NOW)
    assert timers_of(case, NOW) == ()
    assert len(cancelled(case, ())) == len(KINDS)


@given(st.timedeltas(timedelta(minutes=-500), timedelta(days=20)))
def test_the_platforms_deadline_wins_however_near(left: timedelta) -> None:
    deadline = NOW + left
    case = told_of(opened(), "2001", REVIEW, NOW, deadline)
    assert case.deadline == deadline
    dues = {timer.kind: timer.due for timer in timers_of(case, NOW)}
    assert NOW <= dues["case_remind"] <= max(NOW, deadline)
    assert NOW <= dues["case_escalate"] <= max(NOW, deadline)


def ready(policy: dict[str, int] | None = None, last: datetime | None = None) -> CaseFile:
    return planned(opened(policy=policy, **REFUND), NOW, last)


def test_filing_waits_for_an_approval() -> None:
    case = ready(CHEAP)
    assert (case.filing, case.status, case.platform_id) == ("planned", REVIEW, None)
    assert "case_file" not in {timer.kind for timer in timers_of(case, NOW)}
    going = approve_filing(case, CLERK, NOW, "看过了")
    assert (going.filing, going.status) == ("wanted", REVIEW)
    assert going.history[-1].by == CLERK.name
    assert "case_file" in {timer.kind for timer in timers_of(going, NOW)}
    with pytest.raises(CaseRefused):
        approve_filing(going, CLERK, NOW)


def test_the_published_rule_files_at_once_and_the_history_says_so() -> None:
    case = planned(opened(policy=AUTO), NOW)
    assert (case.filing, case.status) == ("wanted", REVIEW)
    assert [line.by for line in case.history] == ["buyer", "rule:auto_refund_max_fen"]


def test_what_waits_for_approval_is_due_before_the_buyers_window_ends() -> None:
    assert ready(CHEAP, NOW + timedelta(hours=5)).deadline == NOW + timedelta(hours=5)
    assert ready(CHEAP, NOW + timedelta(days=5)).deadline == NOW + timedelta(hours=48)


def test_filed_and_refused_stand_in_the_history() -> None:
    going = approve_filing(ready(CHEAP), CLERK, NOW)
    assert filed(going, "2001", NOW).filed_as == "2001"
    assert filed(going, "2001", NOW).platform_id is None
    refused = not_filed(going, "没有这个订单", NOW)
    assert refused.filing == "failed"
    assert "没有这个订单" in refused.history[-1].note


@pytest.mark.parametrize(
    ("type_", "fen", "items", "can"),
    [("return_refund", 1, 1, True), ("refund_only", None, 1, False),
     ("exchange", 100, 1, False), ("return_refund", 100, 2, False), ("cancel", None, 1, False)],
)  # fmt: skip
def test_what_the_api_takes(type_: str, fen: int | None, items: int, can: bool) -> None:
    assert can_be_filed(type_, fen, items) is can


# -- money


def paid() -> CaseFile:
    case = after("approve", "send_back", "confirm_receipt")
    return act(case, "refund", CLERK, NOW)


def test_what_was_returned_and_paid_is_not_paid_again() -> None:
    with pytest.raises(CaseRefused, match="已经退货退款"):
        open_case(application("c2"), [paid()], NOW)


def test_a_rule_pays_once_an_order() -> None:
    other = replace(paid(), type="refund_only", id="c0")
    again = application("c2", policy=AUTO)
    assert open_case(again, [], NOW).approved_at
    assert open_case(again, [other], NOW).approved_at is None


def test_every_status_that_is_open_has_a_deadline() -> None:
    for steps in STEPS.values():
        case = after(*steps)
        assert is_open(case)
        assert case.deadline
