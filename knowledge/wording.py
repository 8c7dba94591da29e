"""Reply templates that operators edit: key → text with named blanks, checked when loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from bot.errors import Faults
from knowledge.yaml_text import parse_yaml

FOLDER = Path(__file__).parent / "content" / "wording"


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates by key. `say` fills the blanks; which blanks a key may have stands in the file."""

    texts: Mapping[str, str]

    def say(self, key: str, **blanks: str) -> str:
        """The text of `key` with its blanks filled."""
        return self.texts[key].format_map(blanks)


def load_wording(folder: Path = FOLDER) -> Wording:
    """All templates of the folder. Raises Faults: unknown blanks, doubled keys, empty texts."""
    faults: list[str] = []
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, entry in _entries(path, faults):
            if key in texts:
                faults.append(f"{path.name}: `{key}` stands twice")
            texts[key] = _checked(f"{path.name}: `{key}`", entry, faults)
    if faults:
        raise Faults("the wording", tuple(faults))
    return Wording(texts)


def _entries(path: Path, faults: list[str]) -> list[tuple[str, Any]]:
    try:
        found = parse_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        faults.append(f"{path.name}: not YAML: {str(error)[:200]}")
        return []
    if not isinstance(found, dict):
        faults.append(f"{path.name}: must map keys to texts")
        return []
    return [(str(key), entry) for key, entry in found.items()]


def _checked(where: str, entry: Any, faults: list[str]) -> str:
    """The text of an entry: a string, or `{text, blanks}`."""
    text, allowed = entry, []
    if isinstance(entry, dict):
        text, allowed = entry.get("text"), list(entry.get("blanks") or [])
    if not isinstance(text, str) or not text.strip():
        faults.append(f"{where} has no text")
        return ""
    faults.extend(
        f"{where} has the unknown blank {{{name}}}; known: {allowed or 'none'}"
        for name in _blanks(text, where, faults)
        if name not in allowed
    )
    return text.strip()


def _blanks(text: str, where: str, faults: list[str]) -> list[str]:
    try:
        parsed = list(Formatter().parse(text))
        nested = [inner for _, _, spec, _ in parsed for inner in _blanks(spec or "", where, faults)]
        return [name for _, name, _, _ in parsed if name is not None] + nested
    except ValueError as error:
        faults.append(f"{where}: {error}; write {{{{ and }}}} for braces")
        return []
