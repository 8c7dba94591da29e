"""Texts that no expression of the rules catches, but that sound like those that were labelled.

A ridge regression on the letters of a text (single ones, pairs, triples of the one spelling) and on
its vector, learned from `advertising-examples.yaml` by

    python -m handlers.merchant.heard_advertising

and kept in `advertising.npz`. It is asked only where the rules find nothing at all, not even
something that a context excuses, and it must be sure: the bound is where two of a hundred harmless
texts, held back from learning, would be flagged. With another embedding model than the bundled one,
or after an edit of the examples, there is none until it is learned anew (`doctor` tells).
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Vector
from handlers.rules.compliance import Checked, Finding, check
from handlers.rules.disguise import View, views
from knowledge.advertising import Advertising, Around, Ban, load_advertising
from knowledge.advertising_examples import FILE as EXAMPLES
from knowledge.advertising_examples import Example, load_examples
from knowledge.rules.shape import content_hash

FILE = EXAMPLES.with_name("advertising.npz")
KINDS = (
    *("absolute_word", "induced_share", "false_claim"),
    *("medical_claim", "fake_goods", "image_rights"),
)
GRAMS = 8192
RIDGE = 0.6
VECTORS = 0.5
"""What the vectors weigh beside the letters."""
SURE = 0.975
"""Share of the harmless texts, held back, that lie below the bound."""
FOLDS = 10
LONGEST = 256
_CLAUSE = re.compile(r"[^。， ]+")
Array = NDArray[np.float32]
Embed = Callable[[str], Vector]


@dataclass(frozen=True, eq=False)
class Weights:
    """`letters` and `vectors` are features × (1 + kinds): a violation at all, then which."""

    rarity: Array
    middle: Array
    letters: Array
    vectors: Array
    base: Array
    bound: float


@dataclass(frozen=True, eq=False)
class Heard:
    """What was learned, and how a text becomes a vector."""

    weights: Weights
    embed: Embed

    def check(self, text: str, rules: Advertising) -> Checked:
        """What the rules say; where they say nothing at all, what the text sounds like."""
        checked = check(text, rules)
        if checked.findings or checked.excused:
            return checked
        found = self._sounds(text, rules)
        return Checked("violation", (found,)) if found else checked

    def _sounds(self, text: str, rules: Advertising) -> Finding | None:
        ways = views(text, rules.spelling)
        if not ways or not any("\u4e00" <= char <= "\u9fff" for char in ways[0].text):
            return None
        vector = self.embed(text[:LONGEST])
        if len(vector) != len(self.weights.middle):
            return None
        letters = spelled_letters(ways[0].text, self.weights.rarity)
        worth = self._worth(letters) + (vector - self.weights.middle) @ self.weights.vectors
        if float(worth[0]) <= self.weights.bound:
            return None
        kind = KINDS[int(worth[1:].argmax())]
        start, end = self._place(ways[0], 1 + KINDS.index(kind))
        return Finding(_ban(kind, rules), text[start:end], start, end, "violation")

    def _worth(self, letters: Array) -> Array:
        worth: Array = letters @ self.weights.letters + self.weights.base
        return worth

    def _place(self, view: View, column: int) -> tuple[int, int]:
        """The clause that sounds most like it."""
        clauses = [match.span() for match in _CLAUSE.finditer(view.text)]
        worth = [
            self._worth(spelled_letters(view.text[start:end], self.weights.rarity))[column]
            for start, end in clauses
        ]
        return view.span(*clauses[int(np.argmax(worth))])


def _ban(kind: str, rules: Advertising) -> Ban:
    """As the rules would tell it."""
    like = next(ban for ban in rules.bans if ban.kind == kind)
    return replace(like, id=f"sounds_{kind}", say=(), unless=Around(), review=Around())


def spelled_letters(text: str, rarity: Array) -> Array:
    """Weights of the letters, pairs and triples in a text, of unit length."""
    framed = f"^{text}$"
    grams = {framed[at : at + n] for n in (1, 2, 3) for at in range(len(framed) - n + 1)}
    found = np.zeros(GRAMS, np.float32)
    places = [zlib.crc32(gram.encode()) % GRAMS for gram in grams]
    found[places] = 1
    found *= rarity
    return found / (float(np.linalg.norm(found)) or 1.0)


def taught_by() -> str:
    """The hash of all that teaches."""
    return content_hash([EXAMPLES, Path(__file__)])


def open_heard(embed: Embed, bundled: bool) -> Heard | None:
    """What was learned from the examples as they are now; None where that has not been done."""
    weights = read(FILE) if bundled else None
    return Heard(weights, embed) if weights else None


def read(file: Path) -> Weights | None:
    """None for a file that is missing, broken, or was learned from something else."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["digest"]) != taught_by():
                return None
            arrays = {
                name: kept[name].astype(np.float32)
                for name in ("rarity", "middle", "letters", "vectors", "base")
            }
            return Weights(**arrays, bound=float(kept["bound"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def write(weights: Weights, file: Path = FILE) -> None:
    """Half precision is plenty."""
    arrays: dict[str, Any] = {
        name: getattr(weights, name).astype(np.float16)
        for name in ("rarity", "middle", "letters", "vectors", "base")
    }
    np.savez_compressed(file, digest=np.array(taught_by()), bound=weights.bound, **arrays)


def learn(examples: Sequence[Example], vectors: NDArray[np.float32], rules: Advertising) -> Weights:
    """Weights from labelled texts and their vectors; the same always give the same."""
    told = [ways[0].text if (ways := views(e.text, rules.spelling)) else "" for e in examples]
    rarity = _rarity(told)
    letters = np.stack([spelled_letters(text, rarity) for text in told])
    middle = vectors.mean(0)
    centred = vectors - middle
    scale = np.sqrt(VECTORS / np.einsum("ij,ij->", centred, centred) * len(examples))
    rows = np.hstack([letters, (centred * scale).astype(np.float32)])
    alike = (rows @ rows.T).astype(np.float64)
    wanted = np.array([_wanted(example) for example in examples])
    base = wanted.mean(0)
    solved = rows.T @ _dual(alike, wanted - base)
    bound = _bound(alike, wanted[:, 0], _silent(examples, rules))
    return Weights(
        rarity, middle, solved[:GRAMS].astype(np.float32),
        (solved[GRAMS:] * scale).astype(np.float32), base.astype(np.float32), bound,
    )  # fmt: skip


def _rarity(told: Sequence[str]) -> Array:
    seen = np.stack([spelled_letters(text, np.ones(GRAMS, np.float32)) > 0 for text in told]).sum(0)
    rare: Array = np.log(len(told) / np.maximum(seen, 1)).astype(np.float32)
    rare[seen < 2] = 0
    return rare


def _wanted(example: Example) -> list[float]:
    kinds = [float(kind in example.kinds) for kind in KINDS]
    return [float(bool(example.kinds)), *kinds]


def _dual(alike: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    solved = np.linalg.solve(alike + RIDGE * np.eye(len(alike)), wanted)
    return np.asarray(solved, np.float64)


def _silent(examples: Sequence[Example], rules: Advertising) -> NDArray[np.bool_]:
    """Harmless texts of which the rules say nothing: those that it will be asked about."""
    return np.array(
        [
            not example.kinds and (found := check(example.text, rules)).verdict == "clean"
            and not found.excused
            for example in examples
        ]
    )  # fmt: skip


def _bound(
    alike: NDArray[np.float64], wanted: NDArray[np.float64], silent: NDArray[np.bool_]
) -> float:
    """How high texts score that were held back."""
    scores, base = np.zeros(len(wanted)), wanted.mean()
    for held in _folds(len(wanted)):
        kept = ~held
        dual = _dual(alike[np.ix_(kept, kept)], wanted[kept] - base)
        scores[held] = alike[np.ix_(held, kept)] @ dual + base
    return float(np.quantile(scores[silent], SURE))


def _folds(count: int) -> Iterator[NDArray[np.bool_]]:
    fold = np.random.RandomState(0).randint(0, FOLDS, count)
    return (fold == number for number in range(FOLDS))


def main() -> int:
    """Learn from the committed examples with the bundled model, and write the weights."""
    from retrieval.embed import open_embedder

    examples = load_examples()
    texts = [example.text[:LONGEST] for example in examples]
    vectors = np.stack(list(open_embedder("").queries(texts)))
    weights = learn(examples, vectors, load_advertising())
    write(weights)
    print(f"{len(examples)} texts, bound {weights.bound:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
