"""Platforms' error codes: what helps by itself, and what an operator has to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bot.mail import Trouble
from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import mapping, names, read_yaml

FILE = Path(__file__).parent / "content" / "rules" / "errcodes.yaml"

Effect = Literal["retry", "rate_limited", "credentials", "window_closed", "refused", "delivered"]
"""A Trouble, or `delivered`: the code says that it had arrived before."""

CONFIDENCE = ("D", "S", "T", "I", "U")


@dataclass(frozen=True)
class Code:
    """One code of one platform. `means` and `do` are Chinese, for operators."""

    effect: Effect
    means: str
    do: str
    source: str
    confidence: str

    @property
    def trouble(self) -> Trouble | None:
        """None when it had arrived."""
        return None if self.effect == "delivered" else self.effect


@dataclass(frozen=True)
class Codes:
    """The codes of one family of interfaces; what is not listed is `unknown`."""

    family: str
    table: Mapping[str, Code]
    unknown: Code

    def find(self, code: int) -> Code:
        return self.table.get(str(code), self.unknown)


def load_errcodes(file: Path = FILE) -> Mapping[str, Codes]:
    """Codes by family. Raises ContentFaultsError with every fault."""
    raw = read_yaml(file)
    faults: list[Fault] = []
    families = {name: _family(name, given, faults) for name, given in raw.items()}
    refuse(faults)
    return families


def _family(family: str, raw: object, faults: list[Fault]) -> Codes:
    rows = mapping(family, raw, faults)
    if "unknown" not in rows:
        faults.append(Fault(family, "缺 unknown：没列出的错误码按它处理"))
    codes = {code: _code(f"{family} {code}", code, given, faults) for code, given in rows.items()}
    return Codes(family, codes, codes.pop("unknown", _NOTHING))


_NOTHING = Code("refused", "", "", "", "U")


def _code(where: str, code: str, raw: object, faults: list[Fault]) -> Code:
    row = mapping(where, raw, faults)
    found = names(where, row, ("effect", "means", "do", "source", "confidence"))
    if code != "unknown" and not code.removeprefix("-").isdigit():
        found.append(Fault(where, "错误码应是加引号的整数"))
    if row.get("effect") not in get_args(Effect):
        found.append(Fault(where, f"effect 应是 {'、'.join(get_args(Effect))} 之一"))
    if row.get("confidence") not in CONFIDENCE:
        found.append(Fault(where, f"confidence 应是 {'、'.join(CONFIDENCE)} 之一"))
    found += [Fault(where, f"{name} 应是文字") for name in _LINES if not _is_text(row.get(name))]
    faults += found
    return _NOTHING if found else Code(**row)


_LINES = ("means", "do", "source")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
