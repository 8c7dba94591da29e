"""What is wanted? A flow in progress → a tapped choice → a certain rule → learned examples.

What a rule finds weighs beside what the message's letters suggest; only where the two leave doubt
is the message embedded. The entrance decides whose table and whose examples are read: what a person
at the merchants' door says is never a buyer's wish, however much it speaks of returns.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from threading import Lock
from typing import Literal, get_args

from bot.conversation import Conversation, Vector
from bot.intents.claims import awaited, claimed, put_right
from bot.intents.customer_rules import ALWAYS, CUSTOMER_RULES
from bot.intents.learned import Examples, Learned, learn
from bot.intents.merchant_rules import MERCHANT_RULES
from bot.intents.reactions import asked_after
from bot.intents.rules import Rule, decide
from bot.intents.signals import Signals, read, signals_in
from bot.intents.spelling import spelled
from bot.messages import Audience, Message

SHORT = 8
ASKS_ON = ("merchant_question", "fee_calculation", "metrics_diagnosis")
_SOMEBODY = re.compile(
    r"[a-z]{3}|[谁您]|你们|人工|真人|活[人的]|客服|电话|经理|店[长员主]|老板|老师|专员|转接|投诉"
    r"|[找喊来派给换有跟和][^ ]{0,4}人(?!下单|买|登录)|叫[^ ]{0,3}人(?!登录|下单|买|分享|拼)|聊聊"
)
"""Nobody is asked for without any of these (“转话率健康阀值”)."""
COURTEOUS = frozenset(("greets", "thanks", "asks_person", "noise", "asks"))
"""Signals without which few words after an answer (“分账的”) are no courtesy."""
_BARELY = frozenset(("asks", "asks_fact", "asks_how", "says_something"))
"""Signals of a question, whatever it is about."""
ASKED_ON = ("然后", "再然后", "接着", "那然后", "能干什么", "能干嘛", "能做什么", "可以干什么")
"""What goes on with an answer, whatever it would be alone."""
COURTESIES = ("greeting", "thanks_bye", "human_handoff")

Claim = Literal["surely", "maybe", ""]
"""Whether a message is for a guided piece of work: it answers what was asked there · it could."""
Claims = Callable[[Message, Conversation], Claim]

FLOW = "launch_walkthrough"
WISHES = frozenset(
    ("wants_shop", "leads_me", "plans", "p_count", "p_subject", "p_assets", "p_sells", "own")
)
"""Signals of somebody who speaks of a shop of their own."""
GIVES_WAY = (None, FLOW, "merchant_question", "out_of_scope")
"""What the rules may have decided for a message that only may be for the flow."""


TAPPED = {
    "handoff": "human_handoff",
    "remind": "launch_walkthrough",
    "licence": "merchant_question",
}
"""What the beginning of a choice's id means."""


def nothing_claimed(_message: Message, _talk: Conversation) -> Claim:
    """No flow anywhere."""
    return ""


class Recognise:
    """The shipped recogniser (bot.engine.Recogniser). `claims`: is it for the walkthrough?"""

    def __init__(self, examples: Examples, claims: Claims = nothing_claimed) -> None:
        self._claims = claims
        self._examples = examples
        self._learned: dict[Audience, Learned] = {}
        self._learning = Lock()

    def prepare(self) -> None:
        """What else the first message would wait for: a second of learning."""
        signals_in("")
        audiences: tuple[Audience, ...] = get_args(Audience)
        for audience in audiences:
            self.learned(audience)

    def learned(self, audience: Audience) -> Learned:
        """What the examples teach, worked out when first asked."""
        with self._learning:
            if audience not in self._learned:
                self._learned[audience] = learn(self._examples, audience)
            return self._learned[audience]

    async def __call__(
        self, message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
    ) -> str:
        """One of the sixteen intents of data/evals.md."""
        said = spelled(_asked(message.text, talk))
        if _goes_back(message, said, talk):
            return "merchant_question"
        rule = rule_for(signals_in(said), talk.audience)
        decided = self._decided(message, talk, rule)
        if decided:
            return decided
        # Where it is not learned yet, that takes a second, which others must not wait for.
        learned = self._learned.get(talk.audience)
        if learned is None:
            learned = await asyncio.to_thread(self.learned, talk.audience)
        likeliest = learned.surely(said, rule) or learned.likeliest(said, rule, await vector())
        told = rule is not None and not rule.guess and rule.intent == likeliest
        if likeliest == "human_handoff" and _asks_for_nobody(said, talk, rule):
            return "merchant_question"
        if likeliest in ("greeting", "thanks_bye") and _is_no_courtesy(said, talk):
            return "merchant_question"
        if likeliest == FLOW and _only_asks(said, talk, rule):
            return "merchant_question"
        return likeliest if told or not _leans(said, talk, likeliest) else "merchant_question"

    def _decided(self, message: Message, talk: Conversation, rule: Rule | None) -> str | None:
        """What asks no examples: an answer to the flow, a tap, a certain rule, a word for it."""
        claim = self._claims(message, talk)
        if claim == "surely":
            return FLOW
        decided = (
            by_choice(message.choice)
            or by_aftersales(message, talk)
            or claimed(talk, message.text)
            or _certain(message.text, rule)
        )
        ruled = decided or (rule.intent if rule else None)
        if claim == "maybe" and ruled in GIVES_WAY:
            return rule.intent if rule and _asked_first(talk, rule) else FLOW
        return decided or (awaited(talk) and (ruled or awaited(talk)))


def _asked(text: str, talk: Conversation) -> str:
    """What a merchant asks behind a reaction (“谢谢 对了 失败了退不退” thanks for nothing more).

    Who only tells something behind it takes leave (“明白 我去准备材料了”).
    """
    rest = asked_after(text) if talk.audience == "merchant" else text
    leaves = rest != text and "thanks" in signals_in(spelled(text)) and not talk.flow
    return text if leaves and "asks" not in signals_in(spelled(rest)) else rest


def _asked_first(talk: Conversation, rule: Rule) -> bool:
    """Whether a rule knows what is asked, so that what is told beside it begins nothing."""
    asks = rule.intent == "merchant_question" and not rule.guess and talk.flow is None
    return rule.certain or asks


def _certain(text: str, rule: Rule | None) -> str | None:
    """What is out of doubt: nothing said at all, or a rule that decides alone."""
    if not any(ch.isalnum() for ch in text):
        return "out_of_scope"
    return rule.intent if rule and rule.certain else None


def _goes_back(message: Message, said: str, talk: Conversation) -> bool:
    """Whether it puts the last question right, or asks on in empty words (“过了呢”).

    Where something else is under way the same words may answer that.
    """
    if talk.audience != "merchant" or not talk.topics or talk.flow is not None or message.choice:
        return False
    empty = said.endswith("呢") and len(said) > 2 and "noise" in signals_in(said)
    asks_on = empty or said.rstrip("呢") in ASKED_ON
    return asks_on or bool(put_right(message.text))


def _leans(said: str, talk: Conversation, likeliest: str) -> bool:
    """Whether so few words after an answer (“那插件呢”) are one more question about it.

    Alone they look like anything at all.
    """
    if talk.audience != "merchant" or not talk.topics or likeliest in ASKS_ON:
        return False
    short = len(said) <= SHORT or said.startswith("那") or said.endswith("呢")
    shown = signals_in(said)
    courteous = likeliest in COURTESIES and not {"asks", "says_something"} <= shown
    courteous = courteous and bool(shown & COURTEOUS)
    return short and (not courteous or "asks" in shown)


def _asks_for_nobody(said: str, talk: Conversation, rule: Rule | None) -> bool:
    """Whether a merchant names nobody at all, or asks about somebody who serves customers
    (“晚上没人的时候客服怎么办”)."""
    if talk.audience != "merchant":
        return False
    if rule is None and not _SOMEBODY.search(said):
        return True
    shown = signals_in(said)
    wants = "asks_person" in shown and "no_person" not in shown
    asks = {"asks", "says_something"} <= shown
    return "客服" in said and asks and not wants and "lost_patience" not in shown


def _is_no_courtesy(said: str, talk: Conversation) -> bool:
    """Whether a merchant who greets nobody asks something (“老板让我查一下 转化率多少算好”).

    “咚咚咚 有人没” asks for nothing that has a name.
    """
    shown = signals_in(said)
    asks = {"asks", "says_something"} <= shown and not shown & {"greets", "thanks"}
    return talk.audience == "merchant" and asks and bool(shown - _BARELY)


def _only_asks(said: str, talk: Conversation, rule: Rule | None) -> bool:
    """Whether it asks how something is done and tells no wish for a shop (“错过期限 怎么走”).

    After an answer even “没过怎么办” asks on about that.
    """
    shown = signals_in(said)
    if talk.audience != "merchant" or talk.flow is not None or shown & WISHES:
        return False
    if rule is not None and rule.intent == FLOW:
        return bool(talk.topics) and len(said) <= SHORT and not shown & {"flow_control", "plans"}
    return "asks" in shown and "says_something" in shown


def by_choice(choice: str | None) -> str | None:
    """Intent of a tapped choice that is not a question."""
    kind = (choice or "").partition(":")[0]
    return TAPPED.get(kind)


AFTERSALES = frozenset(
    {
        "return_request",
        "refund_only_request",
        "exchange_request",
        "refund_status",
        "logistics_query",
        "policy_question",
        "complaint_escalation",
    }
)
"""Intents that the after-sales dialogue serves; it reads by itself what is wanted."""


def by_aftersales(message: Message, talk: Conversation) -> str | None:
    """Rule 0: an after-sales talk in progress claims taps, pictures, and words of its own.

    A person, a greeting and thanks keep their handlers, unless we wait for a yes. A picture without
    a word begins one: it is kept as evidence, and the customer is asked what is wrong.
    """
    flow = talk.flow
    if talk.audience != "customer":
        return None
    if flow is None or flow.name != "aftersales":
        wordless = not message.text.strip() and not message.choice
        return "return_request" if message.attachments and wordless else None
    before = str(flow.data.get("intent") or "return_request")
    if (message.choice or "").startswith("as:") or message.attachments:
        return before
    if flow.step == "start":
        return None
    shown = read(message.text)
    if "digits_only" in shown:
        return before
    said = by_rule(message.text, talk.audience)
    courtesy = said == "thanks_bye" and flow.step not in ("offer", "withdraw")
    if said in ("human_handoff", "greeting") or said in AFTERSALES or courtesy:
        return said
    return before


def by_rule(text: str, audience: Audience) -> str | None:
    """Intent of what the words alone decide, else None."""
    if not any(ch.isalnum() for ch in text):
        return "out_of_scope"
    rule = rule_for(read(text), audience)
    return rule.intent if rule else None


def rule_for(shown: Signals, audience: Audience) -> Rule | None:
    """The rule that decides, for the recogniser and for people who ask why."""
    table = CUSTOMER_RULES if audience == "customer" else MERCHANT_RULES
    return decide((*ALWAYS, *table), shown)
