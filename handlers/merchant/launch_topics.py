"""Has one a thing or not? Words beside its name decide. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge.launch.shapes import Slot

_NOT = r"(?:没有?人?|无|不|缺|还没|暂无|未|no |no)"
_BETWEEN = r"(?:有|得|开|过|做|办|注册|申请|弄|搞|人|什么|啥|自己的?|专门的?|懂|会|要|用|需要|想要|现成的?|任何|能|微信|搭|养|请|招|绑|打算|考虑|计划|想|准备|玩|碰|申请过|注册过){0,4}"
_LATER = r"(?:号|嘛|呢|么|啊|这些|什么的|的话|那块|这块|那个|这个|那些)?(?: ?(?:我们?|俺们?|咱们?|从来|先|也|都|还|暂时|目前|就|其实|现在|是|倒|早|早就|已经?|全))*"
_ENDS = r"(?=$| |呢|啊|的|了|呀|吧|哦|开|办|弄|申请|做|注册|有|人|配)"
_HAVING = r"(?:有|开了|开通了?|注册了|办了|弄了|招了|请了|做了|绑了|搞了|拿了|齐了)"
_HAS = r"(?:有(?=$| |[了的呢啊呀吧个一两俩啦哦在现])|开了|办了|开通|申请(?:好|下来|到|过|成)|注册|认证|弄好|办好|做好|搞好|做了|好了|在用|下来|齐|上线|在跑|[^ ]{0,5}(?:粉丝?|个关注)(?=$| ))"

_DENIED = re.compile(r"(?:不|没|别|无|甭)[^ ]{0,5}$")
_HAS_TO = re.compile("要|需要|自己|带")
_OPEN = re.compile(
    r"[不没无未别]|想|打算|准备|要|以后|将来|考虑|再|如果|申请|注册|怎么|插件|连|绑|文章|推文|关联|是(?:什么|啥)|原生|模式"
)
"""Whoever says this beside a thing's name has not said that it is there."""


@dataclass(frozen=True)
class _Patterns:
    no: re.Pattern[str]
    yes: re.Pattern[str]
    bare: re.Pattern[str]
    asked: re.Pattern[str]


@lru_cache(256)
def _patterns(topics: tuple[str, ...], strict: bool, able: bool) -> _Patterns:
    name = f"(?:{'|'.join(topics)})"
    near = r"(?:了|个|一个|自己的?|现成的?|老|家)?" if strict else r"[^ 没无不]{0,5}?"
    more = "|我|自己|有人|要|想要|需要|想做|带" if able else ""
    having = r"(?:有(?!没)|做了|开了|建了)" if strict else f"(?:{_HAVING}{more})"
    has = (
        r"(?:有(?=$| |[了的呢啊呀吧个一两俩啦哦在现])|做好|搞好|弄好|做了|好了|在用|上线|在跑|是)"
        if strict
        else _HAS
    )
    unwanted = f"|(?:不要|不用|不需要|不想要|不搞|不做|别)[^ ]{{0,8}}{name}" if able else ""
    return _Patterns(
        no=re.compile(
            f"{name}[^ ]{{0,8}}(?:不是(?:我|咱|自己)|是[^ ]{{0,4}}(?:别人|人家|村委会?|朋友|亲戚|邻居|前东家|老东家|前公司|同学|客户|前老板))|不是(?:什么)?{name}(?=$| )|{_NOT}{_BETWEEN}{name}|{name}{_LATER} ?(?:没有?|无|算了|免了|就不|不(?:要|用|需要|会|懂|做|搞|是|弄|玩)?){_ENDS}{unwanted}"
        ),
        yes=re.compile(f"{having}{near}{name}|{name}{_LATER} ?{has}"),
        bare=re.compile(name),
        asked=re.compile(
            f"(?:有没有|要不要|是不是|用不用){near}{name}|{name}{_LATER}(?:有没有|要不要)|{name}{_LATER} ?{has}(?:以后|之后|后)|有{near}{name}(?:吗|没有?\\?|么)"
        ),
    )


def prepare(slots: Iterable[Slot]) -> None:
    """Compiles what a message will need, before the first one comes."""
    for slot in slots:
        if slot.topics:
            _patterns(slot.topics, slot.strict, slot.wish or slot.able)


def polarity(slot: Slot, clause: str, asking: bool) -> str:
    """`yes`, `no` or '' for what this clause says of the topic. The last word on it counts."""
    patterns = _patterns(slot.topics, slot.strict, slot.wish or slot.able)
    clause = patterns.asked.sub(" ", clause)
    no, yes = _last(patterns.no, clause), _last(patterns.yes, clause)
    if no is None and yes is None:
        return _wished(slot, clause, asking, patterns.bare)
    if no is not None and (yes is None or no.end() >= yes.end()):
        return "no"
    if asking and slot.able and yes is not None and _HAS_TO.match(yes[0]):
        return ""  # “要自己写代码么” asks what is needed, not what is there
    return "yes"


def _wished(slot: Slot, clause: str, asking: bool, bare: re.Pattern[str]) -> str:
    """Of a wish the mere name tells that it is one."""
    named = bare.search(clause)
    if not named or asking or not slot.wish:
        return ""
    return "no" if _DENIED.search(clause[: named.start()]) else "yes"


def mentioned(slot: Slot, clause: str) -> bool:
    """Whether a thing marked so is spoken of in passing (“公众号粉丝两千”): then it is there."""
    named = _patterns(slot.topics, slot.strict, slot.wish or slot.able).bare.search(clause)
    if not named or not slot.mention:
        return False
    around = clause[max(0, named.start() - 6) : named.end() + 12]
    skilled = slot.able and named[0][:1] in "会懂"
    if skilled:
        return not _DENIED.search(clause[: named.start()])
    return len(clause) > len(named[0]) and not _OPEN.search(around)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return found
