"""What was learned is kept, belongs to what taught it, and can be made again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from handlers.customer.build import learn_committed, lessons, understanding
from handlers.customer.examples import GRAMS, Examples, Postings
from handlers.customer.learned import FILE, find, keep, read, taught_by, write
from handlers.customer.likeness import Leaning, Likeness, Weights
from handlers.customer.senses import load_senses, save_senses
from knowledge.customer_words import FILE as WORDS
from knowledge.rules.faults import ContentFaultsError
from retrieval.embed import BundledEmbedder
from tests.unit.rules.build import BOOK

TINY_WEIGHTS = Weights(
    Leaning(("return", "track"), np.array([[1, 0], [0, 1]], np.float32)),
    Leaning(("fire",), np.array([[0.125], [0.5]], np.float32)),
)
STARTS = np.minimum(np.arange(GRAMS + 1), 2).astype(np.int32)
TINY_EXAMPLES = Examples(
    ("quality",),
    Postings(STARTS, np.array([0, 1], np.int32), np.array([1, 0.5], np.float32)),
    np.array([[1, 0], [0, 1]], np.float32),
    np.array([[0.25, 0], [0, -0.25]], np.float32),
    np.array([[0.5, 1], [-1, 0]], np.float32),
    np.array([[0.5, 1], [-1, 0.25]], np.float32),
)
TINY = Likeness(TINY_WEIGHTS, TINY_WEIGHTS, TINY_EXAMPLES, np.array([0.5, 0.25], np.float32))
EVERY = lessons(BOOK).sentences()


def same(one: Likeness, other: Likeness) -> bool:
    """Whether they hold the same weights, as half precision tells them."""
    mine, theirs = one.examples, other.examples
    alike = np.allclose(mine.senses, theirs.senses, atol=0.01)
    if not alike or not np.array_equal(mine.grams.rows, theirs.grams.rows):
        return False
    pairs: list[tuple[NDArray[Any], NDArray[Any]]] = [(one.middle, other.middle)]
    pairs += [(getattr(mine, n), getattr(theirs, n)) for n in ("shown", "bare", "sensing")]
    pairs += [(mine.grams.values, theirs.grams.values)]
    sides = [
        (getattr(a, n), getattr(b, n))
        for a, b in ((one.bare, other.bare), (one.sensing, other.sensing))
        for n in ("wishes", "harms")
    ]
    if mine.names != theirs.names or any(a.names != b.names for a, b in sides):
        return False
    pairs += [(a.weights, b.weights) for a, b in sides]
    return all(np.allclose(a, b, rtol=1e-3, atol=1e-3) for a, b in pairs)


def test_the_committed_weights_are_what_the_committed_sentences_teach() -> None:
    committed = read(FILE, taught_by())
    assert committed is not None, "python -m handlers.customer.learned"
    assert same(committed, learn_committed(BOOK))


def test_the_senses_kept_are_those_of_the_model() -> None:
    senses, embedder = load_senses(), BundledEmbedder()
    assert [said for said in EVERY if senses.of(said) is None] == []
    assert len(senses.rows) == len(EVERY)
    for said in EVERY[:: len(EVERY) // 20]:
        kept = senses.of(said)
        assert kept is not None
        assert float(np.linalg.norm(kept - embedder.query(said))) < 0.03


def test_what_is_not_kept_is_found_out_or_means_nothing(tmp_path: Path) -> None:
    middle = np.array([0.5, 0.5], np.float32)
    save_senses({"退": np.array([0.6, 0.4], np.float32)}, middle, tmp_path / "senses.npz")
    senses = load_senses(tmp_path / "senses.npz")
    other = np.array([1, 0], np.float32)
    found = senses.of_all(["退", "换"], lambda _: other)
    assert np.allclose(found["退"], [0.6, 0.4], atol=0.001)
    assert found["换"] is other
    assert np.array_equal(senses.of_all(["换"], None)["换"], middle)


def test_what_was_kept_is_read_back(tmp_path: Path) -> None:
    keep(TINY, "0" * 64, tmp_path / "data")
    found = find("0" * 64, tmp_path / "data")
    assert found is not None
    assert same(found, TINY)
    assert find("1" * 64, tmp_path / "data") is None
    assert find("0" * 64, None) is None


def test_only_the_newest_is_kept(tmp_path: Path) -> None:
    for digest in ("a" * 64, "b" * 64):
        keep(TINY, digest, tmp_path)
    assert find("a" * 64, tmp_path) is None
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"PK no", b"\0" * 2000])
def test_a_broken_file_is_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "learned.npz"
    file.write_bytes(content)
    assert read(file, "0" * 64) is None
    write(TINY, "0" * 64, file)
    file.write_bytes(file.read_bytes()[:200])
    assert read(file, "0" * 64) is None


def test_edited_words_are_checked_and_what_they_teach_is_kept(tmp_path: Path) -> None:
    words = Path(shutil.copy(WORDS, tmp_path / "words.yaml"))
    text = words.read_text(encoding="utf-8")
    words.write_text(text.replace("as_if: ", "as_if: (", 1), encoding="utf-8")
    with pytest.raises(ContentFaultsError, match=r"signals\.as_if"):
        understanding(BOOK, words, tmp_path)
    assert find(taught_by(words), tmp_path) is None
    words.write_text(text + "\n", encoding="utf-8")
    keep(TINY, taught_by(words), tmp_path)
    assert same(understanding(BOOK, words, tmp_path).likeness, TINY)
