"""Which licences a category needs: looked up in the launch data, else left to the guide.

Decided by rules; nothing is embedded. A category that the data do not know is said to be unknown,
with the nearest ones to tap.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.conversation import Handler, Outcome, Topic, Turn, Vector
from bot.intents.spelling import spelled
from bot.messages import Choice, Citation, Reply
from handlers.merchant.parts import questions_in, short, stands
from handlers.rules.licences import GENERAL, Lookup, look_up
from knowledge.launch.shapes import Category, LaunchBook, Link
from knowledge.wording import Wording

TAPPED = "licence:"
_PAPER = r"(?:证照?|证件|资质|许可证?|执照|牌照|手续(?!费)|批文|批号|备案)"
_ASKS = re.compile(
    rf"(?:什么|哪些|哪几|几个|啥)[^ ?]{{0,4}}{_PAPER}|{_PAPER}[^ ?]{{0,3}}(?:有|要|需要|办|得办)?(?:什么|哪些|啥|几)"
    rf"|(?:要不要|用不用|需不需要|得不得)[^ ?]{{0,8}}{_PAPER}|(?:要|需|得|用|有)[^ ?]{{0,8}}{_PAPER}[^ ?]{{0,2}}(?:吗|么|不(?=$| )|没(?=$| ))"
    rf"|(?:查|看|列|问)(?:一?下|查)?[^ ?]{{0,10}}(?:资质|许可|证)(?!书编|明)|(?:得|要|需要)(?:去)?办(?:点|些)?(?:什么|啥|哪些)|上架[^ ?]{0, 2}(?:要|需要|得)(?:有|备)?(?:什么|啥|哪些)(?=$|[ ?])"
)
_GOODS = re.compile(
    r"(?:卖|做|经营|开|搞|上架|上|销售|批发|代理)(?:点|些|个|的是|的|一些)?([^ ?]{1,10}?)(?:的话|类目|店|生意)?(?:需要|得|要|都|用|应该|该|去|这类)*(?:办|有|什么|哪些|啥|备|准备|资质|证|许可|不要|吗|$| )"
    rf"|^([^ ?]{{1,8}}?)(?:类目|类)?(?:的)?(?:需要|得|要|都|应该|该)*(?:办|有)?(?:什么|哪些|啥|哪几个?)[^ ?]{{0,3}}{_PAPER}"
    rf"|^(?:查|看|列|问)(?:一?下|查)?([^ ?]{{1,8}}?)(?:类目|类)?(?:的)?(?:资质|许可|证)"
)
_NOT_GOODS = re.compile(
    r"^(不|为|光)|注册|个人|小商|手续费|[\d块元几]|交$|店|小程序|微信|公众号|视频号|网|什么|哪|东西|商品|货|产品|生意|卖货|认证|个体|公司|企业|主体|直播|类目|资质|证|需要|应该|我"
)
_ELSEWHERE = re.compile(
    r"驳回|不符|占比|占多少|比例|罚|模糊|过期|有效期|公示|多少钱|几天|多久|查询工具|能不能不|会员|充值|跨境|多商户|平台型|icp|小程序备案|增值电信|电信|虚拟|预付"
    r"|为(什么|啥|何)|几年|几个月|要等|区别|差别|一样|出入|不同|分别"
)
"""Questions about papers that the guide answers: their cost, their time, why, how two differ."""

_OTHER_GOODS = re.compile(
    r"(?:那|要是|如果|换成)*(?:我们?|俺)?(?:卖|做|改卖)?([^ ?]{1,8}?)(?:呢|的话|的呢)+\??"
)


@dataclass(frozen=True)
class LicenceHandler:
    """Answers “卖 … 要什么证”; everything else goes to `otherwise`."""

    book: LaunchBook
    wording: Wording
    otherwise: Handler
    embed: Callable[[str], Vector]

    async def __call__(self, turn: Turn) -> Outcome:
        said = spelled(turn.message.text)
        several = await self._several(turn)
        if several:
            return several
        found = self.asked(said, turn.message.choice or "") or self._next(said, turn)
        if found is None:
            return await self.otherwise(turn)
        return replace(self._told(found), topic=Topic(f"{found.goods}要什么证", found.goods))

    async def _several(self, turn: Turn) -> Outcome | None:
        """Several questions in one message, one of them about papers; None if that is not so."""
        parts = questions_in(turn.message.text)
        asked = {part: self.asked(spelled(part)) for part in parts if len(parts) > 1}
        known = [found for found in asked.values() if found and found.category]
        if not known:
            return None
        rest = [part for part, found in asked.items() if not found or not found.category]
        told = [self._told(found) for found in known]
        told += [await self._asked_beside(turn, part) for part in rest if stands(part)]
        topic = Topic(f"{known[-1].goods}要什么证", known[-1].goods)
        return replace(joined(told), topic=topic)

    async def _asked_beside(self, turn: Turn, part: str) -> Outcome:
        """What else is asked; that nothing is written is told of that part alone."""

        async def vector() -> Vector:
            return await asyncio.to_thread(self.embed, part)

        message = replace(turn.message, text=part)
        outcome = await self.otherwise(replace(turn, message=message, vector=vector))
        if outcome.status == "answered":
            return outcome
        unsaid = Reply(self.wording.say("part_unsaid", part=short(part)))
        return Outcome((unsaid,), "declined", unanswered=True)

    def _next(self, said: str, turn: Turn) -> Lookup | None:
        """“那宠物粮呢” after papers were asked for: those of other goods."""
        topics, other = turn.conversation.topics, _OTHER_GOODS.fullmatch(said)
        if not other or not topics or not self.asked(topics[-1].question):
            return None
        found = look_up(self.book, said, other[1])
        return found if found.category else None

    def asked(self, said: str, choice: str = "") -> Lookup | None:
        """What is looked up, if anything is."""
        if choice.startswith(TAPPED):
            category = self.book.categories.get(choice.removeprefix(TAPPED))
            return look_up(self.book, category.label.lower()) if category else None
        return papers_asked(self.book, said)

    def _told(self, found: Lookup) -> Outcome:
        if found.category is None:
            return self._unknown(found)
        text = "".join(self._lines(found, found.category))
        citations = tuple(cite(link) for link in found.category.links)
        return Outcome((Reply(text, citations=citations),), "answered")

    def _lines(self, found: Lookup, category: Category) -> list[str]:
        head = self.wording.say("licence_category", goods=found.goods, category=category.label)
        if found.goods == category.label.lower():
            head = self.wording.say("licence_of", category=category.label)
        listed = "；".join(f"{p.name}（{p.when}）" if p.when else p.name for p in found.papers)
        needed = self.wording.say("licence_papers", papers=listed) if listed else ""
        notes = category.notes or ((category.blocked,) if category.blocked else ())
        told = [self.wording.say("licence_note", note=one) for one in notes]
        if not listed and not told:
            told = [self.wording.say("licence_none_written")]
        check = self.wording.say("licence_check")
        return [head, needed, *told, *([] if any(check[:-1] in one for one in told) else [check])]

    def _unknown(self, found: Lookup) -> Outcome:
        near = found.nearest
        labels = "、".join(one.label for one in near)
        key = "licence_unknown_near" if near else "licence_unknown"
        text = self.wording.say(key, goods=found.goods, **({"near": labels} if near else {}))
        choices = tuple(Choice(f"{TAPPED}{one.id}", one.label) for one in near)
        shown = (self.book.categories[GENERAL], *near)
        citations = tuple(dict.fromkeys(cite(link) for one in shown for link in one.links))
        return Outcome((Reply(text, choices, citations),), "clarify", unanswered=True)


def papers_asked(book: LaunchBook, said: str) -> Lookup | None:
    """The goods whose papers are asked for in so many words, if any are."""
    if not _ASKS.search(said) or _ELSEWHERE.search(said):
        return None
    goods = goods_in(said)
    found = look_up(book, said, goods)
    # A single sign that is no known goods is mostly a piece of another word.
    return found if found.category or len(goods) > 1 else None


def joined(told: Sequence[Outcome]) -> Outcome:
    """Several answers as one reply, each line once."""
    replies = [reply for outcome in told for reply in outcome.replies]
    lines = dict.fromkeys(line for reply in replies for line in reply.text.split("\n"))
    choices = tuple(dict.fromkeys(c for reply in replies for c in reply.choices))
    citations = tuple(dict.fromkeys(c for reply in replies for c in reply.citations))
    unsaid = any(outcome.unanswered for outcome in told)
    return Outcome((Reply("\n".join(lines), choices, citations),), "answered", unanswered=unsaid)


def goods_in(said: str) -> str:
    """What they say they sell, when asking for its papers; '' if nothing is named."""
    for match in _GOODS.finditer(said):
        goods = next((one for one in match.groups() if one), "").strip("的了 ")
        if goods and not _NOT_GOODS.search(goods):
            return goods
    return ""


def cite(link: Link) -> Citation:
    """A section of the guide, whole."""
    return Citation(link.document, link.title, link.section, link.text, link.as_of)
