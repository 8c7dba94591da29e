"""Which marketing tool or way to send goods to take, with the guide's figures and warnings.

Decided by rules; nothing is embedded. What rewards sharing is told as what not to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation import Handler, Outcome, Topic, Turn
from bot.intents.spelling import spelled
from bot.messages import Reply
from handlers.merchant.labels import mentioned
from handlers.merchant.licences import cite
from handlers.rules.choices import Chosen, asked_choice, choose, named_option
from knowledge.choices import Choice, Option
from knowledge.wording import Wording


@dataclass(frozen=True)
class ChoiceHandler:
    """Answers “用哪个好”; everything else goes to `otherwise`."""

    choices: Sequence[Choice]
    wording: Wording
    otherwise: Handler

    async def __call__(self, turn: Turn) -> Outcome:
        said = spelled(turn.message.text)
        asked = asked_choice(said, self.choices)
        if asked:
            return replace(self._told(choose(said, asked), said), topic=_topic(turn, asked.label))
        named = None if _of_an_answer(turn) else named_option(said, self.choices)
        if not named:
            return await self.otherwise(turn)
        return replace(self._one(*named), topic=_topic(turn, named[1].label))

    def _one(self, choice: Choice, option: Option) -> Outcome:
        """An option that was asked about by its name."""
        text = f"{option.only}。" if option in choice.never else self._advised(option)
        return Outcome((Reply(text, citations=tuple(map(cite, option.links))),), "answered")

    def _told(self, chosen: Chosen, said: str) -> Outcome:
        advised = [self._advised(option) for option in chosen.advised]
        between = self._between(chosen, said)
        others = [] if between else self._others(chosen)
        never = [] if between else [f"{option.only}。" for option in chosen.choice.never]
        unsure = [] if advised else [chosen.choice.unsure]
        text = "\n".join([*advised, *others, *never, *unsure])
        citations = tuple(cite(link) for link in chosen.links)
        return Outcome((Reply(text, citations=citations),), "answered")

    def _between(self, chosen: Chosen, said: str) -> bool:
        """Whether the two that are advised are just the two that were named to choose between."""
        labels = [option.label for option in (*chosen.choice.good, *chosen.choice.never)]
        named = mentioned(said, labels)
        return len(named) > 1 and {option.label for option in chosen.advised} == set(named)

    def _advised(self, option: Option) -> str:
        key = "choice_advised_warned" if option.warns else "choice_advised"
        return self.wording.say(key, **_blanks(option))

    def _others(self, chosen: Chosen) -> list[str]:
        """In full while nothing is advised, else in a few words."""
        if not chosen.advised:
            return [self.wording.say("choice_other", **_blanks(one)) for one in chosen.others]
        short = "、".join(f"{one.label}（{one.fits}）" for one in chosen.others)
        return [self.wording.say("choice_rest", options=short)] if short else []


def _of_an_answer(turn: Turn) -> bool:
    """Whether the last answer was the guide's: “储值呢” asks the same of another thing."""
    topics = turn.conversation.topics
    return bool(topics) and bool(topics[-1].passages)


def _topic(turn: Turn, about: str) -> Topic:
    """What the next question may point back to: the thing that was spoken of."""
    return Topic(turn.message.text, about)


def _blanks(option: Option) -> dict[str, str]:
    return {name: getattr(option, name) for name in ("label", "fits", "figures", "warns")}
