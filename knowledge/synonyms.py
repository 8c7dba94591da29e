"""Groups of words that mean the same in a table's labels; operators edit the file."""

from functools import cache
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
        if not _is_group(group)
    ]
    if faults:
        raise Faults("the synonyms", tuple(faults))
    return tuple(tuple(group) for group in found or [])


def _is_group(group: object) -> bool:
    return isinstance(group, list) and len(group) > 1 and all(isinstance(w, str) for w in group)


def widened(text: str, groups: tuple[tuple[str, ...], ...]) -> str:
    """`text` with every word appended that means the same as a word in it."""
    groups_of, longest = _by_word(groups)
    starts = range(len(text))
    pieces = {text[i : i + n] for i in starts for n in range(1, longest + 1)}
    found = sorted({number for piece in pieces for number in groups_of.get(piece, ())})
    more = [word for number in found for word in groups[number]]
    return " ".join([text, *(word for word in more if word not in text)])


@cache
def _by_word(groups: tuple[tuple[str, ...], ...]) -> tuple[dict[str, list[int]], int]:
    """In which groups each word stands, and the length of the longest."""
    groups_of: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for word in group:
            groups_of.setdefault(word, []).append(number)
    return groups_of, max(map(len, groups_of), default=0)
