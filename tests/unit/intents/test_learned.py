"""What examples teach, and when they are asked at all."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import get_args

import numpy as np
import pytest

from bot.conversation import Conversation, Vector
from bot.intents import Examples, Recognise
from bot.intents.learned import HEARD, USUAL, learn
from bot.intents.recognise import by_choice
from bot.intents.rules import Rule
from bot.messages import Audience, Message
from knowledge.documents import Document, Passage
from knowledge.intents import INTENTS, guide_questions

AUDIENCES: tuple[Audience, ...] = get_args(Audience)


def learned_from(*pairs: tuple[list[float], str, str]) -> Examples:
    matrix = np.array([v for v, _, _ in pairs], np.float32)
    return Examples(matrix, [i for _, i, _ in pairs], [s for _, _, s in pairs])


AXES = learned_from(
    *[([1.0, 0.0, 0.0], "merchant_question", "甲")] * 6,
    *[([0.0, 1.0, 0.0], "out_of_scope", "乙")] * 6,
    *[([0.0, 0.0, 1.0], "policy_question", "丙")] * 6,
)


def unit(*values: float) -> Vector:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def test_letters_vector_and_rule_are_weighed_together() -> None:
    merchant = learn(AXES, "merchant")
    assert merchant.likeliest("", None, unit(0, 1, 0)) == "out_of_scope"
    assert merchant.likeliest("", None, unit(1, 0, 0)) == "merchant_question"
    assert merchant.likeliest("甲", None, unit(1, 1, 0)) == "merchant_question"
    assert merchant.likeliest("乙", None, unit(1, 1, 0)) == "out_of_scope"
    between = unit(1, 1, 0)
    rules = [Rule("r", "a", intent) for intent in merchant.intents]
    assert [merchant.likeliest("", rule, between) for rule in rules] == list(merchant.intents)


def test_letters_that_decide_by_far_need_no_vector() -> None:
    merchant = learn(AXES, "merchant")
    assert merchant.surely("乙", None) == "out_of_scope"
    assert merchant.surely("丁", None) is None


def test_sentences_known_by_their_letters_alone_teach_too() -> None:
    more = replace(AXES, more=[("丁戊", "out_of_scope")] * 6 + [("丁", "return_request")] * 6)
    assert learn(more, "merchant").surely("丁戊", None) == "out_of_scope"


def test_examples_of_the_other_door_do_not_count() -> None:
    assert learn(AXES, "merchant").intents == ("merchant_question", "out_of_scope")
    assert learn(AXES, "customer").intents == ("out_of_scope", "policy_question")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_without_examples_the_usual_is_meant(audience: Audience) -> None:
    nothing = learn(Examples(np.zeros((0, 3), np.float32), [], []), audience)
    assert nothing.surely("你好", None) is None
    assert nothing.likeliest("你好", None, unit(1, 0, 0)) == USUAL[audience]


def test_every_intent_is_heard_at_a_door() -> None:
    assert HEARD["merchant"] | HEARD["customer"] == set(INTENTS)


def asked(text: str, audience: Audience, choice: str | None = None) -> tuple[str, int]:
    """The intent, and how often the message was embedded for it."""
    embedded = 0

    async def vector() -> Vector:
        nonlocal embedded
        embedded += 1
        return unit(0, 1, 0)

    talk = Conversation("c", 0, "demo", audience, "e", "v")
    message = Message("m", "c", text, datetime(2026, 11, 22), choice)
    return asyncio.run(Recognise(AXES)(message, talk, vector)), embedded


def test_what_a_rule_or_the_letters_decide_is_not_embedded() -> None:
    assert asked("谢谢", "customer") == ("thanks_bye", 0)
    assert asked("！？", "customer") == ("out_of_scope", 0)
    assert asked("甲", "merchant") == ("merchant_question", 0)
    assert asked("大家都是这么做", "merchant") == ("out_of_scope", 1)


def test_a_tapped_choice_needs_no_words() -> None:
    assert asked("", "merchant", "handoff") == ("human_handoff", 0)
    assert by_choice("anything else") is None


def page(kind: str, *asks: str) -> Document:
    passage = Passage("p", "d", "t", "s", kind, "text", asks=asks)  # type: ignore[arg-type]
    return Document("d", "", "d.md", "t", "digest", (passage,))


def test_guide_questions_are_spread_over_the_guide_and_leave_gaps_out() -> None:
    asks = tuple(f"问题{n}" for n in range(10))
    guide = [page("sentence", *asks), page("gap", "没写的")]
    assert guide_questions(guide, most=4) == tuple(
        (ask, "merchant_question") for ask in ("问题0", "问题3", "问题6", "问题9")
    )
    assert len(guide_questions(guide, most=100)) == 10
