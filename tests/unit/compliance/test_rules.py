"""Texts against the rules of advertising: spans, contexts, disguises; every text gets a verdict."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.compliance import check
from knowledge.advertising import KINDS, load_advertising

RULES = load_advertising()
CLEAN = (
    "首次购买满50减10。",
    "发货时间是当天下午。",
    "面料是棉，三个颜色可选。",
    "客服早上九点上班。",
)
BAD = (
    "全网最好吃的阿胶糕",
    "转3个群领5元",
    "三天见效",
    "根治失眠",
    "高仿手表",
    "用了明星照片做海报",
)
PIECES = (*CLEAN, *BAD, "国家级非遗", "最", "第一", "*", " ", "\n", "①", "zui", "\u200b", "。")
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def found(text: str) -> list[tuple[str, str]]:
    return [(each.ban.kind, each.span) for each in check(text, RULES).findings]


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_any_text_gets_a_verdict_and_spans_lie_in_it(text: str) -> None:
    checked = check(text, RULES)
    assert checked.verdict in ("violation", "review", "clean")
    assert (checked.verdict == "clean") == (not checked.findings)
    last = 0
    for each in checked.findings:
        assert last <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.span
        assert each.ban.kind in KINDS
        last = each.end


@given(st.sampled_from(BAD), st.lists(st.sampled_from(CLEAN), max_size=3), st.booleans())
@settings(max_examples=40, deadline=None)
def test_clean_sentences_beside_it_keep_a_violation(
    bad: str, more: list[str], before: bool
) -> None:
    text = "".join(more) + bad if before else f"{bad}。{''.join(more)}"
    assert check(text, RULES).verdict == "violation"
    assert found(bad)[0] in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "最*好的护手霜",
        "最 好 的护手霜",
        "最\u200b好的护手霜",
        "zui好的护手霜",
        "蕞好的护手霜",
        "國家級品質",
        "国家J级配方",
        "国 家 级 品质",
        "第①品牌",
        "ＮＯ.１坚果",
        "全\u3000网\u3000最\u3000低\u3000价",
        "高.仿手表",
        "集❤赞30个送水杯",
    ],
)
def test_disguises_are_seen_through(text: str) -> None:
    assert check(text, RULES).verdict == "violation"


@pytest.mark.parametrize(
    "text",
    [
        "首次购买满50减10",
        "唯一客服号：kd8899",
        "符合国家标准GB/T 18186",
        "第一步：填手机号",
        "最近上新三款毛衣",
        "最低起订量10件",
        "活动最后一天",
        "最高温度可达220℃",
        "我们不敢说全网最好",
        "转3个群领券这种活动我们不做",
        "欢迎把好吃的分享给家人",
        "款式独特，效果自然",
        "比上一款轻50克",
        "",
        "。。。",
    ],
)
def test_harmless_contexts(text: str) -> None:
    assert check(text, RULES).verdict == "clean"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("国家级非遗工艺", "absolute_word"),
        ("专利技术的风扇", "false_claim"),
        ("明星同款外套", "image_rights"),
        ("销量第一（数据来源：某研究院2025年报告）", "absolute_word"),
    ],
)
def test_a_person_must_judge(text: str, kind: str) -> None:
    checked = check(text, RULES)
    assert checked.verdict == "review"
    assert [each.ban.kind for each in checked.findings] == [kind]
    assert checked.findings[0].severity == "review"


def test_spans_are_code_points_of_what_was_written() -> None:
    text = "😀转~发~朋~友~圈集❤赞30个送水杯"
    each = check(text, RULES).findings[0]
    assert text[each.start : each.end] == each.span


def test_the_demo_text() -> None:
    text = "国家级非遗工艺 全网最好阿胶糕 三天见效 转3个群领5元"
    assert found(text) == [
        ("absolute_word", "国家级非遗"),
        ("absolute_word", "全网最好"),
        ("false_claim", "三天见效"),
        ("induced_share", "转3个群领5元"),
    ]


def test_reward_for_sharing_is_never_suggested() -> None:
    for ban in RULES.bans:
        if ban.kind == "induced_share":
            assert "分享" not in ban.advice
            assert "转发" not in ban.advice


def test_a_long_hostile_text_is_read_in_bearable_time() -> None:
    for piece in ("最", "转发分享领", "第一", "全网最", "国家 级", "a最", "治" * 3 + "病"):
        assert check((piece * 4000)[:4000], RULES).verdict


def test_a_claim_is_told_with_its_clause() -> None:
    found = check("轻松喝三天见效，不伤胃", RULES).findings
    assert found[0].span == "轻松喝三天见效"


def test_a_promise_about_an_illness_is_a_claim_about_health() -> None:
    found = check("100%治愈率 老中医膏药", RULES).findings
    assert [each.ban.kind for each in found] == ["medical_claim"]
