"""From a category and a title to what kind of goods an item is (aftersales-facts.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import mapping, names, read_yaml, texts
from knowledge.rules.vocabulary import Vocabulary

_LISTS = ("not_electronics", "gifts")
_NAMED = ("three_guarantee", "durable")


@dataclass(frozen=True)
class Naming:
    """Goods recognised by a word in category or title, unless another word stands there."""

    names: tuple[str, ...]
    unless: tuple[str, ...]

    def matches(self, *texts: str) -> bool:
        """Whether the goods are meant."""
        joined = " ".join(texts)
        return any(n in joined for n in self.names) and not any(u in joined for u in self.unless)


@dataclass(frozen=True)
class Categories:
    """Category words by kind, and the catalogues of the three guarantees and durable goods."""

    words: Mapping[str, str]
    not_electronics: tuple[str, ...]
    gifts: tuple[str, ...]
    three_guarantee: Naming
    durable: Naming

    def kind(self, category: str, title: str) -> str:
        """The kind of an item; `other` where no word fits."""
        kind = self.words.get(category) or self._containing(category)
        cover = kind == "electronics" and any(word in title for word in self.not_electronics)
        return "other" if cover else kind

    def _containing(self, category: str) -> str:
        fitting = [word for word in self.words if word in category]
        return self.words[max(fitting, key=len)] if fitting else "other"


def load_categories(path: Path, vocabulary: Vocabulary) -> Categories:
    """Read categories.yaml. Raises ContentFaultsError with every fault."""
    raw = read_yaml(path)
    faults = names(path.name, raw, ("kinds", *_LISTS, *_NAMED))
    words = _words(path.name, raw.get("kinds", {}), vocabulary, faults)
    lists = {n: texts(f"{path.name} {n}", raw.get(n, []), faults) for n in _LISTS}
    naming = {n: _naming(f"{path.name} {n}", raw.get(n, {}), faults) for n in _NAMED}
    refuse(faults)
    return Categories(words, **lists, **naming)  # type: ignore[arg-type]


def _words(
    where: str, raw: object, vocabulary: Vocabulary, faults: list[Fault]
) -> Mapping[str, str]:
    known = vocabulary.keys["kind"].values
    words: dict[str, str] = {}
    for kind, listed in mapping(f"{where} kinds", raw, faults).items():
        if kind not in known:
            faults.append(Fault(f"{where} kinds", f"不认识种类 {kind}"))
        for word in texts(f"{where} {kind}", listed, faults):
            _claim(words, word, kind, where, faults)
    return words


def _claim(words: dict[str, str], word: str, kind: str, where: str, faults: list[Fault]) -> None:
    if words.setdefault(word, kind) != kind:
        faults.append(Fault(f"{where} {kind}", f"“{word}”已经属于 {words[word]}"))


def _naming(where: str, raw: Any, faults: list[Fault]) -> Naming:
    entry = mapping(where, raw, faults)
    faults += names(where, entry, ("names", "unless"))
    return Naming(
        texts(where, entry.get("names", []), faults),
        texts(where, entry.get("unless", []), faults),
    )
