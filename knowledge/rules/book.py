"""Everything the after-sales engine is told: one validated, immutable rule book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from knowledge.policies import PolicySpec, load_policy_spec
from knowledge.rules.categories import Categories, load_categories
from knowledge.rules.faults import ContentFaultsError, Fault, refuse
from knowledge.rules.reach import unreachable
from knowledge.rules.shape import content_hash
from knowledge.rules.sources import Sources, load_sources
from knowledge.rules.table import Table, read_table
from knowledge.rules.vocabulary import Vocabulary, load_vocabulary

CONTENT = Path(__file__).parent.parent / "content" / "rules"
FILES = ("aftersales", "vocabulary", "policy", "categories", "sources")
SEARCHED = "searched.txt"
"""Beside the rule files: the hash of those that were last searched for rows nobody reaches."""
Loaded = TypeVar("Loaded")


@dataclass(frozen=True)
class RuleBook:
    """Table, vocabulary, policy values, categories and sources; `content` is their SHA-256."""

    table: Table
    vocabulary: Vocabulary
    policy: PolicySpec
    categories: Categories
    sources: Sources
    content: str


def load_rule_book(folder: Path = CONTENT) -> RuleBook:
    """Read and check the rule files of a folder.

    Raises ContentFaultsError naming every fault of every file at once; rows are searched for
    unreachable ones only when nothing else is wrong with them, and not again for the very files
    that `SEARCHED` names: the search takes a third of a second.
    """
    paths = {name: folder / f"{name}.yaml" for name in FILES}
    faults: list[Fault] = []
    words = _try(lambda: load_vocabulary(paths["vocabulary"]), faults)
    policy = _try(lambda: load_policy_spec(paths["policy"]), faults)
    sources = _try(lambda: load_sources(paths["sources"]), faults)
    if words is None or policy is None or sources is None:
        raise ContentFaultsError(faults)
    keys = words.keys | {name: value.key() for name, value in policy.values.items()}  # type: ignore[operator]
    vocabulary = Vocabulary(keys)
    content, searched = content_hash(paths.values()), _searched(folder)
    categories = _try(lambda: load_categories(paths["categories"], vocabulary), faults)
    table = _try(
        lambda: _table(paths["aftersales"], vocabulary, sources, content == searched), faults
    )
    if categories is None or table is None:
        raise ContentFaultsError(faults)
    return RuleBook(table, vocabulary, policy, categories, sources, content)


def _table(path: Path, vocabulary: Vocabulary, sources: Sources, searched: bool) -> Table:
    table, faults = read_table(path, vocabulary, sources)
    refuse(faults)
    if not searched:
        refuse(unreachable(path.name, table, vocabulary))
    return table


def _searched(folder: Path) -> str:
    """The hash of the files that were searched; '' when nobody noted one."""
    noted = folder / SEARCHED
    return noted.read_text(encoding="utf-8").strip() if noted.exists() else ""


def note_searched(book: RuleBook, folder: Path = CONTENT) -> None:
    """Note that these files have no row that nobody reaches: `book` was loaded from them."""
    (folder / SEARCHED).write_text(book.content + "\n", encoding="utf-8")


def _try(load: Callable[[], Loaded], faults: list[Fault]) -> Loaded | None:
    try:
        return load()
    except ContentFaultsError as error:
        faults += error.faults
        return None
