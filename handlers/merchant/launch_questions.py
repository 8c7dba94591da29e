"""How the walkthrough asks: few questions at once, each with its reason the first time. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.messages import Choice
from handlers.merchant.launch_draft import SKIP, Draft
from handlers.merchant.launch_telling import Telling
from handlers.rules.launch_pages import circled
from handlers.rules.launch_profile import blanks
from knowledge.launch.shapes import Slot
from knowledge.rules.conditions import all_hold

ROOM = 150
"""Signs that a reply to a merchant should not exceed."""
SPARE = 30
"""So much longer it may be for one reason."""
COUNTS = ("", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十")


def ask(
    telling: Telling,
    draft: Draft,
    slots: Sequence[Slot],
    key: str = "ask",
    told: Collection[str] = (),
) -> None:
    """These questions; the first can be tapped. `told` are reasons that were given before."""
    if not slots:
        return
    room = ROOM - draft.length
    links = [link for slot in slots for link in slot.links]
    draft.say(questions(telling, slots, key, told, room), links)
    taps = [Choice(f"launch:set:{t.key}={t.value}", t.label) for t in slots[0].taps]
    draft.choices = (*taps, SKIP)


def questions(
    telling: Telling,
    slots: Sequence[Slot],
    key: str = "ask",
    told: Collection[str] = (),
    room: int = ROOM,
) -> str:
    """Each with its reason where that is new; where `room` (signs) is short the first, or none."""
    fresh = [slot for slot in slots if why(telling, slot) not in told]
    for reasoned, limit in ((fresh, room), (fresh[:1], room + SPARE)):
        text = _worded(telling, slots, key, reasoned)
        if len(text) <= limit:
            return text
    return _worded(telling, slots, key, ())


def why(telling: Telling, slot: Slot) -> str:
    """The reason for asking, as it is said to this merchant."""
    return slot.why.format_map(blanks(telling.book, telling.profile, telling.plan.facts))


def question(telling: Telling, slot: Slot, reason: bool = True) -> str:
    """One question in words."""
    facts = telling.plan.facts
    fill = blanks(telling.book, telling.profile, facts)
    text = next(a.text for a in slot.asks if all_hold(a.when, facts)).format_map(fill)
    return f"{text}（{why(telling, slot)}）" if reason else text


def _worded(telling: Telling, slots: Sequence[Slot], key: str, reasoned: Sequence[Slot]) -> str:
    asked = [question(telling, slot, slot in reasoned) for slot in slots]
    if len(slots) > 1:
        line = "\n" if reasoned else ""
        asked = [f"{line}{circled(n)}{text}" for n, text in enumerate(asked)]
    given = {"questions": "".join(asked)}
    if key in ("ask", "ask_first"):
        given["count"] = COUNTS[len(slots)]
    return telling.say(key, **given)
