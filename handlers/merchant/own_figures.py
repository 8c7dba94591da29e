"""A merchant's own numbers in a sentence: how many came, bought, came back, for how much. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from bot.messages import plain
from knowledge.chinese import arabic, number_of, simplified

_NUMBER = r"(?<![\d.])(\d{1,9}(?:\.\d{1,2})?)(万|千|w|k)?多?"
_SCALE = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, None: 1, "": 1}
_LINK = (
    r"(?:数|量|用户|人数|率|的)?"
    r"(?:了|是|有|还|仍|才|就|只有?|大概|大约|约|共|总共|一共|为|到|卖|出|拉|做|[:, ]){0,3}"
)
_WORDS: Mapping[str, tuple[str, str]] = {
    # after the number; before the number
    "visitors": (
        r"(?:个|位|名)?(?:人|客人|顾客)?(?:访客|uv|来访|进店|来看|看了?|浏览|逛|点进|访问|进来|来了?店|流量|场观|观看|观众|围观)",
        r"(?:访客|uv|进店|来客|浏览|流量|来了|进来|曝光|场观|观看|观众)",
    ),
    "orders": (
        r"(?:个|位|名)?(?:人)?(?:下单|订单|成交|付款|支付|买单|掏钱|结账|单(?!价))|(?:个|位|名)?(?:人)?(?:买了?|拍了?)(?!家)",
        r"(?:下单|成交(?!额)|订单|付款|支付|出单|掏钱|结账|出了|买了|买的|开单|单量)",
    ),
    "repeat_buyers": (
        r"(?:个|位|名)?(?:人)?(?:是)?(?:回头客|老客|老顾客|老买家|复购|回购|再买|又买|再来|又来)",
        r"(?:复购|回头客|老客|老顾客|回购|再买|又买|再来|回头(?:买|来|下单)?的?)",
    ),
    "buyers": (
        r"(?:个|位|名)?(?:总)?(?:买家|总用户|客户|会员|老用户|的用户(?!数|量))",
        r"(?:买家|总用户|客户|会员|(?:买过(?:东西)?|下过单|付过款|成交过)的?(?:人|客人|顾客)?)",
    ),
}
_MONEY_AFTER = r"(?:元|块钱?)?的?(?:流水|销售额|gmv|营业额|成交额|收入|进账)"
_MONEY_BEFORE = r"(?:gmv|销售额|流水|营业额|成交额|收入|进账|卖了|卖出|一共卖|总共卖)"
_STATED = {
    "conversion": r"转化率?",
    "order_value": r"客单价?",
    "repeat": r"(?:复购率?|回购率?|回头率)",
}


_ROSE = re.compile(
    r"从\d+(?:\.\d+)?[万千wk]?(?:个|人|元)?(?:涨|升|变|降|掉|跌|提|增)[^\d]{0,3}(?=\d)()"
)
"""“从1000涨到1500”: the later one counts."""
_NOBODY = re.compile(
    r"(?:(?<![\d一二两三四五六七八九十百千])(?:一个|一单)(?:人)?(?:也|都)?没|(?:没人|没一个|没有人"
    r"|(?<![\d.])0个|零个)(?:人)?(?:也|都)?没?)(?:买|下单|成交|付款|开张)(?!家)"
)


def own_counts(message: str) -> dict[str, int]:
    """The counts of POST /api/tools/metrics that the sentence states; a number counts once."""
    said = _told(message)
    found: dict[str, int] = {}
    for name in ("repeat_buyers", "buyers", "visitors", "orders"):
        said, count = _taken(said, *_WORDS[name])
        if count is not None and count == int(count):
            found[name] = int(count)
    _, money = _taken(said, _MONEY_AFTER, _MONEY_BEFORE)
    if money is not None:
        found["gmv_fen"] = int(money * 100)
    return found


def stated_values(message: str) -> dict[str, Decimal]:
    """Metrics that the sentence states as such: a rate (0.03), or fen."""
    said = _told(message)
    found: dict[str, Decimal] = {}
    for metric, word in _STATED.items():
        unit = r"(?:元|块)?(?![%\d.])" if metric == "order_value" else r"(?:%|个点|个百分点)"
        value = re.search(rf"{word}{_LINK}(\d{{1,6}}(?:\.\d{{1,2}})?){unit}", said)
        if value:
            number = Decimal(value[1])
            found[metric] = number * 100 if metric == "order_value" else number / 100
    return found


def _told(message: str) -> str:
    said = re.sub(r"(?<=\d),(?=\d{3})", "", plain(message))
    said = re.sub(r"[，,。;；、~]", " ", simplified(said))
    said = _ROSE.sub(r"\1", _NOBODY.sub("下单0", said))
    said = re.sub("老(?=(?:买家|顾客|客户)(?:里|中|当中))", "", said)
    said = re.sub(
        "([一二三四五六七八九两])成([一二三四五六七八九半])?(?![交了为本功品])", _tenths, said
    )
    said = re.sub("百分之([零一二两三四五六七八九十]{1,3})", _percent, said)
    return re.sub(r"百分之(\d+(?:\.\d+)?)", r"\1%", arabic(said))


def _percent(match: re.Match[str]) -> str:
    return f"{number_of(match[1])}%"


def _tenths(match: re.Match[str]) -> str:
    """两成八 is 28%."""
    ones = {None: 0, "半": 5}.get(match[2], number_of(match[2] or "") or 0)
    return f"{10 * (number_of(match[1]) or 0) + ones}%"


def _taken(said: str, after: str, before: str) -> tuple[str, Decimal | None]:
    """The number beside the words, and the sentence without it."""
    # 300访客就2单: a word that has its number already leads up to no other, and 2单 are orders.
    told_after = rf"(?<![\d万千wk])(?:{before}){_LINK}{_NUMBER}(?!\d|%|\.|个点|单)"
    # 下单30个复购4个: what a word leads up to directly is its own.
    tight = told_after.replace(":, ]", ":]")
    for pattern in (tight, rf"{_NUMBER} ?(?:{after})", told_after):
        match = re.search(pattern, said)
        if match:
            number = Decimal(match[1]) * _SCALE[match[2]]
            return said[: match.start()] + " | " + said[match.end() :], number
    return said, None
