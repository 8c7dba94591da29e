"""What a message tells about the merchant: facts in any order, several at once. Pure.

A statement counts as such; a question counts only for what it says one has or has not (“没有公众号
能开吗”) or says of oneself (“我卖毛巾要什么证”). Of two values for one thing the later holds, and what
stands behind 不是 is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from handlers.merchant.launch_amounts import Amount, amounts
from handlers.merchant.launch_days import coming_day, past_day
from handlers.merchant.launch_lexicon import (
    ASKS_ABOUT_REJECTION,
    DONE,
    FILLER,
    MINE,
    NOT_YET,
    QUESTION,
    REJECTED,
    SCOPE,
    SELLING,
    SOLD,
)
from handlers.merchant.launch_topics import polarity
from knowledge.expressions import Expression
from knowledge.launch.shapes import Category, LaunchBook, Slot

_UNDONE = re.compile(
    r"(不是|不算|并非|非|不叫|没注册|不卖|不做)[^ ]{0,2}$|(没有?|无|还没开|不想开)$"
)
_COUNTED = re.compile(
    r"\s?(?:(?:个|件|本|条|双|套|只|样|种|把|支|瓶|张)?(?:左右|上下|多)?(?:品种?|商品|货(?!拿)|产品|单品|sku|款式?|型号|口味|样式?|种类?|规格|东西|花色|颜色|书)"
    r"|(?:个|件|本|样|种|幅|副|枚|盆|株)(?:左右|上下|多|吧|的样子|不到|以内)?(?=$| ))"
)
_COUNT_OF = re.compile(
    r"(?:商品数?|产品|sku|品种?|款式?|样式|花色|数量|个数|单品)(?:有|about|大概|大约|差不多|是|数|改成|也就|一共|:)*\s?$"
)
_MONEY = re.compile(r"预算|花|投(?!诉)|一年|每年|年费|成本|拿出|经费|出得起|掏")
_MEASURED = re.compile("[坛斤件单箱瓶袋盒吨台套双条包罐桶只个粉]")
"""“一年卖几百坛” is no budget."""
_RETRACTED = re.compile(r"(?:哦|噢|哎|啊|不对|等下|等等) ?没有?(?=$| )")
_NO_MONEY = re.compile(
    r"预算(没有?|为?零|0)(?=$| )|没(有|啥|什么)?(预算|钱)(?!的)|一分钱?不(想)?花|不(想|打算)花钱|零预算"
)
_PUT_ONLINE = re.compile(
    r"(?:把|将)(?:我们?|自家|家里|俺|咱)?(?:们|家)?的?([^ ]{2,8}?)(?:拿|弄|放|搬|搞|挂)(?:到|去|上)[^ ]{0,6}(?:卖|网|微信|店)"
)
_COOKED = re.compile(
    r"(?:自己|自家|家里|俺|我|咱|手工|现)[^ ]{0,3}(?:熬|腌|卤|烤|蒸|煮|炸|炒|酿|烘|熏|包|晒)(?:的|制)"
)
_CORRECTED = re.compile(r"(?:不对|错了|哦不|应该是) ?([^ ]{1,6})(?=$| )")
_STORES = re.compile(r"(?:家|个|间)[^ ]{0,4}(?:门店|店铺?|分店|铺子?|直营店)(?!程序)")
_ALL_OF = re.compile(
    r"(?<![^ ])((?:[^ 没有]{2,5} ){1,3})([^ 没有]{2,6}?)(?:也|全)?都(没有|没|有)(?=$| |的)"
)
_WHAT_IS = re.compile(r"(?<=[^ ])是个?(?:啥|什么)(?:东西|玩意)?(?= (?:没|有))")
"""“公众号是啥 没有” asks and answers."""
_PAPERS = re.compile(r"[^ ]{0,6}(?:许可证?|备案|资质|批文|证书|配方注册)")
_GO_LIVE = re.compile(r"上线|开业|开张|开店|开起来|搞定|弄好|开卖|卖")


@dataclass(frozen=True)
class Heard:
    """What one message said. `held` are papers, `done` steps they say they have."""

    values: Mapping[str, str | int] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    go_live: date | None = None
    rejected: bool = False
    rejected_on: date | None = None

    def __bool__(self) -> bool:
        return bool(
            self.values or self.said or self.done or self.held or self.go_live or self.rejected
        )


@dataclass
class _Notes:
    values: dict[str, str | int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)

    def take(self, key: str, value: str | int, assumed: bool = False) -> None:
        if assumed and key in self.values and key not in self.assumed:
            return
        self.values[key] = value
        (self.assumed.add if assumed else self.assumed.discard)(key)


def read(book: LaunchBook, said: str, today: date) -> Heard:
    """What `spelled` text tells."""
    notes = _Notes()
    rejected = bool(REJECTED.search(said)) and not ASKS_ABOUT_REJECTION.search(said)
    rest = _scope(said, notes)
    rest = _ALL_OF.sub(_each, _WHAT_IS.sub("", rest))
    clauses = [clause for clause in rest.split(" ") if clause]
    _numbers(rest, clauses, notes)
    for slot in book.slots.values():
        _slot(slot, rest, clauses, notes)
    if not rejected or SOLD.search(rest):
        _goods(book, rest, clauses, notes)
    done, held = _finished(book, said)
    if "licence" in done:
        notes.take("licence", "yes")
    return Heard(
        notes.values, notes.said, frozenset(notes.assumed), done, held,
        _goal(clauses, rest, today), rejected, past_day(said, today) if rejected else None,
    )  # fmt: skip


def _each(listed: re.Match[str]) -> str:
    """“公众号 技术都没有”: each of them."""
    return " ".join(f"{one}{listed[3]}" for one in (*listed[1].split(), listed[2]))


def _scope(said: str, notes: _Notes) -> str:
    """Takes what the licence says out of the text: 服装鞋帽 there is not what they sell."""
    found = SCOPE.search(said)
    if not found or QUESTION.search(found[0]):
        return said
    scope = re.sub(r"(零售|批发|销售|经营|类|这些|之类的?|的)+$", "", found[1]) or found[1]
    notes.said["scope"] = scope
    notes.take("licence", "yes")
    return f"{said[: found.start()]} {said[found.end() :]}"


def _slot(slot: Slot, text: str, clauses: Sequence[str], notes: _Notes) -> None:
    for clause in clauses:
        asking = bool(QUESTION.search(clause))
        if slot.topics:
            said = polarity(slot, clause, asking)
            if said:
                notes.take(slot.name, said)
        elif not asking or MINE.search(clause) or slot.name == "wish":
            _words(slot, clause, notes)
    if slot.topics and slot.name not in notes.values:
        said = polarity(slot, text, True)  # “公众号 没有”: a pause between thing and word
        if said and not QUESTION.search(text):
            notes.take(slot.name, said)
    retracted = _RETRACTED.search(text)
    if slot.topics and retracted and polarity(slot, text[: retracted.start()], True):
        notes.take(slot.name, "no")  # “公众号有 哦没有”


def _words(slot: Slot, clause: str, notes: _Notes) -> None:
    if "还是" in clause and sum(bool(_hits(p, clause)) for p in slot.words.values()) > 1:
        return
    for assumed, table in ((True, slot.assumes), (False, slot.words)):
        hits = [
            (end, value) for value, patterns in table.items() for end in _hits(patterns, clause)
        ]
        if hits:
            notes.take(slot.name, max(hits)[1], assumed)


def _hits(patterns: Sequence[Expression], clause: str) -> list[int]:
    found = [m for pattern in patterns for m in pattern.finditer(clause)]
    return [m.end() for m in found if not _UNDONE.search(clause[: m.start()])]


@dataclass(frozen=True)
class _Named:
    """A kind of goods found in the text. The best one is said to be sold, then longest, then last."""

    sold: bool
    length: int
    at: int
    category: str
    word: str

    @property
    def rank(self) -> tuple[bool, int, int]:
        return self.sold, self.length, self.at


def _goods(book: LaunchBook, text: str, clauses: Sequence[str], notes: _Notes) -> None:
    stated = " ".join(c for c in clauses if not QUESTION.search(c) or MINE.search(c))
    stated = _PAPERS.sub(" ", stated)  # 食品经营许可证 is a paper, not what they sell
    named = [found for category in book.categories.values() for found in _named(category, stated)]
    if named:
        best = max(named, key=lambda one: one.rank)
        notes.take("category", best.category)
        notes.said["goods"] = best.word
        return
    told = [
        one for one in SOLD.finditer(stated) if not re.search("[不没别]$", stated[: one.start()])
    ]
    found = told[0] if told else None
    goods = FILLER.sub("", found[1] or found[2] or "") if found else ""
    if put := _PUT_ONLINE.search(stated):
        goods = put[1]
    if goods and not re.search(
        r"小程序|小店|店$|网店|公众号|生意|货$|规划|计划|会员|积分|开发|认证|推广|直播|跨境|微信|线上|活动|广告|审核|技术|程序|电商|什么|主意|起来|好了|完了|一下",
        goods,
    ):
        notes.take("category", "food" if _COOKED.search(stated) else "general")
        notes.said["goods"] = goods


def _named(category: Category, text: str) -> list[_Named]:
    found = []
    for pattern in category.words:
        for m in pattern.finditer(text):
            before = text[: m.start()]
            if not _UNDONE.search(before):
                sold = bool(SELLING.search(before))
                found.append(_Named(sold, len(m[0]), m.start(), category.id, m[0]))
    return found


def _numbers(text: str, clauses: Sequence[str], notes: _Notes) -> None:
    for clause in clauses:
        found = list(amounts(clause))
        if _NO_MONEY.search(clause):
            notes.take("budget", 0)
            notes.said["budget"] = "没有"
        elif _MONEY.search(clause) and not QUESTION.search(clause):
            _budget(clause, found, notes)
        for one in found:
            _count(clause, one, notes)
    # “SKU 30 个”, “预算 一万”: a pause between name and number
    for one in amounts(text) if "count" not in notes.values else ():
        if _COUNT_OF.search(text[: one.start]) and "年" not in text[one.end : one.end + 1]:
            notes.take("count", one.value)
    if "count" in notes.values and (mended := _CORRECTED.search(text)):  # “120个款 不对 一百五”
        for one in amounts(mended[1]):
            notes.take("count", one.value)
    if "budget" not in notes.values and (found_pause := re.search(r"预算[^ ]{0,3} ", text)):
        _budget(text[found_pause.start() :], list(amounts(text[found_pause.start() :]))[:1], notes)


def _budget(clause: str, found: Sequence[Amount], notes: _Notes) -> None:
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
        notes.said["budget"] = f"{best.said}元" if best.said[-1].isdigit() else best.said


def _count(clause: str, one: Amount, notes: _Notes) -> None:
    before, after = clause[: one.start], clause[one.end :]
    if re.search(r"不是[^ ]{0,2}$", before):
        return
    if _STORES.match(after):
        notes.take("stores", one.value)
    elif (
        one.value > 1
        and (_COUNTED.match(after) or _COUNT_OF.search(before))
        and not re.match(r"[块元万年月天]", after)
    ):
        notes.take("count", one.value)
        notes.said.pop("count", None)
        if re.match(r"好?几|十几|上|[二三四五六七八九]十几", one.said):
            notes.said["count"] = one.said


def _goal(clauses: Sequence[str], text: str, today: date) -> date | None:
    if not re.search(r"前|赶|之前|以前|那天|来得及", text) or not _GO_LIVE.search(text):
        return None
    return next((day for clause in clauses if (day := coming_day(clause, today))), None)


def _finished(book: LaunchBook, said: str) -> tuple[frozenset[str], frozenset[str]]:
    """Steps and papers that they say are there."""
    held = {
        licence.name
        for category in book.categories.values()
        for licence in category.licences
        if _has(licence.has.written, said, having=True)
    }
    done = {s.id for s in book.steps if s.said and _has(s.said.written, said, having=False)}
    if "filing" in done and held and not re.search(r"icp|小程序备案", said):
        done.discard("filing")
    return frozenset(done), frozenset(held)


def _has(name: str, said: str, having: bool) -> bool:
    ways = f"(?:{name})[^ ]{{0,6}} ?{DONE}|(?:拿到|办好|办完|办了)了?[^ ]{{0,3}}(?:{name})"
    if having:
        ways += f"|(?<!没)有[^ ]{{0,4}}(?:{name})|(?:{name})(?:也|都|我们?)?有(?!没)"
    return any(
        not NOT_YET.search(said[max(0, m.start() - 3) : m.end() + 2])
        for m in re.finditer(ways, said)
    )
