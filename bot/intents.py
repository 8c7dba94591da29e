"""What is wanted? A tapped choice → rules → nearest examples.

Rules come first because they cost nothing: a turn they decide embeds nothing.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Conversation, Vector
from bot.messages import Message, plain

NEIGHBOURS = 5

_HUMAN = re.compile(
    r"人工|真人|活人|(找|叫|换|要|转|接).{0,4}(客服|店员|店主|老板|经理|人来|个人)|别.{0,3}机器人"
)
_NOT_HUMAN = re.compile(r"人工(智能|费|成本|审核|复核|判断)|不(用|要|需要)(转)?人工|没有人工")
_GREETING = re.compile(
    r"(你|您|大家)?好[啊呀吖]?|在[吗嘛不么]?(的)?|在不在|有人(在)?[吗嘛不没么]?|hi|hello|hey|哈[喽罗啰]|嗨+|"
    r"(早上|上午|中午|下午|晚上)好[啊呀]?|早[啊安]?|喂+|客服(在吗)?|亲|老板在吗|你好.?在吗|您好.?在吗"
)
_THANKS = re.compile(
    r"(好的?|行|嗯+|ok|哦|知道了|明白了?|收到|可以)?(非常|太|十分)?"
    r"(感谢|谢谢|谢了|谢啦|多谢|谢|3q|thx|thanks?|thank you)"
    r"(你|您|啦|了|啊|哈|亲|老板|客服)*|(没事了?|没有了|没别的(问题)?了?)?(拜拜?|再见|回见|88|bye)(了|啦|咯)?|辛苦(了|啦)|"
    r"没(别的)?(事|问题)了|先这样(吧)?"
)
_FILLER = re.compile(r"[\s\W_]+|哈+$|哦+$|呢$|~+")


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences whose intent we know: `matrix` holds a unit vector a row, `intents` its intent."""

    matrix: NDArray[np.float32]
    intents: Sequence[str]

    def nearest(self, vector: Vector) -> tuple[str, float]:
        """The intent that most of the nearest examples have, weighed by closeness; its best one."""
        if not len(self.intents):
            return "merchant_question", 0.0
        close = self.matrix @ vector
        best = np.argsort(-close)[:NEIGHBOURS]
        votes: dict[str, float] = {}
        for i in best:
            weight = float(max(close[i] - 0.75, 0.0)) ** 2
            votes[self.intents[i]] = votes.get(self.intents[i], 0.0) + weight
        winner = max(votes, key=lambda intent: votes[intent])
        return winner, max(float(close[i]) for i in best if self.intents[i] == winner)


class Recognise:
    """The shipped recogniser (bot.engine.Recogniser)."""

    def __init__(self, examples: Examples) -> None:
        self._examples = examples

    async def __call__(
        self, message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
    ) -> str:
        """One of the sixteen intents of data/evals.md."""
        decided = by_choice(message.choice) or by_rule(message.text)
        return decided or self._examples.nearest(await vector())[0]


def by_choice(choice: str | None) -> str | None:
    """Intent of a tapped choice that is not a question."""
    return "human_handoff" if choice == "handoff" else None


def by_rule(text: str) -> str | None:
    """Intent of what needs no understanding, else None."""
    said = plain(text)
    if not any(ch.isalnum() for ch in said):
        return "out_of_scope"
    bare = _FILLER.sub("", said)
    if _GREETING.fullmatch(bare):
        return "greeting"
    if _THANKS.fullmatch(bare):
        return "thanks_bye"
    if _HUMAN.search(bare) and not _NOT_HUMAN.search(bare):
        return "human_handoff"
    return None
