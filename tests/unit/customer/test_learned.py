"""What was learned is kept, belongs to what taught it, and can be made again."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from handlers.customer.build import learn_all, understanding
from handlers.customer.learned import FILE, find, keep, read, taught_by, write
from handlers.customer.likeness import Leaning, Likeness
from knowledge.customer_words import FILE as WORDS
from knowledge.rules.faults import ContentFaultsError
from tests.unit.rules.build import BOOK

TINY = Likeness(
    np.array([0.5, -1], np.float32),
    Leaning(("quality",), np.array([[0.25], [0.5]], np.float32)),
    Leaning(("return", "track"), np.array([[1, 0], [0, 1]], np.float32)),
)


def same(one: Likeness, other: Likeness) -> bool:
    """Whether they hold the same weights, as half precision tells them."""
    pairs = (
        (one.told, other.told),
        (one.grounds.weights, other.grounds.weights),
        (one.wishes.weights, other.wishes.weights),
    )
    names = (one.grounds.names, one.wishes.names) == (other.grounds.names, other.wishes.names)
    return names and all(np.allclose(a, b, rtol=1e-3, atol=1e-3) for a, b in pairs)


def test_the_committed_weights_are_what_the_committed_sentences_teach() -> None:
    committed = read(FILE, taught_by())
    assert committed is not None, "python -m handlers.customer.learned"
    assert same(committed, learn_all(BOOK))


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
