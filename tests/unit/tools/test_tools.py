"""Codes, identity numbers, days, metrics, fees: the pure rules behind the tools."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from bot.masking import mask_identity
from handlers.rules.deadlines import resubmission, review, workday_after
from handlers.rules.fees import charged
from handlers.rules.metrics import diagnose
from handlers.rules.uscc import check_code
from handlers.rules.window import is_workday
from knowledge.figures import FILE, load_figures
from knowledge.rules.faults import ContentFaultsError

FIGURES = load_figures()
TERMS = FIGURES.deadlines
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODIES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["91", "92", "93", "12", "51"]),
    st.from_regex(r"[1-6][1-5]\d{4}", fullmatch=True).filter(str.isascii),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@given(BODIES)
def test_a_code_with_its_check_character_is_valid(body: str) -> None:
    code = body + uscc.calc_check_digit(body)
    assert check_code(code).valid
    wide = " ".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert check_code(wide) == check_code(code)
    assert check_code(code.lower()).normalized == code


@given(BODIES, st.integers(8, 17), st.sampled_from(ALPHABET))
def test_a_slip_in_the_body_is_found(body: str, place: int, sign: str) -> None:
    code = body + uscc.calc_check_digit(body)
    slipped = code[:place] + sign + code[place + 1 :]
    assert check_code(slipped).valid == uscc.is_valid(slipped) == (slipped == code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("9111000060003734", "应当是18位，现在是16位"),
        ("110000600037341", "15位的旧注册号"),
        ("9111000O600037341L", "第8位的“O”不会出现在代码里，是不是数字0"),
        ("911A0000600037341L", "第3到8位"),
        ("9A110000600037341L", "前2位"),
        ("91110000600037341X", "第18位校验码"),
        ("", "长度不对"),
        ("九一一一零零零零六零零零三七三四一", "长度不对"),
        ("91110000600037341号", "第18位的字符"),
    ],
)
def test_which_part_of_a_code_is_wrong(code: str, told: str) -> None:
    found = check_code(code)
    assert not found.valid
    assert told in found.reason


@given(st.text(max_size=40))
def test_any_code_is_judged(code: str) -> None:
    assert check_code(code).reason


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证110101199003071234。", "身份证110*************34。"),
        ("１１０１０１１９９００３０７１２３Ｘ", "１１０*************３Ｘ"),
        ("11010 11990 0307 123x", "110** ***** **** **3x"),
        ("身份证号320102900307123", "身份证号320**********23"),
        ("法人110101-19900307-1234电话13800138000", "法人110***-********-**34电话13800138000"),
    ],
)
def test_identity_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_identity(text) == masked


@pytest.mark.parametrize(
    "text",
    ["91110000600037341L", "订单202611221010101234", "SF1234567890123", "13800138000",
     "110101199013071234", "6222021234567890123",
     "320102900307123"],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert mask_identity(text) == text


@given(st.text(max_size=60))
def test_masking_keeps_length_and_is_done_once(text: str) -> None:
    masked = mask_identity(text)
    assert len(masked) == len(text)
    assert mask_identity(masked) == masked


@pytest.mark.parametrize(
    ("rejected", "until"),
    [
        (date(2026, 11, 20), date(2026, 11, 27)),
        (date(2026, 12, 28), date(2027, 1, 4)),
        (date(2026, 9, 25), date(2026, 10, 2)),  # in the holidays: not moved
        (date(2028, 2, 25), date(2028, 3, 3)),
    ],
)
def test_seven_calendar_days_that_no_holiday_extends(rejected: date, until: date) -> None:
    found = resubmission(rejected, until - timedelta(days=2), TERMS)
    assert (found.by, found.days_left) == (until, 2)
    assert "指南自己写的期限" in found.basis


@pytest.mark.parametrize(
    ("submitted", "usual", "latest"),
    [
        # National Day 2026: off from 1 to 7 October, at work on Saturday the 10th.
        (date(2026, 9, 30), (date(2026, 10, 8), date(2026, 10, 10)), date(2026, 10, 15)),
        (date(2026, 11, 20), (date(2026, 11, 23), date(2026, 11, 25)), date(2026, 12, 1)),
        (date(2026, 12, 30), (date(2026, 12, 31), date(2027, 1, 5)), date(2027, 1, 11)),
    ],
)
def test_working_days_of_a_review(submitted: date, usual: tuple[date, date], latest: date) -> None:
    found = review(submitted, TERMS)
    assert (found.usual, found.latest) == (usual, latest)
    assert ("还没公布" in found.basis) == (latest.year == 2027)


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)), st.integers(1, 12))
@settings(max_examples=50)
def test_a_working_day_is_worked(start: date, count: int) -> None:
    end = workday_after(start, count)
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert is_workday(end)
    assert sum(map(is_workday, days)) == count


@pytest.mark.parametrize(
    ("counts", "industry", "metric", "value", "verdict"),
    [
        ({"visitors": 1200, "orders": 30}, "", "conversion", "0.025", "below"),
        ({"visitors": 100, "orders": 6}, "", "conversion", "0.06", "between"),
        ({"visitors": 100, "orders": 5}, "", "conversion", "0.05", "below"),
        ({"visitors": 100, "orders": 8}, "", "conversion", "0.08", "meets"),
        ({"visitors": 10, "orders": 30}, "", "conversion", "3", "check"),
        ({"gmv_fen": 900_000, "orders": 100}, "五金", "order_value", "9000", "meets"),
        ({"gmv_fen": 900_000, "orders": 100}, "女装", "order_value", "9000", "between"),
        ({"repeat_buyers": 3, "buyers": 10}, "食品", "repeat", "0.3", "between"),
        ({"repeat_buyers": 3, "buyers": 10}, "五金", "repeat", "0.3", "below"),
    ],
)  # fmt: skip
def test_metrics_against_both_guides(
    counts: dict[str, int], industry: str, metric: str, value: str, verdict: str
) -> None:
    found = diagnose(counts, industry, FIGURES.metrics)
    assert [(f.metric.id, f.value, f.verdict) for f in found] == [(metric, Decimal(value), verdict)]
    assert bool(found[0].measures) == (verdict in ("below", "between"))


def test_a_zero_below_the_line_gives_no_metric() -> None:
    assert diagnose({"visitors": 0, "orders": 0}, "", FIGURES.metrics) == ()


@given(st.integers(0, 10**12))
def test_fees_lie_between_their_ends(amount: int) -> None:
    for method in ("", "到店自提", "服务商分账"):
        for each in charged(amount, method, FIGURES):
            low, high = each.fee_fen
            assert 0 <= low <= high <= amount


def test_a_hundred_yuan() -> None:
    assert [each.fee_fen for each in charged(10_000, "微信支付", FIGURES)] == [(60, 60), (60, 200)]
    assert charged(10_000, "现金", FIGURES) == ()


def test_every_fault_of_the_figures_is_told(tmp_path: object) -> None:
    text = FILE.read_text(encoding="utf-8")
    for old, new in (
        ("unit: rate", "unit: percent"),
        ("over: orders", "over: clicks"),
        ("rate: [0.006, 0.02]", "rate: [0.02, 0.006]"),
        ("limit: 0.08", "limit: viel"),
        ("source: pay_rules}", "source: nobody}"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file = FILE.__class__(str(tmp_path)) / "figures.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentFaultsError) as caught:
        load_figures(file)
    assert len(caught.value.faults) == 5
