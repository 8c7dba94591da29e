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
    unreachable ones only when nothing else is wrong with them.
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
    categories = _try(lambda: load_categories(paths["categories"], vocabulary), faults)
    table = _try(lambda: _table(paths["aftersales"], vocabulary, sources), faults)
    if categories is None or table is None:
        raise ContentFaultsError(faults)
    return RuleBook(table, vocabulary, policy, categories, sources, content_hash(paths.values()))


def _table(path: Path, vocabulary: Vocabulary, sources: Sources) -> Table:
    table, faults = read_table(path, vocabulary, sources)
    refuse(faults)
    refuse(unreachable(path.name, table, vocabulary))
    return table


def _try(load: Callable[[], Loaded], faults: list[Fault]) -> Loaded | None:
    try:
        return load()
    except ContentFaultsError as error:
        faults += error.faults
        return None
