"""How many goods, how much money, how many stores a message speaks of. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.merchant.launch_amounts import Amount, amounts
from handlers.merchant.launch_lexicon import CORRECTS, QUESTION
from handlers.merchant.launch_notes import Notes
from knowledge.chinese import number_of

_COUNTED = re.compile(
    r"\s?的?(?:(?:个|件|本|条|双|套|只|样|种|把|支|瓶|张|门|道)?(?:不同的?)?(?:左右|上下|多)?(?:品种?|商品|货(?!拿)|产品|单品|sku|款式?|型号|口味|样式?|种类?|规格|东西|花色|颜色|书|链接|课程?|作品|宝贝|品类|单品|碗(?:面|粉|饭))"
    r"|(?:个|件|本|样|种|幅|副|枚|盆|株|张|门|条|双|支|把|组|套|只|道)(?:左右|上下|多|吧|呢|呀|啊|的样子|不到|以内|而已)?(?=$| ))"
)
_COUNT_OF = re.compile(
    r"(?:商品数?|产品|sku|品种?|款式?|款数|样式|花色|数量|个数|单品|挂|上架|在售|在架|在卖)(?:了|着|有|about|大概|大约|差不多|是|数|也|都|改成|改为|改一?下|改到|变成|换成|更正为?|也就|一共|也错了|错了|不对|应该|:| )*\s?$"
)
_MONEY = re.compile(r"预算|花(?!色|样|了)|投(?!诉)|一年|每年|年费|成本|拿出|经费|出得起|掏")
_MEASURED = re.compile("[坛斤件单箱瓶袋盒吨台套双条包罐桶只个粉款种样门张]")
"""“一年卖几百坛” is no budget."""
_NO_MONEY = re.compile(
    r"预算(没有?|为?零|0)(?=$| )|(?<!手)(?<!多少)钱(也|又|都)?没(有|啥)?(?=$| |的)|没(有|啥|什么)?(预算|钱)(?!的)|一分钱?不(想)?花|不(想|打算)花钱|零预算"
)
_CORRECTED = re.compile(r"(?:不对|错了|哦不|应该是) ?([^ ]{1,8})(?=$| )")
_STORES = re.compile(
    r"(?:家|个|间)(?![^ ]{0,3}(?:微信|小店|网店|小程序|线上))[^ ]{0,4}(?:门店|店铺?|分店|铺子?|直营店)(?!程序)"
)
_SINGLE = re.compile(r"(就|只|仅|单)(有|这|卖|做)?$")
"""“就一个品”: one, and no article."""
_PERIOD = re.compile(r"(?<=[百千万])一(?=年|个月|月|天|季)")
"""八千一年 is eight thousand a year."""


def counted(text: str, clauses: Sequence[str], notes: Notes) -> None:
    """Notes count, budget and stores."""
    for clause in clauses:
        clause = _PERIOD.sub(" ", clause)
        found = list(amounts(clause))
        if _NO_MONEY.search(clause):
            notes.take("budget", 0)
            notes.said["budget"] = "没有"
        elif _MONEY.search(clause) and not QUESTION.search(clause):
            _budget(clause, found, notes)
        for one in found:
            _count(clause, one, notes)
    _across_pauses(_PERIOD.sub(" ", text), notes)


def _across_pauses(text: str, notes: Notes) -> None:
    """“SKU 30 个”, “预算 一万”, “120个款 不对 一百五”: a pause between name and number."""
    for one in amounts(text) if "count" not in notes.values else ():
        if _COUNT_OF.search(text[: one.start]) and not re.match("[年元块月]", text[one.end :]):
            notes.take("count", one.value)
    if "count" in notes.values and (mended := _CORRECTED.search(text)):
        for one in amounts(mended[1]):
            notes.take("count", one.value)
    if "budget" not in notes.values and (pause := re.search(r"预算[^ ]{0,3} ", text)):
        rest = text[pause.start() :]
        _budget(rest, list(amounts(rest))[:1], notes)


def mended_number(said: str) -> Amount | None:
    """The number of a correction that names nothing (“应该是35”, “不是80 是35”)."""
    if not CORRECTS.search(said):
        return None
    meant = [one for one in amounts(said) if not re.search(r"不是[^ ]{0,2}$", said[: one.start])]
    return meant[-1] if meant else None


def _budget(clause: str, found: Sequence[Amount], notes: Notes) -> None:
    sums = [
        one
        for one in found
        if one.high >= 100
        and not _COUNTED.match(clause[one.end :])
        and not _MEASURED.match(clause[one.end :])
    ]
    if sums:
        best = max(sums, key=lambda one: one.high)
        notes.take("budget", best.high)
        notes.said["budget"] = money_words(best.said)


def money_words(said: str) -> str:
    """A sum as it was said: 3w and 三万 are 3万, 5k is 5千, a bare number has its 元."""
    words = said.replace("w", "万").replace("k", "千")
    if round_sum := re.fullmatch(r"([一二两三四五六七八九])(万|千)", words):
        words = f"{number_of(round_sum[1])}{round_sum[2]}"
    return f"{words}元" if words[-1].isdigit() else words


def _count(clause: str, one: Amount, notes: Notes) -> None:
    before, after = clause[: one.start], clause[one.end :]
    if re.search(r"不是[^ ]{0,2}$", before):
        return
    if _STORES.match(after) and (
        one.value > 1 or re.match("[家个间]?(门店|分店|直营|实体)", after)
    ):
        notes.take("stores", one.value)
    elif (
        (one.value > 1 or _SINGLE.search(before))
        and (_COUNTED.match(after) or _COUNT_OF.search(before))
        and not re.match(r"[块元万年月天]", after)
    ):
        notes.take("count", one.value)
        notes.said.pop("count", None)
        if re.match(r"好?几|十几|上|[二三四五六七八九]十几", one.said):
            notes.said["count"] = one.said
