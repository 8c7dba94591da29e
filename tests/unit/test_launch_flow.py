"""The walkthrough as a conversation: told, asked, interrupted, corrected, paused, resumed."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.conversation import Conversation, Flow, Handler, Outcome, Turn, Vector
from bot.messages import Message, Reply
from handlers.merchant.launch import Launch
from handlers.merchant.launch_codes import code_in
from knowledge.wording import load_wording
from tests.unit.launch_book import BOOK

NOW = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
WORDING = load_wording()


async def no_vector() -> Vector:
    """What rules decide must not cost an embedding."""
    raise AssertionError("the walkthrough embedded a message")


@dataclass
class Shopkeeper:
    """A merchant who talks to the walkthrough; the guide answers every question with 指南答."""

    asked: list[str] = field(default_factory=list)
    flow: Flow | None = None
    now: datetime = NOW
    last: Outcome | None = None

    def says(self, text: str, choice: str | None = None) -> str:
        turn = self._turn(text, choice)
        outcome = self.last = _done(self.launch, turn)
        self._keep(outcome)
        return "\n".join(reply.text for reply in outcome.replies)

    def asks_the_guide(self, text: str) -> Outcome:
        outcome = _done(self.launch.coming_back(self._guide), self._turn(text, None))
        self._keep(outcome)
        return outcome

    def claim(self, text: str) -> str:
        turn = self._turn(text, None)
        return self.launch.claims(turn.message, turn.conversation)

    @property
    def launch(self) -> Launch:
        return Launch(BOOK, WORDING, self._guide, _never, lambda _: "/plan/x")

    @property
    def profile(self) -> dict[str, Any]:
        assert self.flow
        return dict(self.flow.data["profile"]["values"])

    async def _guide(self, turn: Turn) -> Outcome:
        self.asked.append(turn.message.text)
        return Outcome((Reply("指南答"),), "answered")

    def _turn(self, text: str, choice: str | None) -> Turn:
        talk = Conversation("talk", 1, "demo", "merchant", "door", "visitor", flow=self.flow)
        message = Message("m", "talk", text, self.now, choice)
        return Turn(message, talk, "launch_walkthrough", self.now, no_vector)

    def _keep(self, outcome: Outcome) -> None:
        # Through JSON and back, as the store does: a restart in the middle must lose nothing.
        if outcome.flow:
            kept = json.loads(json.dumps(outcome.flow.data, ensure_ascii=False))
            self.flow = replace(outcome.flow, data=kept)
        elif outcome.ends_flow:
            self.flow = None


def _done(handler: Handler, turn: Turn) -> Outcome:
    async def run() -> Outcome:
        return await handler(turn)

    return asyncio.run(run())


def _never(text: str) -> Vector:
    raise AssertionError(text)


def after(*lines: str) -> Shopkeeper:
    keeper = Shopkeeper()
    for line in lines:
        keeper.says(line)
    return keeper


NUTS = "想开店 卖坚果 厂里拿货都是袋装 个体户 没技术 三十来个品"


def test_the_roads_come_first() -> None:
    told = Shopkeeper().says("我想开个店")
    assert all(road in told for road in ("微信小店", "自营小程序", "两者打通"))
    assert "①卖什么？" in told


def test_only_what_is_missing_is_asked_with_its_reason() -> None:
    told = after().says(NUTS)
    assert "卖预包装坚果、个体户、约30个品、没有技术团队" in told
    assert "①有公众号吗？（" in told
    assert "②执照经营范围里有食品吗？" in told  # a reason more would be too long to read
    assert "③" not in told


def test_the_plan_is_there_as_soon_as_everything_is_said() -> None:
    keeper = after(NUTS)
    told = keeper.says("公众号有 执照写的日用百货")
    assert "“日用百货”盖不住食品" in told
    assert "执照增项 → 办仅销售预包装食品备案 → 开微信小店 → 提交审核 → 连公众号" in told
    assert "还差 3 样" in told
    assert keeper.last
    assert keeper.last.plan_url == "/plan/x"
    assert keeper.flow
    assert keeper.flow.step == "scope"


def test_a_question_in_between_is_answered_and_the_flow_comes_back() -> None:
    keeper = after("想开店 卖毛巾 个体户")
    outcome = keeper.asks_the_guide("指南里的月活是多少")
    (reply,) = outcome.replies
    assert reply.text.startswith("指南答\n回到开店")
    assert "大概多少个品？" in reply.text
    assert reply.choices
    assert outcome.status == "answered"
    assert keeper.profile == {"category": "home", "subject": "individual"}


def test_facts_and_a_foreign_question_in_one_message() -> None:
    keeper = after("想开店 卖毛巾")
    told = keeper.says("我是个体户 直播要什么要求吗")
    assert told.startswith("指南答\n回到开店")
    assert keeper.asked == ["直播要什么要求吗"]
    assert keeper.profile["subject"] == "individual"


def test_nobody_is_asked_twice_for_what_they_said() -> None:
    keeper = after(NUTS)
    for line in ("公众号有", "要几天", "进度", "继续", "嗯"):
        told = keeper.says(line)
        assert "卖什么？" not in told
        assert "有公众号吗" not in told or line == ""
        assert "多少个品" not in told


@pytest.mark.parametrize(
    ("correction", "slot", "value"),
    [
        ("不对 是公司", "subject", "enterprise"),
        ("其实不是三十个 是三百个", "count", 300),
        ("类目改成童装", "category", "clothing"),
        ("我刚才说错了 有技术", "tech", "yes"),
    ],
)
def test_corrections_replace(correction: str, slot: str, value: str | int) -> None:
    keeper = after(NUTS)
    assert "改好了" in keeper.says(correction)
    assert keeper.profile[slot] == value


def test_the_scope_answer_of_the_old_goods_is_not_kept_for_the_new() -> None:
    keeper = after(NUTS, "公众号有", "有")
    assert keeper.profile["scope_ok"] == "yes"
    keeper.says("类目改成童装")
    assert "scope_ok" not in keeper.profile


def test_one_step_back_and_another_answer() -> None:
    keeper = after("想开店 卖文具", "公司")
    told = keeper.says("上一步")
    assert "企业先不算" in told
    assert "subject" not in keeper.profile
    keeper.says("个体工商户")
    assert keeper.profile["subject"] == "individual"
    for _ in range(5):
        told = keeper.says("上一步")
    assert "已经是第一步了" in told


def test_skipped_questions_are_left_alone() -> None:
    keeper = after("开店 卖花盆 个体")
    for _ in range(4):
        told = keeper.says("跳过")
    assert "吗？" not in told
    assert "没有要跳的了" in told


def test_paused_for_days_and_taken_up_elsewhere() -> None:
    keeper = after(NUTS)
    assert "存着" in keeper.says("先停一下 过几天再弄")
    assert keeper.asks_the_guide("审核多久").replies[0].text == "指南答"
    keeper.now += timedelta(days=5)
    told = keeper.says("我回来了 继续")
    assert "卖预包装坚果" in told
    assert "有公众号吗" in told


def test_starting_over_forgets() -> None:
    keeper = after(NUTS)
    assert "①卖什么？" in keeper.says("重新开始")
    assert keeper.profile == {}


def test_leaving_ends_the_flow() -> None:
    keeper = after(NUTS)
    keeper.says("退出开店")
    assert keeper.flow is None


def test_papers_that_are_done_lead_on() -> None:
    keeper = after("想开店 卖毛巾 没执照 二十款 没公众号")
    assert "办营业执照" in keeper.says("还差什么")
    keeper.says("那我先去办执照")
    assert keeper.profile["licence"] == "no"
    told = keeper.says("办好了 是个体户")
    assert "先办" not in told
    assert keeper.profile["licence"] == "yes"
    assert keeper.profile["subject"] == "individual"


def test_a_tapped_choice_is_an_answer() -> None:
    keeper = after(NUTS)
    keeper.says("", "launch:set:official_account=no")
    assert keeper.profile["official_account"] == "no"
    before = keeper.profile
    keeper.says("", "launch:set:official_account=maybe")
    keeper.says("", "launch:set:budget=1e99")
    keeper.says("", "launch:nonsense")
    assert keeper.profile == before


def test_a_rejection_with_a_day_has_a_countdown() -> None:
    told = after().says("小店审核被驳回了 说类目与经营范围不符 昨天驳的")
    assert "11月28日24点前重交，还剩6天" in told
    assert "只有指南这一篇写到" in told
    assert "自然日" in told


def test_a_rejection_by_and_by() -> None:
    keeper = Shopkeeper()
    assert "原文贴给我" in keeper.says("审核没过 你看看怎么改")
    assert "隐私政策" in keeper.says("说没有隐私政策")
    assert "11月28日24点前" in keeper.says("昨天")
    assert "卖什么" not in keeper.says("最晚几号提交")


def test_an_unknown_reason_is_said_to_be_unknown_and_collected() -> None:
    keeper = Shopkeeper()
    told = keeper.says("审核被拒了 说logo里的猫胡子数量不对")
    assert "没见过" in told
    assert "不猜" in told
    assert keeper.last
    assert keeper.last.unanswered


def test_a_wished_day_is_held_against_the_calendar() -> None:
    told = after().says("12月20日前想上线 个体户 卖围巾 二十款")
    assert "想12月20日前上线，来得及：最晚12月14日" in told
    assert "来不及" in after().says("11月23日前要上线 个体户 卖围巾 二十款")


def test_what_is_not_understood_twice_is_offered_a_person() -> None:
    keeper = after(NUTS)
    assert "没听懂" in keeper.says("哦豁那个那个")
    keeper.says("就那样呗咯")
    assert keeper.last
    assert "转人工" in [c.label for c in keeper.last.replies[0].choices]


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ("有", "surely"),
        ("没有公众号", "maybe"),
        ("上一步", "surely"),
        ("要几天", "surely"),
        ("不知道", "surely"),
        ("转人工", ""),
        ("今天天气怎么样", ""),
        ("个体户能对私结算吗", ""),
    ],
)
def test_what_the_flow_claims(line: str, claim: str) -> None:
    assert after(NUTS).claim(line) == claim


def test_customers_are_never_claimed() -> None:
    keeper = after(NUTS)
    talk = Conversation("talk", 1, "demo", "customer", "door", "visitor", flow=keeper.flow)
    assert keeper.launch.claims(Message("m", "talk", "有", NOW), talk) == ""


LINES = (
    NUTS,
    "公众号有",
    "执照写的日用百货",
    "不对 是公司",
    "上一步",
    "跳过",
    "进度",
    "总结",
    "先停一下",
    "继续",
    "重新开始",
    "要几天",
    "手续费多少",
    "办好了",
    "驳回了 说图片违规",
    "昨天",
    "有",
    "没有",
    "五十",
    "想要会员积分",
    "选哪个好",
    "要什么材料",
    "怎么推广",
    "不知道",
    "嗯？",
    "双十二前上线",
    "一共多少钱",
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=7))
def test_whatever_is_said_in_whatever_order_is_answered(lines: list[str]) -> None:
    keeper = Shopkeeper()
    for line in lines:
        assert keeper.says(line).strip()
        assert keeper.last
        assert keeper.last.status == "flow"
        assert len(keeper.last.replies[0].text) <= 900


def test_goods_only_mentioned_do_not_replace_those_that_are_sold() -> None:
    keeper = after("我们卖粘豆包")
    keeper.says("手机都玩不明白 更别说写代码了")
    assert keeper.flow
    assert keeper.flow.data["profile"]["said"]["goods"] == "粘豆包"
    keeper.says("不对 改卖手机壳了")
    assert keeper.flow.data["profile"]["said"]["goods"] == "手机壳"


def test_a_review_that_failed_again_is_a_rejection() -> None:
    keeper = Shopkeeper()
    told = keeper.says("昨天提交的店铺审核又没过 说我资质不全")
    assert "11月28日24点前" in told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("信用代码91110000600037341L", "格式和校验码都对"),
        ("９１１１００００６００037341Ｍ 对不对", "第18位校验码对不上"),
        ("税号 9111 0000 6000 3734 1L", "91110000600037341L：格式和校验码都对"),
        ("法人身份证110*************34", "已经打码"),
    ],
)
def test_numbers_of_papers_are_looked_at_in_chat(said: str, told: str) -> None:
    assert told in Shopkeeper().says(said)
    keeper = after("想开店 卖坚果")
    assert keeper.claim(said) == "surely"
    assert told in keeper.says(said)


def test_a_sound_code_tells_the_subject() -> None:
    keeper = after("想开店 卖坚果")
    told = keeper.says("信用代码91110000600037341L")
    assert keeper.profile["subject"] == "enterprise"
    assert "个体户还是公司" not in told


def test_a_waybill_is_no_code() -> None:
    assert code_in("单号 773012345678901234") is None


def test_who_goes_to_get_papers_is_asked_how_it_stands() -> None:
    keeper = after(NUTS, "公众号有 执照写的日用百货")
    told = keeper.says("那我先去办 办好了找你")
    assert "11月25日我来问一声" in told
    assert keeper.last
    (timer,) = keeper.last.timers
    assert (timer.key, timer.due) == (
        "launch:papers",
        datetime(2026, 11, 25, 9, 30, tzinfo=SHANGHAI),
    )
    assert timer.data["text"] == "执照增项怎么样了？办好说一声，接着开店。"
    keeper.says("增项办好了")
    assert keeper.last.cancels == ("launch:papers",)


def test_the_day_they_want_is_reminded_of_a_week_before() -> None:
    keeper = after("想开店 卖毛巾 个体户")
    keeper.says("12月20号前要上线")
    assert keeper.last
    assert [(t.key, t.due.date().isoformat()) for t in keeper.last.timers] == [
        ("launch:goal", "2026-12-13")
    ]
    keeper.says("三十个品")
    assert not keeper.last.timers
    keeper.says("重新开始")
    assert keeper.last.cancels == ("launch:goal",)


def test_a_rejections_last_day_can_be_reminded_of_by_a_tap() -> None:
    keeper = after("11月20日被驳回 说类目错放")
    assert keeper.last
    taps = [choice.id for choice in keeper.last.replies[0].choices]
    assert "remind:resubmit:2026-11-20" in taps


def test_goods_of_several_kinds_want_the_papers_of_each() -> None:
    keeper = after("我们公司卖面膜和红酒")
    told = keeper.says("执照写的是化妆品销售")
    assert "“化妆品”盖不住酒类" in told
    plan_told = keeper.says("总结")
    assert "特殊化妆品注册或普通化妆品备案、仅销售预包装食品备案" in plan_told


def test_goods_are_added_and_replaced() -> None:
    keeper = after("想开店 卖袜子 个体户", "我还想卖零食")
    assert keeper.flow
    assert keeper.profile["category"] == "clothing"
    assert keeper.flow.data["profile"]["said"]["goods"] == "袜子和零食"
    keeper.says("不卖零食了 改卖毛巾")
    assert keeper.profile["category"] == "home"
    assert "also" not in keeper.flow.data["profile"]["said"]


def test_a_courtesy_is_no_yes() -> None:
    keeper = after("想开店 卖毛巾 个体户 三十个品")
    keeper.says("好的 知道了")
    assert "official_account" not in keeper.profile


def test_who_registered_has_a_licence() -> None:
    keeper = after("我没执照 想开店 卖毛线包", "那我办了个个体户 昨天照下来了")
    assert (keeper.profile["subject"], keeper.profile["licence"]) == ("individual", "yes")


def test_a_widened_scope_is_done() -> None:
    keeper = after("想开店 卖面膜 公司", "执照写的服装", "经营范围已经去加了化妆品")
    assert "增项" not in keeper.says("总结")


def test_a_codes_digits_count_nothing_and_a_short_one_is_checked() -> None:
    keeper = after("想开店")
    keeper.says("发错了 ９１４４０３００ＭＡ５Ｆ３Ｋ７Ｐ８０")
    assert "count" not in keeper.profile


def test_a_bare_rejection_begins_one() -> None:
    keeper = Shopkeeper()
    assert keeper.claim("小程序被打回来了") == "maybe"
    keeper.says("小程序被打回来了")
    told = keeper.says("11月20日 理由是 服务类目与实际功能不一致")
    assert "11月27日24点前重交" in told
    assert "类目放错了" in told


def test_how_goods_are_sent_brings_up_what_it_takes() -> None:
    told = after("想开店 卖鲜花 个体户").says("送货自己骑车送")
    assert "自己送货" in told
    assert "配送追踪系统" in told


def test_a_name_is_no_goods() -> None:
    keeper = after("想开店 卖面膜", "公司刚注册 名字叫蓝莓 不是卖蓝莓哈")
    assert keeper.profile["category"] == "cosmetics"


def test_weekends_of_a_rejection_are_counted() -> None:
    told = after("11月21日被驳回 说类目错放").says("周末算不算在里面")
    assert "自然日" in told


def test_a_change_of_mind_about_the_road() -> None:
    keeper = after("想做自营小程序 卖宠物用品 企业", "商品五百个 要做会员储值", "没有技术 预算三万")
    assert "按您说的先开小店" in keeper.says("还是微信小店吧 小程序太麻烦")
    assert "建议走自营小程序" in keeper.says("不 还是小程序 我要会员")
    assert keeper.profile["wish"] == "own"
    assert "official_account" not in keeper.profile
    assert "SaaS搭小程序" in keeper.says("哪样最急")


def test_self_filled_jars_are_homemade() -> None:
    told = after("有照个体 卖土蜂蜜自己灌装的 六个品 没技术").says("那个证必须办吗")
    assert "食品经营许可证" in told


def test_enough_for_today_is_a_pause() -> None:
    keeper = after("想开店 卖网课 个体户")
    assert "都存着" in keeper.says("先不弄了 明天接着")
    assert "网课" in keeper.says("接着来")


def test_imported_red_wine_is_no_lipstick() -> None:
    keeper = after("做进口红酒的 公司 保税仓发")
    assert keeper.profile["category"] == "alcohol"
    assert keeper.flow
    assert keeper.flow.data["profile"]["said"]["goods"] == "红酒"
