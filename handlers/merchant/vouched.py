"""“依据是啥” “怎么来的” “你确定？”: what the last answer rests on. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from handlers.merchant.left_out import bare
from knowledge.documents import Passage
from knowledge.wording import Wording
from retrieval.library import Library

Doubt = Literal["source", "sure", "working", ""]
"""What is asked of the last answer: where it stands · whether it holds · how it was worked out."""

_OF_IT = (
    r"(?:那|这|你|您|你们|它|他|的|个|些|条|句|话|事|两|俩|三|几|价|数据?|数字|说法|规定|标准|答案|法律?|到底|究竟|是|就|有|又|都|也|没有?"
    r"|呢|啊|呀|说|告诉我|我想知道|请问)*"
)
_SOURCE = (
    r"依据|根据|出处|来源|法条|(?:哪|什么|啥|第几)(?:个|条|一条|部|份)?(?:法[律规]?|规定|条款?|文件|条例|规则)"
    r"|谁(?:规定|说|定|写|讲)的?|从?哪(?:里|儿)?(?:来|出|写|说|规定)的?|官方|(?:凭|靠)(?:什么|啥)(?:这么)?说|第几[条款]|法律?(?:要求|规定)|法定|(?:怎么|咋)来的"
)
_ENDS = (
    r"(?:的|这|那|个|数字?|写|说|看|规定|定|要求|依据|什么|啥|哪|里|条|法律?|第几|在|是|了|吗|么|嘛|不|没有?"
    r"|呢|啊|呀|吧)*"
)
_WORKING = (
    r"(?:怎么|咋|如何|怎样)(?:来|算|得)(?:的|出来的?)|(?:怎么|咋)算(?:的|出)|算一?下?给我看|算式"
)
_ASKS_SOURCE = re.compile(rf"{_OF_IT}(?:{_SOURCE}){_ENDS}")
_ASKS_WORKING = re.compile(rf"{_OF_IT}(?:{_WORKING}){_ENDS}")
_ASKS_SURE = re.compile(
    rf"{_OF_IT}(?:确定|肯定|保证|没(?:有)?(?:搞|弄|说|记|写)错|(?:搞|弄|说|记|写)错了|真的(?:假的|这样)?|真假|准不准|准确|准|靠谱|可信|当真|骗我?|不对|不会吧|不可能)"
    r"(?:吗|么|嘛|不|没|吧|啊|呀|了|的|能?这[么样](?:算|说|写|收|罚)?|[的得]了)*"
)
_OBJECTS = re.compile(
    r"(?:不对(?:吧|啊|呀)?|不会吧|不可能(?:吧|啊)?|(?:你们?|您)?(?:确定|搞错了?|弄错了?)(?:吗|吧)?)[\s，,。?？!！]+.{0,6}不是.{2,14}[吗么嘛?？]*"
)
_FIGURES = re.compile(r"^[\d.×*x%+\-/=元 ]+[\s，,?？]*")
_LAW = "高"
_GUIDE = "指南原文"


def doubt_in(question: str) -> Doubt:
    """Whether it asks what stands behind the last answer, and nothing else."""
    said = _FIGURES.sub("", bare(question))
    if _ASKS_WORKING.fullmatch(said):
        return "working"
    if _ASKS_SOURCE.fullmatch(said):
        return "source"
    return "sure" if _ASKS_SURE.fullmatch(said) or _OBJECTS.fullmatch(said) else ""


def behind(told: Sequence[Passage], library: Library) -> list[Passage]:
    """The first thing told and what corrects it, each with its line of source for its words.

    So the numbers of a clause stand in what is cited.
    """
    first = next((p for p in told if p.origin.source), None)
    if first is None:
        return []
    notes = [p for p in told if p.kind == "correction" and p != first]
    notes = notes or [p for p in library.corrections(first) if p != first]
    return [replace(p, table="", text=f"{p.text}\n{source_line(p)}") for p in (first, *notes[:1])]


def source_line(passage: Passage) -> str:
    """As the page has it above the words."""
    origin = passage.origin
    told = (("来源", origin.source), ("日期", origin.dated), ("可信度", origin.confidence))
    return "｜".join(f"{name}：{value}" for name, value in told if value)


def vouched(doubt: Doubt, found: Sequence[Passage], wording: Wording, worked_out: str) -> str:
    """The reply: `found` as `behind` gives it; `worked_out` is the sum that was told."""
    first, *notes = found
    if worked_out:
        what = first.value or _words(first).rstrip("。")
        return wording.say("sum_again", sum=worked_out, what=what, **_origin(first))
    sure = {_LAW: "law", _GUIDE: "guide"}.get(first.origin.confidence, "else")
    if first.kind == "correction":
        notes = notes or [first]
    if notes and doubt == "sure":
        return wording.say("sure_corrected", note=_words(notes[0]), **_origin(notes[0]))
    line = wording.say(f"{doubt}_{sure}", **_origin(first))
    return line + "".join(wording.say("source_corrected", **_origin(note)) for note in notes)


def _words(passage: Passage) -> str:
    return passage.text.partition("\n")[0]


def _origin(passage: Passage) -> dict[str, str]:
    origin = passage.origin
    return {"source": origin.source, "dated": origin.dated or origin.as_of or "无日期"}
