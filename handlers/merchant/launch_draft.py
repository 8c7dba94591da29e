"""What is being said in one turn of the walkthrough: lines, what they rest on, what can be tapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.grounding import numbers
from bot.messages import Choice, Citation, Reply
from knowledge.launch.shapes import Link

ALWAYS_CITED = 2
SKIP = Choice("launch:skip", "跳过")
WAIT = Choice("launch:waiting", "办好叫我")
SUMMARY = Choice("launch:summary", "总结")
HANDOFF = Choice("handoff", "转人工")


@dataclass
class Draft:
    """Lines said so far and what they rest on."""

    lines: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    choices: tuple[Choice, ...] = ()

    def say(self, text: str, links: Sequence[Link] = ()) -> None:
        if text and text not in self.lines:
            self.lines.append(text)
            self.links += links

    @property
    def length(self) -> int:
        """Signs said so far, line breaks counted."""
        return sum(len(line) + 1 for line in self.lines)

    def reply(self) -> Reply:
        """One bubble with the sources that its numbers need, and the first two in any case."""
        text = "\n".join(self.lines)
        wanted = set(numbers(text)).difference(*(numbers(c.quote) for c in self.citations))
        kept = list(self.citations)
        for place, link in enumerate(dict.fromkeys(self.links)):
            holds = wanted & set(numbers(link.text))
            if holds or place < ALWAYS_CITED:
                kept.append(cited(link))
                wanted -= holds
        return Reply(text, self.choices, tuple(dict.fromkeys(kept)))


def cited(link: Link) -> Citation:
    """The whole section as the quote: every number of the sentence stands in it."""
    return Citation(link.document, link.title, link.section, link.text, link.as_of)
