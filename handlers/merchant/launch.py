"""The launch walkthrough: takes facts in any order, answers in between, and comes back.

What was said lives in Flow.data; everything else follows from it (handlers.rules.launch). A turn
that only tells, steers or asks the plan embeds nothing; another question goes to the guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from bot.clock import in_shanghai
from bot.conversation import Conversation, Handler, Outcome, Turn
from bot.intents.spelling import spelled
from bot.messages import Message
from handlers.merchant.launch_amounts import amounts
from handlers.merchant.launch_answers import answer, asked_of, expected, is_unsure
from handlers.merchant.launch_codes import code_in, holds_identity, without_codes
from handlers.merchant.launch_course import Course, LaunchParts
from handlers.merchant.launch_hearing import TAPPED
from handlers.merchant.launch_lexicon import (
    ALL_DONE,
    FED_UP,
    MINE,
    QUESTION,
    REJECTED,
    SELLS,
    WANTS_SHOP,
    asked_in,
    command_in,
)
from handlers.merchant.launch_reading import Heard, breathed, named, read
from handlers.merchant.launch_senses import USUALLY
from handlers.merchant.launch_state import REJECTION, State, heard, state_of
from handlers.merchant.launch_topics import prepare
from handlers.merchant.launch_visit import COMMAND_LENGTH, Visit, is_day
from handlers.merchant.licences import papers_asked
from handlers.rules.launch_rejected import causes

Claim = Literal["surely", "maybe", ""]
TELLING = 4
"""Who tells so much about the shop to be, wants it led."""
_TOLD_WHY = re.compile(
    r"(?<!听)(?<!据)说|提示|显示|写|(理由|原因)(?!有|都|是什么|是啥|啥|排|占|分布|一般|哪)|因为"
)
_OURS = re.compile(
    r"(被|给|让)?(驳回?|打回(来)?|退回(来)?|拒|没过|没通过|失败|不通过)了?(?=$| )|了$"
)
"""A rejection that has happened, not one that is spoken about."""
_ELSEWHERE = re.compile(r"人工|客服|谢|呢\??$|^那|辛苦|再见|拜拜|哈哈|^(hi|hello|你好|在吗)")
"""Statements that other parts answer: courtesies, a wish for a person, one more question."""
_FIGURES = re.compile(
    r"访客|浏览量?|转化|复购|回头客?|老客|客单|成交|下单|加购|gmv|购买率|流水|复访|进店"
)
LONGEST = 40
"""A longer statement that tells nothing of the shop may be a text to look at."""
_MEND = re.compile(r"怎么(办|改|弄|处理|搞)|如何(改|处理)|该怎么")


@dataclass(frozen=True)
class Launch(LaunchParts):
    """Leads a merchant to an open shop."""

    def __post_init__(self) -> None:
        prepare(self.book.slots.values())

    async def __call__(self, turn: Turn) -> Outcome:
        begun = state_of(turn.conversation.flow, self.book)
        course = Course(self, turn, begun or self._told_before(turn))
        return await Visit(course, begun).outcome()

    def _told_before(self, turn: Turn) -> State:
        """What they told of themselves before the walkthrough began: nobody says it twice."""
        state, today = State(), in_shanghai(turn.now).date()
        for topic in turn.conversation.topics:
            clauses = spelled(topic.question).split(" ")
            said = " ".join(clause for clause in clauses if not QUESTION.search(clause))
            if MINE.search(said) or SELLS.search(said):
                state = heard(state, replace(read(self.book, said, today), rejected_on=None))
        return replace(state, past=())

    def claims(self, message: Message, talk: Conversation) -> Claim:
        """Is this message for the walkthrough? Rules only, nothing is embedded.

        `surely`: it answers or steers what is under way. `maybe`: it tells about the shop to be, so
        that only a clear wish for something else goes before it.
        """
        if talk.audience != "merchant":
            return ""
        if (message.choice or "").startswith(TAPPED):
            return "surely"
        if code_in(message.text, talk.last_text) or holds_identity(message.text):
            return "surely"
        said = breathed(without_codes(spelled(message.text)))
        state = state_of(talk.flow, self.book)
        if state is None and self._only_asks(said):
            return ""
        news = read(self.book, said, in_shanghai(message.at).date())
        if news.rejected and not QUESTION.search(said) and causes(self.book, said):
            return "surely"  # “主图违规被退回来了 昨天” is no text to be checked
        return self._in_flow(said, news, state) if state else introduces(news, said)

    def _only_asks(self, said: str) -> bool:
        """Whether it asks and says of nobody what they are: most questions need not be read."""
        if not QUESTION.search(said) or REJECTED.search(said) or WANTS_SHOP.search(said):
            return False
        return not named(self.book.slots["subject"], said)

    def _in_flow(self, said: str, news: Heard, state: State) -> Claim:
        if len(said) <= COMMAND_LENGTH and command_in(said):
            return "surely"
        if "scope" in news.said and len(said) <= LONGEST:
            return "surely"  # what a licence says is no text to be checked
        if is_unsure(said) or ALL_DONE.search(said):
            return "surely"
        if answer(self.book, said, expected(self.book, state.profile, state.pending), news) != news:
            return "surely"
        if REJECTION in state.pending and (causes(self.book, said) or is_day(said, news)):
            return "surely"
        if REJECTION in state.pending and _is_told(said):
            return "surely"
        asked = asked_of(self.book, said, state.profile, news)
        if (asked and not any(True for _ in amounts(said))) or FED_UP.search(said):
            return "surely"
        told = news or asked or command_in(said) or _is_told(said)
        return "maybe" if told else ""

    def coming_back(self, handler: Handler) -> Handler:
        """That handler; a question asked in between leads back here in the same reply."""

        async def answered(turn: Turn) -> Outcome:
            outcome = await handler(turn)
            state = state_of(turn.conversation.flow, self.book)
            if (
                state is None
                or state.paused
                or outcome.status not in ("answered", "declined", "clarify")
            ):
                return outcome
            visit = Visit(Course(self, turn, state), state)
            if outcome.status != "answered" and await visit.asks_of_plan(USUALLY):
                return visit.course.outcome()
            return Course(self, turn, state).resumed(outcome)

        return self.overhearing(answered)

    def overhearing(self, handler: Handler) -> Handler:
        """That handler, unless the examples surely know the message for a question of the plan."""

        async def answered(turn: Turn) -> Outcome:
            state = state_of(turn.conversation.flow, self.book)
            if state and not state.paused and not self._ruled(turn.message):
                visit = Visit(Course(self, turn, state), state)
                if await visit.asks_of_plan():
                    return visit.course.outcome()
            return await handler(turn)

        return answered

    def _ruled(self, message: Message) -> bool:
        """Whether a tap or a rule says what is asked, so that no examples need to."""
        return bool(message.choice) or papers_asked(self.book, spelled(message.text)) is not None


def _is_told(said: str) -> bool:
    """A statement that nobody else has to answer."""
    return not QUESTION.search(said) and not _ELSEWHERE.search(said) and len(said) <= LONGEST


def introduces(news: Heard, said: str) -> Claim:
    """Whether somebody says who they are and what they sell, or for what they were rejected."""
    if news.rejected:
        asks = bool(QUESTION.search(_MEND.sub("", said)))
        if not QUESTION.search(said) and _OURS.search(said):
            return "maybe"
        if asks or not (_TOLD_WHY.search(said) or news.rejected_on):
            return ""
        return "surely" if news.rejected_on else "maybe"
    if _FIGURES.search(said) and not WANTS_SHOP.search(said):
        return ""  # “老客回头有126个 总共350人” tells of a shop that sells already
    if WANTS_SHOP.search(said) and (not QUESTION.search(said) or "todo" in asked_in(said)):
        return "maybe"
    asks = bool(QUESTION.search(said))
    ours = MINE.search(said) or (not asks and said[:1] in "卖做开")
    if news.values.get("category") == "general" and len(news.values) <= 2 and not ours:
        return ""  # a word that nobody knows is no goods, unless they speak of themselves
    if "category" not in news.values:
        return "maybe" if len(news.values) > 1 and not asks else ""
    if not {"subject", "licence"} & set(news.values):
        return "maybe" if not asks and (SELLS.search(said) or len(news.values) > 1) else ""
    if "subject" not in news.values and asks:
        return ""  # “不办执照能卖吗” asks; it does not introduce anybody
    return "surely" if len(news.values) >= TELLING else "maybe"
