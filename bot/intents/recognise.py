"""What is wanted? A flow in progress → a tapped choice → rules over signals → learned examples.

A turn that the rules decide embeds nothing. The entrance decides whose table is read: what a
person at the merchants' door says is never a buyer's wish, however much it speaks of returns.
"""

from collections.abc import Awaitable, Callable
from typing import get_args

from bot.conversation import Conversation, Vector
from bot.intents.customer_rules import ALWAYS, CUSTOMER_RULES
from bot.intents.learned import Examples, learn
from bot.intents.merchant_rules import MERCHANT_RULES
from bot.intents.rules import Rule, decide
from bot.intents.signals import Signals, read
from bot.messages import Audience, Message


class Recognise:
    """The shipped recogniser (bot.engine.Recogniser)."""

    def __init__(self, examples: Examples) -> None:
        audiences: tuple[Audience, ...] = get_args(Audience)
        self._learned = {audience: learn(examples, audience) for audience in audiences}

    async def __call__(
        self, message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
    ) -> str:
        """One of the sixteen intents of data/evals.md."""
        # Rule 0 belongs here: a flow in progress (talk.flow) claims the messages it waits for.
        decided = by_choice(message.choice) or by_rule(message.text, talk.audience)
        return decided or self._learned[talk.audience].likeliest(await vector())


def by_choice(choice: str | None) -> str | None:
    """Intent of a tapped choice that is not a question."""
    return "human_handoff" if choice == "handoff" else None


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
