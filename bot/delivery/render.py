"""Replies as letters: cut to the platform's bytes, choices and sources as it can show. Pure."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.contact_store import Contact
from bot.mail import CARD, Card, Letter, Limits, Outgoing, Post, Todo
from bot.messages import Choice, Citation, Reply
from knowledge.wording import Wording

MOST_SOURCES = 2

CAREFUL = Limits(2048)
"""For an account that this process does not know; the smallest of all platforms' limits."""

# Best place to cut first: between paragraphs, lines, sentences, clauses, anywhere.
_SEAMS = (
    re.compile(r"\n{2,}"),
    re.compile(r"\n"),
    re.compile(r"(?<=[。！？；!?;…])[”’」』）)]*|(?<=\.)\s"),
    re.compile(r"(?<=[，、：,:])|\s"),
)


@dataclass(frozen=True, slots=True)
class Answering:
    """`bot.mail.Way` back to one contact. `answers`: the inbox rows that the turn answers.

    Without them the letters are unprompted: nobody asked just now.
    """

    contact: Contact
    limits: Limits
    wording: Wording
    answers: tuple[int, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    todos: tuple[Todo, ...] = ()
    notes: tuple[Reply, ...] = ()
    """Said after the replies, on this way only."""

    def post(self, turn_id: str, replies: Sequence[Reply], cards: Sequence[Card] = ()) -> Post:
        """The letters of these replies, then the cards, and the choices that may be taken by
        number."""
        replies = (*replies, *self.notes) if replies else replies
        choices = tuple(choice for reply in replies for choice in reply.choices)
        letters = tuple(
            self._letter(f"{self.contact.id}:{turn_id}:{number}", text, tapped)
            for number, (text, tapped) in enumerate(pieces(replies, self.limits, self.wording))
        )
        shown = tuple(self._card(turn_id, number, card) for number, card in enumerate(cards))
        return Post(self.contact.id, self.answers, (*letters, *shown), choices, self.todos)

    def _card(self, turn_id: str, number: int, card: Card) -> Letter:
        text = self.wording.say(f"card_{card.kind}", id=card.id)
        letter = self._letter(f"{self.contact.id}:{turn_id}:card{number}", text, ())
        extra = {**self.extra, CARD: f"{card.kind}:{card.id}"}
        return replace(letter, outgoing=replace(letter.outgoing, extra=extra))

    def _letter(self, name: str, text: str, choices: tuple[Choice, ...]) -> Letter:
        to = self.contact
        # The same turn and piece have the same key, whoever makes them; 32 letters fit every API.
        key = hashlib.sha256(name.encode()).hexdigest()[:32]
        out = Outgoing(
            key, to.channel, to.account, to.sender, text, choices, to.room, extra=self.extra
        )
        return Letter(out, unprompted=not self.answers)


def pieces(
    replies: Sequence[Reply], limits: Limits, wording: Wording
) -> list[tuple[str, tuple[Choice, ...]]]:
    """(text, choices to tap) of every letter. Where sends are counted, replies share letters."""
    told = [(_full_text(reply, limits, wording), _tapped(reply, limits)) for reply in replies]
    if any(window.sends is not None for window in limits.windows):
        told = _joined(told, limits)
    return [piece for text, choices in told for piece in _cut_with_choices(text, choices, limits)]


def _joined(
    told: list[tuple[str, tuple[Choice, ...]]], limits: Limits
) -> list[tuple[str, tuple[Choice, ...]]]:
    """One letter of all, unless there is more to tap than one menu holds."""
    choices = tuple(choice for _, tapped in told for choice in tapped)
    if not told or len(choices) > limits.choices:
        return told
    return [("\n\n".join(text for text, _ in told if text), choices)]


def _cut_with_choices(
    text: str, choices: tuple[Choice, ...], limits: Limits
) -> list[tuple[str, tuple[Choice, ...]]]:
    parts = cut(text, limits.text_bytes)
    return [(part, choices if part is parts[-1] else ()) for part in parts]


def _tapped(reply: Reply, limits: Limits) -> tuple[Choice, ...]:
    return reply.choices if len(reply.choices) <= limits.choices else ()


def _full_text(reply: Reply, limits: Limits, wording: Wording) -> str:
    parts = [reply.text, _source(reply.citations, wording)]
    if reply.choices and not _tapped(reply, limits):
        parts.append(_numbered(reply.choices, wording))
    return "\n".join(part for part in parts if part)


def _numbered(choices: Sequence[Choice], wording: Wording) -> str:
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    return "\n".join([*lines, wording.say("choose_by_number")])


def _source(citations: Sequence[Citation], wording: Wording) -> str:
    """One line of source for chats that cannot show citations."""
    named = dict.fromkeys(f"《{c.title}》{c.section}（{c.as_of}）" for c in citations)
    sources = "；".join(list(named)[:MOST_SOURCES])
    if len(named) > MOST_SOURCES:
        sources += "等"
    return wording.say("source_line", sources=sources) if sources else ""


def cut(text: str, most: int) -> list[str]:
    """`text` in parts of at most `most` bytes of UTF-8, cut at the ends of sentences if it can be.

    Nothing but white space at the seams is lost. `most` is at least 4, the longest character.
    """
    parts, rest = [], text.strip()
    while len(rest.encode()) > most:
        head = _fitting(rest, most)
        place = _seam(rest, len(head))
        parts.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*parts, rest] if rest else parts


def _seam(text: str, most: int) -> int:
    """Where to cut so that at most `most` characters stand before: in the second half, if so."""
    for seam in _SEAMS:
        ends = [found.end() for found in seam.finditer(text[: most + 1]) if found.end() <= most]
        if ends and ends[-1] > most // 2:
            return ends[-1]
    return most


def _fitting(text: str, most: int) -> str:
    """The longest beginning of at most `most` bytes that ends with a whole character."""
    return text.encode()[:most].decode(errors="ignore")
