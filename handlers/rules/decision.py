"""The decision with its proof (api.md, Decision)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Claimed:
    """An item and how many of it the decision is about."""

    title: str
    qty: int


@dataclass(frozen=True)
class Window:
    """The no-reason window: today's day number, day 1 at 00:00, and the exclusive end."""

    day: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class RuleCited:
    """A row that took part: id, 条件, 依据 of the table."""

    id: str
    text: str
    source: str


@dataclass(frozen=True)
class Decision:
    """What the rules say. Money in fen; every money result is a recommendation until confirmed."""

    type: str
    also_ok: tuple[str, ...]
    eligible: bool
    freight_payer: str
    evidence_required: bool
    reason_class: str
    refund_fen: int | None
    needs_human: bool
    items: tuple[Claimed, ...]
    window: Window | None
    rules: tuple[RuleCited, ...]
    policy_version: str
    next_steps: tuple[str, ...]
    deadline: datetime | None

    def to_json(self) -> dict[str, Any]:
        """The exact JSON shape of api.md."""
        plain = json.loads(json.dumps(asdict(self), default=datetime.isoformat))
        assert isinstance(plain, dict)
        return plain

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> Decision:
        """Read back what `to_json` wrote. Raises KeyError or TypeError for anything else."""
        window, deadline = raw["window"], raw["deadline"]
        moments = {n: datetime.fromisoformat(window[n]) for n in ("starts", "ends") if window}
        return Decision(
            **{
                **raw,
                "also_ok": tuple(raw["also_ok"]),
                "items": tuple(Claimed(**item) for item in raw["items"]),
                "window": Window(window["day"], **moments) if window else None,
                "rules": tuple(RuleCited(**rule) for rule in raw["rules"]),
                "next_steps": tuple(raw["next_steps"]),
                "deadline": datetime.fromisoformat(deadline) if deadline else None,
            }
        )


def canonical(value: object) -> str:
    """One JSON text per value: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
