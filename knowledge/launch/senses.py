"""Example sentences by what they mean in the walkthrough; checked when loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bot.errors import Faults
from knowledge.launch.shapes import Slot
from knowledge.rules.faults import ContentFaultsError, Fault
from knowledge.rules.shape import mapping, names, read_yaml, texts

FILE = Path(__file__).parent.parent / "content" / "rules" / "launch-senses.yaml"
ASKS = ("time", "cost", "cheaper", "todo", "routes", "documents", "papers", "resubmit")
STEERS = (
    *("pause", "resume", "progress", "summary", "restart"),
    *("skip", "decide", "why", "rejected", "begin"),
)


class Sense(NamedTuple):
    """`kind`: answers, asks or steers; `value`: `form=packaged`, `time`, `pause`."""

    kind: str
    value: str


NOTHING = Sense("", "")
"""What sounds like a sense of the walkthrough and is none."""
Senses = Mapping[Sense, tuple[str, ...]]


def load_senses(slots: Mapping[str, Slot], file: Path = FILE) -> Senses:
    """The sentences of every sense.

    Raises Faults with everything that is wrong: a slot, value, question or way that nobody knows, a
    list that is none.
    """
    try:
        raw = read_yaml(file)
    except ContentFaultsError as error:
        raise _refused(error.faults) from error
    faults = list(names(file.name, raw, ("answers", "asks", "steers", "others")))
    known = {"answers": _answers(slots), "asks": ASKS, "steers": STEERS}
    found = {
        Sense(kind, value): some
        for kind in (known if not faults else ())
        for value, some in _listed(f"{file.name} {kind}", raw[kind], known[kind], faults).items()
    }
    found[NOTHING] = texts(f"{file.name} others", raw.get("others"), faults)
    if faults:
        raise _refused(faults)
    return found


def sense_sentences(file: Path = FILE) -> tuple[tuple[str, ...], ...]:
    """Every sentence, unchecked: for keeping their vectors."""
    raw = read_yaml(file)
    kinds = [kind.values() if isinstance(kind, dict) else [kind] for kind in raw.values()]
    return tuple(tuple(some) for kind in kinds for some in kind)


def _answers(slots: Mapping[str, Slot]) -> tuple[str, ...]:
    """Every answer that a slot can have: its own values, yes and no."""
    return tuple(
        f"{slot.name}={value}"
        for slot in slots.values()
        for value in dict.fromkeys((*slot.labels, "yes", "no"))
    )


def _listed(
    where: str, raw: Any, known: tuple[str, ...], faults: list[Fault]
) -> Mapping[str, tuple[str, ...]]:
    listed = mapping(where, raw, faults)
    faults += names(where, listed, (), known)
    return {value: tuple(texts(f"{where} {value}", listed[value], faults)) for value in listed}


def _refused(faults: list[Fault] | tuple[Fault, ...]) -> Faults:
    return Faults("the launch senses", tuple(str(fault) for fault in faults))
