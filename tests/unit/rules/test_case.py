"""Cases: who may do what when, until when, and that money moves only by a person or a rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.cases import CaseFile
from handlers.rules.case import (
    APPLICATIONS,
    BUYER,
    CLOCK,
    PLATFORM,
    RULE,
    By,
    CaseRefused,
    act,
    deadline_of,
    is_open,
    kind_of,
    mirrored,
    open_case,
)
from handlers.rules.case_facts import case_facts, current
from handlers.rules.case_guard import guard, in_hours
from handlers.rules.case_moves import FINAL, MOVES, PAID, acts_at
from tests.unit.rules.build import at
from tests.unit.rules.cases import AUTO, CHEAP, NOW, REFUND, application, opened

CLERK = By("operator", "operator:clerk@tea")
DAY = timedelta(days=1)


def after(case: CaseFile, *acts: tuple[str, By], note: str = "好") -> CaseFile:
    for name, by in acts:
        case = act(case, name, by, NOW, note)
    return case


def test_a_return_from_application_to_money() -> None:
    case = opened()
    assert (case.status, case.version) == ("MERCHANT_PROCESSING", 1)
    assert case.deadline == NOW + timedelta(hours=48)
    case = act(case, "approve", CLERK, NOW)
    assert case.status == "USER_WAIT_RETURN"
    case = act(case, "send_back", BUYER, NOW + DAY, "SF123")
    assert (case.status, case.waybill) == ("MERCHANT_WAIT_RECEIPT", "SF123")
    case = act(case, "confirm_receipt", CLERK, NOW + 3 * DAY)
    assert case.deadline == NOW + 10 * DAY
    case = act(case, "refund", CLERK, NOW + 4 * DAY)
    assert (case.status, case.deadline, case.version) == ("MERCHANT_RETURN_SUCCESS", None, 5)
    assert [entry.by for entry in case.history] == ["buyer", CLERK.name, "buyer", *[CLERK.name] * 2]


def test_a_refund_without_return_is_paid_only_after_approval() -> None:
    case = opened(policy=CHEAP, **REFUND)
    assert (case.type, case.refund_fen) == ("refund_only", 12900)
    with pytest.raises(CaseRefused):
        act(case, "refund", CLERK, NOW)
    paid = after(case, ("approve", CLERK), ("refund", CLERK))
    assert paid.status == "MERCHANT_REFUND_SUCCESS"


def test_goods_are_received_before_money_is_paid() -> None:
    sent = after(opened(), ("approve", CLERK), ("send_back", BUYER))
    with pytest.raises(CaseRefused, match="收货"):
        act(sent, "refund", CLERK, NOW)


def test_the_published_rule_approves_below_its_threshold_and_says_so() -> None:
    case = opened(policy=AUTO)
    assert case.status == "USER_WAIT_RETURN"
    assert [entry.by for entry in case.history] == ["buyer", RULE.name]
    assert opened(policy={"auto_refund_max_fen": 12899}).status == "MERCHANT_PROCESSING"


def test_no_rule_approves_what_needs_a_person_or_evidence() -> None:
    case = opened(policy=AUTO | CHEAP, **REFUND)
    assert case.status == "MERCHANT_PROCESSING"


@pytest.mark.parametrize("name", ["approve", "reject", "refund", "confirm_receipt", "close"])
@pytest.mark.parametrize("by", [BUYER, CLOCK])
def test_buyers_and_clocks_never_decide(name: str, by: By) -> None:
    for case in (opened(), after(opened(), ("approve", CLERK)), opened(policy=CHEAP, **REFUND)):
        with pytest.raises(CaseRefused):
            act(case, name, by, NOW, "好")


def test_a_rejection_needs_a_reason() -> None:
    with pytest.raises(CaseRefused, match="原因"):
        act(opened(), "reject", CLERK, NOW, "  ")
    assert act(opened(), "reject", CLERK, NOW, "洗过").status == "MERCHANT_REJECT_RETURN"


def test_withdrawn_before_sending_not_after() -> None:
    assert after(opened(), ("withdraw", BUYER)).status == "USER_CANCELD"
    sent = after(opened(), ("approve", CLERK), ("send_back", BUYER))
    with pytest.raises(CaseRefused):
        act(sent, "withdraw", BUYER, NOW)


def test_no_second_case_of_an_item_while_one_is_open() -> None:
    with pytest.raises(CaseRefused, match="不重复"):
        open_case(application("c2"), [opened()], NOW)
    done = after(opened(), ("withdraw", BUYER))
    assert open_case(application("c2"), [done], NOW).status == "MERCHANT_PROCESSING"


def test_the_sixth_application_goes_to_a_person() -> None:
    done = [after(opened(), ("withdraw", BUYER))] * APPLICATIONS
    assert open_case(application("c6"), done[:-1], NOW)
    with pytest.raises(CaseRefused, match="已满"):
        open_case(application("c6"), done, NOW)
    assert case_facts(done, NOW)["applications"] == APPLICATIONS


def test_a_refusal_or_a_question_opens_nothing() -> None:
    for facts in ({"wish": "question"}, {"wish": "unsaid"}, {"wish": "human"}):
        with pytest.raises(CaseRefused):
            opened(**facts)


def test_evidence_is_asked_for_and_comes() -> None:
    asked = act(opened(), "request_evidence", CLERK, NOW, "请拍标签")
    assert asked.status == "USER_WAIT_CONFIRM_UPDATE"
    assert act(asked, "add_evidence", BUYER, NOW).status == "MERCHANT_PROCESSING"


def test_the_buyers_parcel_has_until_a_working_day() -> None:
    approved = act(opened(), "approve", CLERK, at("09-24T10:00"))  # day 7: 1 October, a holiday
    assert approved.deadline
    assert approved.deadline == at("10-09T00:00")


def test_the_platforms_deadline_wins() -> None:
    soon = NOW + timedelta(hours=5)
    assert act(opened(), "approve", CLERK, NOW, deadline=soon).deadline == soon
    told = mirrored(opened(), "SOMETHING_NEW", NOW, soon)
    assert (told.status, told.deadline, is_open(told)) == ("SOMETHING_NEW", soon, True)


def test_what_the_platform_did_by_itself() -> None:
    refund = opened(policy=CHEAP, **REFUND)
    assert act(refund, "overdue", PLATFORM, NOW).status == "MERCHANT_OVERDUE_REFUND"
    assert act(opened(), "overdue", PLATFORM, NOW).status == "USER_WAIT_RETURN"
    waiting = after(opened(), ("approve", CLERK))
    assert act(waiting, "not_sent_back", CLOCK, NOW + 9 * DAY).status == "RETURN_CLOSED"


@pytest.mark.parametrize(
    ("acts", "facts"),
    [
        ((), {"case": "reviewing", "applications": 1}),
        ((("approve", CLERK),), {"case": "approved", "approved_days": 2}),
        (
            (("approve", CLERK), ("send_back", BUYER)),
            {"case": "shipped_back", "return_waybill": "yes"},
        ),
        (
            (("approve", CLERK), ("send_back", BUYER), ("confirm_receipt", CLERK)),
            {"case": "received", "received_days": 2},
        ),
        ((("reject", CLERK),), {"case": "rejected"}),
        ((("withdraw", BUYER),), {"case": "closed", "applications": 1}),
    ],
)
def test_what_the_decision_table_hears(acts: Any, facts: dict[str, Any]) -> None:
    told = case_facts([after(opened(), *acts)], NOW + 2 * DAY)
    assert facts.items() <= told.items()


def test_an_open_case_is_talked_about_before_an_old_one() -> None:
    done = after(opened(), ("withdraw", BUYER))
    running = opened()
    assert current([running, done]) is running
    assert current([done]) is done
    assert current([]) is None


@given(hours=st.integers(0, 24 * 40), span=st.integers(5, 24 * 12))
@settings(max_examples=150, deadline=None)
def test_staff_hear_of_every_deadline_before_it(hours: int, span: int) -> None:
    now = NOW + timedelta(hours=hours)
    case = mirrored(opened(), "MERCHANT_PROCESSING", now, now + timedelta(hours=span))
    told = guard(case, now)
    assert told
    assert told.escalate_at
    assert now <= told.remind_at <= told.escalate_at < told.deadline
    assert in_hours(now) <= now


def test_a_finished_case_has_no_guard_and_a_buyers_deadline_escalates_nothing() -> None:
    assert guard(after(opened(), ("withdraw", BUYER)), NOW) is None
    waiting = guard(after(opened(), ("approve", CLERK)), NOW)
    assert waiting
    assert (waiting.who, waiting.escalate_at) == ("buyer", None)


ACTS = sorted({move.act for move in MOVES})
ACTORS = [BUYER, CLERK, RULE, PLATFORM, CLOCK]


class Life(RuleBasedStateMachine):
    """Whatever anybody tries in whatever order."""

    @initialize(kind=st.sampled_from(["return", "refund", "exchange", "repair"]))
    def start(self, kind: str) -> None:
        self.now = NOW
        self.case = {
            "return": lambda: opened(),
            "refund": lambda: opened(policy=CHEAP, **REFUND),
            "exchange": lambda: opened(wish="exchange"),
            "repair": lambda: opened(wish="repair", reason_class="quality"),
        }[kind]()

    @rule(name=st.sampled_from(ACTS), by=st.sampled_from(ACTORS), hours=st.integers(0, 50))
    def try_something(self, name: str, by: By, hours: int) -> None:
        before, self.now = self.case, self.now + timedelta(hours=hours)
        allowed = name in acts_at(before.status, kind_of(before), by.actor)
        try:
            self.case = act(before, name, by, self.now, "好")
        except CaseRefused:
            assert self.case is before
            return
        assert allowed
        assert self.case.version == before.version + 1
        assert self.case.history[:-1] == before.history
        assert self.case.history[-1].by == by.name
        if self.case.status in PAID:
            assert by.actor in ("operator", "platform")
            assert any(entry.by not in ("buyer", "clock") for entry in self.case.history)

    @invariant()
    def deadlines_run_while_something_is_to_come(self) -> None:
        if not hasattr(self, "case"):
            return
        assert is_open(self.case) == (self.case.status not in FINAL)
        assert (self.case.deadline is not None) == is_open(self.case)
        if self.case.status in FINAL:
            assert acts_at(self.case.status, kind_of(self.case), "buyer") == ()
            assert deadline_of(self.case, self.now) is None


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
