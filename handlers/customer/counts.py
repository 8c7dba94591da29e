"""Numbers in what was said: how many, which share (`三成`, `10个坏了4个`, `剩下两双`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.chinese import number_of

_NUMBER = r"(\d+(?:\.\d+)?|[零一二两三四五六七八九十百千]+)"
_UNITS = "棵株盆个只双件条瓶盒袋包箱枝支片张本套粒颗枚根串罐桶提斤对份朵头尾副顶块样台把盘碗杯筐"
_PIECES = "只条头枚颗棵株朵根支枝"
_COUNT = re.compile(rf"{_NUMBER}\s?(?:来|多)?([{_UNITS}])(半)?(?!月|人|小时|钟头|星期|礼拜)")
_PERCENT = re.compile(rf"百分之{_NUMBER}|(\d+(?:\.\d+)?)\s?%")
_TENTHS = re.compile(rf"{_NUMBER}\s?成(半)?(?!人|品|瓣|块|为|了)")
_FRACTION = re.compile(rf"{_NUMBER}分之{_NUMBER}")
_HALF = re.compile("(?<![小大多])一半|半数|半箱|半盒|半筐|对半")
_SPOILT = "黑的|黑了|黑心|黑芯|发霉|枯|掉|坏|烂|碎|死|霉|长毛|长了毛|有虫|破|裂|化|断|折|蔫|漏|软|臭|瘪|磕|摔|压|发黑|流水|出水|不能吃|不能要|没法吃|干瘪|不行|废"
_SPILT = re.compile(r"(?:漏|洒|流|糊|撒|淌)(?:了|得|的)?$")
_WHOLE = re.compile(r"[^ \n]{0,2}?(?:好的|完好|没坏|是好的|能用|能吃|活的)")
_FAULT = re.compile(_SPOILT)
_ALL = re.compile(
    rf"(?<!冰)(?<!袋)(?:全部?|整箱|整盒|通通|统统|一律|个个|每个)(?:都|是|也)?[^ \n]{{0,3}}(?:{_SPOILT})|(?:{_SPOILT})(?:了)?(?:光|完)(?:了)?|全部?(?:都)?(?:扔|丢)了|(?<!好多)(?<!很多)(?<!不少)都(?:酸|烂|坏|臭|霉|死|化)|"
    rf"(?:没|没有)(?:一|1)[{_UNITS}]?(?:个)?(?:好|活|能吃|能用|完整)的?|(?:一|1)[{_UNITS}][^ \n]{{0,4}}都没有?"
)
_AFTER = re.compile(rf"(?:{_SPOILT})(?:坏|掉|了|的|烂|光|有|得|碎|裂)*(?:大概|差不多|约|有|快)?$")
_BEFORE = re.compile(rf"^[^ \n]{{0,6}}?(?:{_SPOILT})")
_TAKEN = re.compile(
    r"(?:退|换|补|少|缺|漏|差|多拍|多买|取消|不要|撤)(?:了|掉|发|我|的|给|出|寄|货|回|那|这|其中|里)*$"
)
_TAKEN_AFTER = re.compile(
    r"^[^ \n]{0,3}?(?:不要|退(?!货?款?政策)|没给|没收到|没有|没到|不想要|用不着)"
)
_KEPT = re.compile(r"(?:留|留下|留着|剩|保留|自留)(?:了|下|着)*$")
_CAME = re.compile(
    r"(?:只|就|才|光|仅|到|来|收到|发|(?<![里中头面])有|给|得|实际|收|称|称了|称着|称出来|数|数了|数(?:来|过来)数去|点来点去|数下来|点下来|满打满算|拢共|总共)(?:了|来|到|有|收|给|发|得|剩|才|就|只|是|都)*(?:我)?$"
)
# What was to come, told after what did: 给了十一颗 图纸上画的十六颗.
_DUE = re.compile(
    r"(?:图纸|图|说明书?|清单|单子|页面|详情|标题|标签|盒子|包装|袋子|宣传)(?:上|里|头)*(?:面)?(?:明明)?(?:都)?[画写标印说列](?:着|的|明|了)*(?:是|要|有|用)*$|"
    r"(?:应该|该|本来|说好|按理|明明|原本|要)(?:是|有|给|用|来|装)*$|(?:买|拍|订|付)(?:了|的)*(?:是)?$"
)


@dataclass(frozen=True)
class Count:
    """So many of something, and where it stands."""

    value: float
    unit: str
    start: int
    end: int


def number(text: str) -> float:
    """An Arabic or Chinese number."""
    return float(text) if text[0].isdigit() else float(number_of(text) or 0)


def counts(text: str) -> Iterator[Count]:
    """Every counted thing."""
    for found in _COUNT.finditer(text):
        half = 0.5 if found[3] and found[2] == "斤" else 0
        yield Count(number(found[1]) + half, found[2], found.start(), found.end())


def damaged_percent(text: str, in_all: int | None) -> int | None:
    """The damaged share in percent, rounded half up; `in_all` is how many pieces a line holds."""
    stated = _share(text)
    if stated is None:
        stated = _counted_share(text, None)
    if stated is None and _ALL.search(text):
        return 100
    if stated is None:
        stated = _counted_share(text, in_all)
    return None if stated is None else max(0, min(100, int(stated + 0.5)))


def _share(text: str) -> float | None:
    percent, part, tenths = _PERCENT.search(text), _FRACTION.search(text), _TENTHS.search(text)
    if percent:
        return number(percent[1] or percent[2])
    if part and number(part[1]):
        return 100 * number(part[2]) / number(part[1])
    if tenths:
        return 10 * number(tenths[1]) + (5 if tenths[2] else 0)
    return 50 if _HALF.search(text) else None


def _counted_share(text: str, in_all: int | None) -> float | None:
    good, bad = good_count(text), damaged_count(text)
    if good and in_all and good.value <= in_all:
        return 100 * (in_all - good.value) / in_all
    if bad is None:
        return None
    others = [each.value for each in counts(text) if each != bad and _alike(each, bad)]
    total = max([value for value in others if value > bad.value], default=in_all)
    return 100 * bad.value / total if total and total >= bad.value else None


def _alike(one: Count, bad: Count) -> bool:
    """Counted in the same unit; 个 (死了俩) goes with any that counts pieces (四只蟹)."""
    return one.unit == bad.unit or (bad.unit == "个" and one.unit in _PIECES)


def good_count(text: str) -> Count | None:
    """How many are left whole (`只剩两个好的`)."""
    return next((each for each in counts(text) if _WHOLE.match(text, each.end)), None)


def damaged_count(text: str) -> Count | None:
    """How many are spoilt: the count right after the fault, else the one right before it."""
    found = [each for each in counts(text) if not _spilt(text, each)]
    after = [each for each in found if _AFTER.search(_left(text, each))]
    before = [each for each in found if _BEFORE.search(text[each.end : each.end + 8])]
    return after[0] if after else min(before, key=lambda each: each.value, default=None)


def pieces_of(title: str) -> int | None:
    """How many pieces a title promises (`芒果10个`); None when it promises none."""
    found = [each.value for each in counts(title) if each.unit not in "斤箱"]
    return int(found[-1]) if found and found[-1] >= 1 else None


def _spilt(text: str, count: Count) -> bool:
    """`漏了一箱` tells where it ran to, `漏了一瓶` what ran out."""
    return count.unit in "箱盒袋包身" and _SPILT.search(_left(text, count)) is not None


def claimed_count(text: str, bought: int) -> int | None:
    """How many of the units bought are claimed (`退两双`, `留三双`, `六双只来四双`)."""
    found = [each for each in counts(text) if each.value == int(each.value)]
    taken = [each for each in found if _is_taken(text, each)]
    kept = [each for each in found if _KEPT.search(_left(text, each))]
    came = [each for each in found if _CAME.search(_left(text, each))]
    if taken:
        claimed: float = taken[-1].value
    elif kept:
        claimed = bought - kept[-1].value
    elif came and any(each.value > came[-1].value for each in found if each.start < came[-1].start):
        claimed = max(each.value for each in found) - came[-1].value
    else:
        return None
    return int(claimed) if 1 <= claimed <= bought else None


def came_short(text: str) -> bool:
    """Whether fewer came than were bought (`五双到了四双`, `说十斤实际八斤`)."""
    found = list(counts(text))
    came = (each for each in found if _CAME.search(_left(text, each)))
    return any(_more_before(text, found, each) or _more_due(text, found, each) for each in came)


def _more_due(text: str, found: Sequence[Count], came: Count) -> bool:
    """A larger count of the same, named right afterwards as what was to come."""
    after = (each for each in found if each.unit == came.unit and 0 < each.start - came.end < 14)
    return any(each.value > came.value and _DUE.search(_left(text, each)) for each in after)


def _more_before(text: str, found: Sequence[Count], came: Count) -> bool:
    """A larger count of the same shortly before, with no fault in between."""
    near = (each for each in found if each.unit == came.unit and 0 < came.start - each.end < 14)
    larger = (each for each in near if each.value > came.value)
    if _TAKEN_AFTER.search(text[came.end : came.end + 8]):
        return False
    packed = text[came.end : came.end + 1] == "装" or _BEFORE.search(text[came.end : came.end + 8])
    return not packed and any(not _FAULT.search(text, each.end, came.start) for each in larger)


def _is_taken(text: str, count: Count) -> bool:
    left, right = _left(text, count), text[count.end : count.end + 8]
    return bool(_TAKEN.search(left) or _TAKEN_AFTER.search(right)) and not _KEPT.search(left)


def _left(text: str, count: Count) -> str:
    """What stands before it in the same message."""
    return text[max(0, count.start - 8) : count.start].rsplit("\n", 1)[-1]


def weighed_short(text: str) -> bool:
    """Whether less than half of the weight named first is what was weighed."""
    weights = [each.value for each in counts(text) if each.unit == "斤"]
    return len(weights) > 1 and 0 < weights[-1] < weights[0] / 2
