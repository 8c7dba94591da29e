"""“砍一刀为啥不让搞” is no text to check: who asks about a rule is answered from the guide."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.conversation import Handler, Outcome, Turn
from handlers.merchant.asked_text import agrees, asked_text
from handlers.merchant.compliance import FLOW
from handlers.merchant.stray import Knows, nothing_known
from handlers.rules.compliance import check
from knowledge.advertising import Advertising

_WHY = re.compile(
    r"罚(多少|几|款|什么|啥)|怎么罚|咋罚|罚不罚|会(?:被|不会)?罚|处罚|赔(多少|几)|为(什么|啥|何)|凭(什么|啥)|干嘛(要|不)"
    r"|会(?:怎么?样|咋样|有(?:什么|啥)(?:后果|事|下场))|后果|下场|(?:什么|啥)结果|会不会被?封"
)
"""Asks why, or what comes of it."""
_PRICE = re.compile(
    r"^(?!.*(?:帮|看[下看]|文案|标题|广告[语词]|口号|写|改成|换成|这[句段条]))"
    r".*(?:多少钱|几块钱?|多少费用?|几个点)[啊呀呢吗嘛]?[？?]?$"
)
"""“最低投多少钱”: what is wanted is a figure, not leave to write 最低."""
_ASKS = re.compile(
    r"多[少久大高贵长]|几[个天款次块毛钱秒分]|怎么|怎样|如何|咋|什么|啥|哪|谁|要不要|是不是|有没有|有用吗|必要"
)
_WHO = re.compile(r"(个体户?|企业|公司|个人|[没未]认证)[^，。 ]{0,4}(能|可以|可不可以)")
"""“个体户能做分销吗” asks what an account may do, not whether a promotion is allowed."""
_LAWFUL = re.compile(r"(犯|违|合)法|违不违|违规(吗|不|么)")
_TEXT = re.compile(
    r"帮|看[下看一过]|瞧|这[句段条样么]|文案|标题|广告语?|口号|朋友圈|海报|详情|写(?!谁|老|[我他她你]|别人)|改|换成"
)
"""Words of somebody who has a text."""
_POINTS = re.compile(r"^那?[这那它](?!句|段|条|么写|样写)|照搬|照抄|照着|抄作业|刚才|回到")
LAST = 16
"""A longer message says itself what may be done."""
_YES_OR_NO = re.compile(
    r"[吗么不没]\??(?= |，|$)|能不能|可不可以|行不行|[行可能][以得]?不|有没有|\?"
)
NAME = 4
"""So few signs name a thing (“抽奖行不”); they are no text."""
_REVISES = re.compile(r"^(那|那就|那我)?(改|换|写)")
"""Within a check: another wording of the same text."""
_GIVEN = re.compile(r"[“”\"「」『』:：\n]")
"""What shows that a text is given to be looked at."""


@dataclass(frozen=True, slots=True)
class CheckOrAnswer:
    """Checks a text; a question about the rules goes to the guide, and a text is never one."""

    checks: Handler
    guide: Handler
    advertising: Advertising
    has: Knows = nothing_known
    """Whether the guide answers a message beyond doubt."""

    async def __call__(self, turn: Turn) -> Outcome:
        message = turn.message.text
        of_last = self._of_last(turn)
        if _gives_text(turn):
            return await self.checks(turn)
        if not (of_last or self._asks(message)):
            return await self._asked_anyway(turn) or await self.checks(turn)
        outcome = await self.guide(turn)
        if outcome.status == "answered":
            return replace(outcome, intent="merchant_question")
        if of_last:
            return outcome
        if _framed(message) or _WHY.search(message):
            return await self.checks(turn)
        return outcome

    async def _asked_anyway(self, turn: Turn) -> Outcome | None:
        """The guide's answer to “…行不” with nothing to object to and no word of a text."""
        message = turn.message.text
        if _GIVEN.search(message) or _TEXT.search(message) or not _YES_OR_NO.search(message):
            return None
        if check(message, self.advertising).findings or not await self.has(turn):
            return None
        outcome = await self.guide(turn)
        answered = outcome.status == "answered"
        return replace(outcome, intent="merchant_question") if answered else None

    def _of_last(self, turn: Turn) -> bool:
        """Whether it asks whether what was just told may be done (“这玩法我能照搬吗”)."""
        talk, message = turn.conversation, turn.message.text
        if not talk.topics or len(message) > LAST or _GIVEN.search(message):
            return False
        pointed = _POINTS.search(message) is not None
        return pointed and not check(asked_text(message), self.advertising).findings

    def _asks(self, message: str) -> bool:
        """Whether it asks why or what it costs, or asks anything and holds nothing to object to."""
        if _WHY.search(message):
            return True
        if _GIVEN.search(message):
            return False
        if _PRICE.search(message):
            return True
        text = asked_text(message)
        if not text or check(text, self.advertising).findings:
            return False
        if len(text) <= NAME or _WHO.search(message):
            return True
        return bool(_LAWFUL.search(message) or (not _framed(message) and _ASKS.search(text)))


def _gives_text(turn: Turn) -> bool:
    """Whether the check under way waits for this: the text itself, a new wording, a yes."""
    flow, message = turn.conversation.flow, turn.message.text
    if flow is None or flow.name != FLOW:
        return False
    if flow.step == "text":
        return not _WHY.search(message)
    return bool(_REVISES.match(message)) or agrees(message)


def _framed(message: str) -> bool:
    """Whether words around it ask for a look (“帮我看下…”, “…能用吗”)."""
    return asked_text(message) != message.strip()
