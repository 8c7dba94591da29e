"""What one after-sales talk remembers between messages, as plain JSON in the flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.conversation import Flow
from bot.messages import Choice

NAME = "aftersales"
SAID = 12
"""Utterances remembered; what was said before them has been decided on already."""

LONGEST = 600
PICTURES = 20

Step = Literal["start", "order", "ask", "offer", "withdraw", "told", "filed"]


@dataclass(frozen=True)
class Talking:
    """`order_no` is proven; `number` and `last4` are only claimed. `said`: about this order.

    `pictures`: content hashes. `step`: what we wait for. `hint`: the order the page was about.
    `offered`: ids of the items or orders shown to tap. `aside`: the question answered last.
    `told`: the mark of the verdict told last. `verdict`: the type that a yes would hand in.
    """

    step: Step = "start"
    intent: str = "return_request"
    order_no: str = ""
    number: str = ""
    last4: str = ""
    hint: str = ""
    said: tuple[str, ...] = ()
    item: str = ""
    pictures: tuple[str, ...] = ()
    rounds: int = 0
    escalated: str = ""
    offered: tuple[str, ...] = ()
    aside: str = ""
    told: str = ""
    verdict: str = ""

    def hears(self, text: str) -> Talking:
        """With one more utterance."""
        if not text.strip():
            return self
        return replace(self, said=(*self.said, text.strip()[:LONGEST])[-SAID:])

    def shown(self, digests: Sequence[str]) -> Talking:
        """With more pictures; the same one counts once."""
        kept = tuple(dict.fromkeys((*self.pictures, *digests)))[:PICTURES]
        return replace(self, pictures=kept)

    def offering(self, choices: Sequence[Choice]) -> Talking:
        """Having shown these to tap; only items and orders have a place that can be named."""
        ids = tuple(c.id for c in choices if c.id.startswith(("as:item:", "as:order:")))
        return replace(self, offered=ids)

    def about(self, order_no: str) -> Talking:
        """About another order: what was said before naming it still counts, pictures do not."""
        if order_no == self.order_no:
            return self
        fresh = self.order_no != ""
        return replace(
            self,
            order_no=order_no,
            number="",
            last4="",
            item="",
            told="",
            pictures=() if fresh else self.pictures,
            said=self.said[-1:] if fresh else self.said,
        )

    def flow(self) -> Flow:
        """As it is stored."""
        kept = {k: v for k, v in self.__dict__.items() if v and k != "step"}
        listed = {k: list(v) if isinstance(v, tuple) else v for k, v in kept.items()}
        done = {"start": 0, "order": 0, "ask": 1, "told": 2, "offer": 2, "withdraw": 2, "filed": 3}
        return Flow(NAME, self.step, done[self.step], 3, listed)


def talking(flow: Flow | None) -> Talking:
    """What the flow remembers; nothing of another flow's."""
    if flow is None or flow.name != NAME:
        return Talking()
    return Talking(step=flow.step, **_read(flow.data))  # type: ignore[arg-type]


def _read(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
