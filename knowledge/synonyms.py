"""Groups of words that mean the same in a table's labels; operators edit the file."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import Faults
from knowledge.yaml_text import parse_yaml

FILE = Path(__file__).parent / "content" / "synonyms.yaml"


def load_synonyms(file: Path = FILE) -> tuple[tuple[str, ...], ...]:
    """The groups. Raises Faults: a group that is no list of two words or more."""
    found = parse_yaml(file.read_text(encoding="utf-8"))
    faults = [
        f"{file.name} group {number}: must be a list of at least two words"
        for number, group in enumerate(found or [], 1)
        if not isinstance(group, list)
        or len(group) < 2
        or not all(isinstance(w, str) for w in group)
    ]
    if faults:
        raise Faults("the synonyms", tuple(faults))
    return tuple(tuple(group) for group in found or [])


def _is_group(group: object) -> bool:
    return isinstance(group, list) and len(group) > 1 and all(isinstance(w, str) for w in group)


def widened(text: str, groups: Sequence[Sequence[str]]) -> str:
    """`text` with every word appended that means the same as a word in it."""
    more = [word for group in groups if any(w in text for w in group) for word in group]
    return " ".join([text, *(word for word in more if word not in text)])
