"""Staff on the phone: authorised only, each deed once, money after its amount was confirmed."""

from __future__ import annotations

import asyncio

import pytest

from bot.case_operations import Asked
from bot.store import Store
from bot.talk_operations import Wanted
from tests.contracts.office import TALK, Office
from tests.mail import WORDING
from tests.unit.rules.cases import opened

REFUSED = WORDING.say("st_refused")
BY = "operator:zhang@wecom/staff"


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def called(office: Office) -> int:
    office.customer("转人工")
    return office.number("handoff")


def test_a_hand_over_is_told_at_once_with_why_and_until_when(office: Office) -> None:
    office.customer("转人工")
    (todo,) = office.todos()
    assert (todo["urgent"], todo["ref"].endswith(":called")) == (True, True)
    for part in ("等人工", "客户要人工", "转人工", "8月7日10:05前"):
        assert part in todo["text"]


def test_taken_answered_and_given_back(office: Office) -> None:
    number = called(office)
    told = office.staff(f"接手 {number}")
    assert told
    assert "转人工" in told
    assert office.talk.taken_by == BY
    assert office.todos() == []
    assert office.customer("在吗")["replies"] == []
    (said,) = office.todos()
    assert (said["kind"], said["text"]) == ("said", "客户说：在吗")
    assert office.staff("回复 在的，我是小张\n帮您看看") == f"已发给{number}号客户。"
    assert office.todos() == []
    assert office.log()[-1] == ("operator", "在的，我是小张\n帮您看看")
    assert "交还了" in str(office.staff("交还"))
    assert office.log()[-1] == ("bot", WORDING.say("ho_released"))
    assert office.customer("谢谢")["replies"]
    assert [words for _, words in office.marks] == ["zhang已接手"]


def test_a_second_tap_says_who_did_it(office: Office) -> None:
    number = called(office)
    office.staff(tap=f"st:take:{number}")
    version = office.talk.version
    assert "已经在您手里" in str(office.staff(tap=f"st:take:{number}"))
    told = str(office.staff(tap=f"st:take:{number}", who="li"))
    assert "zhang" in told
    assert "8月7日10:00" in told
    assert office.talk.version == version
    office.tapped("接过来", who="li")
    assert office.talk.taken_by == "operator:li@wecom/staff"
    assert "li手里" in str(office.staff(f"回复 {number}号 喂"))
    assert "由他交还" in str(office.staff(f"交还 {number}"))
    office.staff("交还", who="li")
    assert "办完" in str(office.staff(tap=f"st:take:{number}"))


def test_with_several_chats_in_hand_the_number_decides(office: Office) -> None:
    number = called(office)
    assert "没有接着的会话" in str(office.staff("回复 你好"))
    assert office.staff(f"回复 {number}号 你好") == f"已发给{number}号客户。"
    assert office.talk.taken_by == BY, "answering takes what nobody has"


def test_the_same_words_are_said_once_when_it_is_tried_again(office: Office) -> None:
    office.staff(f"接手 {called(office)}")
    for _ in range(2):
        assert "已发给" in str(office.staff("回复 马上补发", number="again"))
    assert office.log().count(("operator", "马上补发")) == 1


def test_a_refund_is_paid_after_its_amount_was_confirmed(office: Office) -> None:
    case = office.applies()
    number = office.number("case_review")
    assert "待审核" in office.todos()[0]["text"]
    assert "最晚8月9日10:00前" in office.todos()[0]["text"]
    told = str(office.staff(tap=f"st:approve:{number}:1"))
    yuan = f"{(case.refund_fen or 0) / 100:.0f}元"
    assert yuan in told
    assert "收不回" in told
    assert office.case.version == 1, "nothing is done before the confirmation"
    done = office.tapped(f"确认退{yuan}")
    assert yuan in done
    assert office.case.status == "PLATFORM_REFUNDING"
    assert office.case.history[-1].by == BY
    assert office.todos() == []
    again = str(office.staff(tap=f"st:approve:{number}:1:{case.refund_fen}", who="li"))
    assert "zhang" in again
    assert "没有再办一次" in again
    assert office.case.version == 2


@pytest.mark.parametrize("fen", ["1", "0", "999999", ""])
def test_another_amount_confirms_nothing(office: Office, fen: str) -> None:
    office.applies()
    number = office.number("case_review")
    more = f":{fen}" if fen else ""
    told = str(office.staff(tap=f"st:approve:{number}:1{more}"))
    assert "确认吗" in told
    assert office.case.version == 1


def test_a_confirmation_of_an_older_state_does_nothing(office: Office) -> None:
    case = office.applies()
    number = office.number("case_review")
    asked = Asked("c1", "request_evidence", 1, "operator:clerk@tea", "再拍一张")
    asyncio.run(office.counter.deciding.act(asked, "tea"))
    told = str(office.staff(tap=f"st:approve:{number}:1:{case.refund_fen}"))
    assert "有变化" in told
    assert "后台（clerk）" in told
    assert office.case.version == 2


def test_declining_leaves_it(office: Office) -> None:
    office.applies()
    office.staff(f"同意 {office.number('case_review')}")
    assert "没有动" in office.tapped("先不退")
    assert office.case.version == 1


def test_a_refusal_needs_a_reason(office: Office) -> None:
    office.applies()
    number = office.number("case_review")
    assert f"拒绝 {number} 原因" in str(office.staff(tap=f"st:reject:{number}:1"))
    assert f"拒绝 {number} 原因" in str(office.staff(f"拒绝 {number}"))
    assert office.case.version == 1
    told = str(office.staff(f"拒绝 {number} 图里没有破损"))
    assert "图里没有破损" in told
    assert office.case.status == "MERCHANT_REJECT_REFUND"
    assert "没有再办一次" in str(office.staff(f"拒绝 {number} 图里没有破损", who="li"))


def test_a_return_goes_on_under_its_number(office: Office) -> None:
    office.applies(opened())
    number = office.number("case_review")
    office.staff(f"同意 {number}")
    office.tapped(f"确认退{(office.case.refund_fen or 0) / 100:.0f}元")
    assert office.case.status == "USER_WAIT_RETURN"
    assert "没有等店里处理" in str(office.staff("快到期"))
    told = str(office.staff(f"打款 {number}"))
    assert "不能这样办" in told
    office.staff(f"收到退货 {number}")
    assert office.case.received_at
    assert f"{number}号 已收退货，待退款" in str(office.staff("快到期"))
    assert "收不回" in str(office.staff(f"打款 {number}"))
    assert office.case.status == "MERCHANT_WAIT_RECEIPT"


def test_what_waits_and_what_is_due(office: Office) -> None:
    assert office.staff("待办") == WORDING.say("st_list_empty")
    office.applies()
    number = called(office)
    listed = str(office.staff("待办"))
    assert "2件在等" in listed
    assert f"{number}号 【等人工】" in listed
    assert "最晚8月9日10:00前" in str(office.staff("快到期"))
    shown = str(office.staff(f"看 {office.number('case_review')}"))
    assert "仅退款" in shown
    assert [each.label for each in office.taps][:2] == ["同意", "不同意"]
    assert "客户：转人工" in str(office.staff(f"看 {number}"))


@pytest.mark.parametrize(
    "text", ["待办", "快到期", "看 {c}", "接手 {h}", "同意 {c}", "拒绝 {c} 不行", "回复 {h}号 好",
             "交还 {h}", "打款 {c}"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("who", "account"), [("wang", "staff"), ("li", "robot"), ("ZHANG", "staff")]
)
def test_nobody_else_gets_anything_done_or_shown(
    office: Office, text: str, who: str, account: str
) -> None:
    office.applies()
    handed, case = called(office), office.number("case_review")
    before = (office.case, office.talk, office.todos())
    assert office.staff(text.format(c=case, h=handed), who=who, account=account) == REFUSED
    assert (office.case, office.talk, office.todos()) == before


@pytest.mark.parametrize(
    "tap", ["st:take:{h}", "st:approve:{c}:1:{fen}", "st:show:{c}", "st:refund:{c}"]
)
@pytest.mark.parametrize("account", ["staff", "unlisted"])
def test_a_forged_tap_is_refused(office: Office, tap: str, account: str) -> None:
    case = office.applies()
    handed = called(office)
    key = tap.format(h=handed, c=office.number("case_review"), fen=case.refund_fen)
    before = (office.case, office.talk)
    assert office.staff(tap=key, who="wang", account=account) == REFUSED
    assert (office.case, office.talk) == before


def test_another_shops_numbers_stand_for_nothing(office: Office) -> None:
    foreign = office.foreign_todo()
    for text in (f"看 {foreign}", f"接手 {foreign}", f"同意 {foreign}", "看 987654"):
        assert office.staff(text) == WORDING.say("st_unknown")
    office.applies()
    mine = office.number("case_review")
    told = office.staff(f"看 {mine}", who="hua", account="florist")
    assert told == WORDING.say("st_unknown")
    assert "K1" not in str(office.staff("待办", who="hua", account="florist"))


def test_in_a_group_nothing_is_told(office: Office) -> None:
    called(office)
    assert office.staff("待办", account="robot", room="群") == WORDING.say("st_alone")


@pytest.mark.parametrize(
    "text", ["拒绝了怎么办", "退款要几天", "12号", "同意", "回复率怎么算", "1", "看看规则", "在吗"]
)
def test_questions_are_for_the_guide(office: Office, text: str) -> None:
    called(office)
    assert office.staff(text) is None


def test_a_choice_of_the_guide_is_not_ours(office: Office) -> None:
    assert office.staff("待办", tap="plan:next") is None
    assert office.staff(tap="st:drop_tables:1") is None


def test_a_tap_and_a_console_at_the_same_moment(office: Office) -> None:
    number = called(office)
    desk = office.counter.desk
    wanted = Wanted(TALK.id, office.talk.version, "operator:clerk@tea", "tea", office.now)
    desk.take(wanted)
    assert "后台（clerk）" in str(office.staff(tap=f"st:take:{number}"))
    assert office.talk.taken_by == "operator:clerk@tea"
    office.customer("在吗")
    assert [todo["kind"] for todo in office.todos()] == [], "the console shows it by itself"
