"""The walkthrough's memory in Flow.data: plain JSON, versioned, read back in full or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.conversation import Flow
from handlers.merchant.launch_reading import Heard
from handlers.rules.launch_profile import Profile
from knowledge.launch.shapes import LaunchBook

NAME = "launch"
REJECTION = "rejection"
"""Pending: the words of a rejection, or its day."""
VERSION = 1
UNDOABLE = 12


@dataclass(frozen=True)
class State:
    """`pending` are the slots asked last, `asked` how often each was; `past` the changes to undo.

    `told` are sentences that need not be said again; `puzzled` counts messages in a row that said
    nothing to us.
    """

    profile: Profile = field(default_factory=Profile)
    pending: tuple[str, ...] = ()
    asked: Mapping[str, int] = field(default_factory=dict)
    past: tuple[Mapping[str, Any], ...] = ()
    told: tuple[str, ...] = ()
    paused: bool = False
    puzzled: int = 0


def state_of(flow: Flow | None, book: LaunchBook) -> State | None:
    """The state of a launch flow; what the book no longer knows is dropped."""
    if flow is None or flow.name != NAME or flow.data.get("v") != VERSION:
        return None
    data = flow.data
    return State(
        _profile(data["profile"], book),
        tuple(k for k in data["pending"] if k in book.slots or k == REJECTION),
        dict(data["asked"]),
        tuple(data["past"]),
        tuple(data["told"]),
        data["paused"],
        data["puzzled"],
    )


def data_of(state: State) -> dict[str, Any]:
    """The state as JSON."""
    return {
        "v": VERSION,
        "profile": _profile_data(state.profile),
        "pending": list(state.pending),
        "asked": dict(state.asked),
        "past": [dict(one) for one in state.past[-UNDOABLE:]],
        "told": list(state.told),
        "paused": state.paused,
        "puzzled": state.puzzled,
    }


def _profile_data(profile: Profile) -> dict[str, Any]:
    return {
        "values": dict(profile.values),
        "said": dict(profile.said),
        **{name: sorted(getattr(profile, name)) for name in ("assumed", "skipped", "done", "held")},
        "go_live": profile.go_live.isoformat() if profile.go_live else None,
        "rejected_on": profile.rejected_on.isoformat() if profile.rejected_on else None,
    }


def _profile(data: Mapping[str, Any], book: LaunchBook) -> Profile:
    values = {k: v for k, v in data["values"].items() if _still_known(k, v, book)}
    sets = {name: frozenset(data[name]) for name in ("assumed", "skipped", "done", "held")}
    return Profile(
        values,
        dict(data["said"]),
        **sets,
        go_live=_day(data["go_live"]),
        rejected_on=_day(data["rejected_on"]),
    )


def _still_known(key: str, value: object, book: LaunchBook) -> bool:
    """Operators may have removed a slot or a category since."""
    return key in book.slots and (key != "category" or value in book.categories)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def heard(state: State, news: Heard) -> State:
    """The state after a message: later words replace earlier ones, weak words replace none."""
    before = state.profile
    values = {k: v for k, v in news.values.items() if not _weaker(k, news, before)}
    profile = replace(
        before,
        values={**before.values, **values},
        said=_said(before, news, values),
        assumed=(before.assumed - set(values)) | (news.assumed & set(values)),
        skipped=before.skipped - set(values) - ({"scope_ok"} if "scope" in news.said else set()),
        done=_done(before, news, values),
        held=(before.held | news.held) - news.lacking,
        go_live=news.go_live or before.go_live,
        rejected_on=news.rejected_on or before.rejected_on,
    )
    profile = _consistent(before, profile, news)
    if profile == before:
        return state
    return replace(state, profile=profile, past=(*state.past, _profile_data(before)))


def _weaker(key: str, news: Heard, before: Profile) -> bool:
    return key in news.assumed and key in before.values and key not in before.assumed


def _said(before: Profile, news: Heard, values: Mapping[str, Any]) -> dict[str, str]:
    kept = {k: v for k, v in before.said.items() if not (k in values and k not in news.said)}
    if values.get("category", before.values.get("category")) != before.values.get("category"):
        kept.pop("goods", None)
    if "category" in values and "goods" in news.said:
        kept.pop("also", None)
    if "scope_ok" in values:
        kept.pop("scope", None)
    told = dict(news.said)
    if "also" in told:
        kept.pop("goods", None)  # all of them are named anew
    same = values.get("category") == before.values.get("category")
    if "goods" in kept and same and _says_less(told.get("goods", ""), kept["goods"]):
        told.pop("goods", None)  # 红酒 stays 红酒 when 酒类 is named later
    return {**kept, **told}


def _says_less(word: str, known: str) -> bool:
    return word in known or word.endswith(("类", "品"))


def _done(before: Profile, news: Heard, values: Mapping[str, Any]) -> frozenset[str]:
    gone = {"licence"} if values.get("licence") == "no" else set()
    return (before.done | news.done) - gone


def _consistent(before: Profile, after: Profile, news: Heard) -> Profile:
    """An answer about the old goods' scope says nothing of the new ones'."""
    old, new = before.values.get("category"), after.values.get("category")
    if old and new != old and "scope_ok" in before.values and "scope_ok" not in news.values:
        return replace(after, values={k: v for k, v in after.values.items() if k != "scope_ok"})
    if "scope" in news.said and "scope_ok" not in news.values:
        return replace(after, values={k: v for k, v in after.values.items() if k != "scope_ok"})
    return after


def skipped(state: State, keys: tuple[str, ...]) -> State:
    """The merchant would rather not say."""
    profile = replace(state.profile, skipped=state.profile.skipped | set(keys))
    return replace(state, profile=profile, past=(*state.past, _profile_data(state.profile)))


def undone(state: State, book: LaunchBook) -> tuple[State, tuple[str, ...]]:
    """One change back, and which slots it had changed."""
    if not state.past:
        return state, ()
    before = _profile(state.past[-1], book)
    now = state.profile
    keys = {k for k in book.slots if before.values.get(k) != now.values.get(k)}
    if before.said.get("goods") != now.said.get("goods"):
        keys.add("category")
    changed = tuple(k for k in book.slots if k in keys | (now.skipped - before.skipped))
    return replace(state, profile=before, past=state.past[:-1], told=()), changed
