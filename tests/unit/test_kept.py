"""The vectors we ship: of every text, and right; what is not among them is embedded."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.conversation import Vector
from retrieval.embed import BundledEmbedder
from retrieval.kept import KeptEmbedder, keep, load, shipped
from tests.contracts.letters import Letters


class Counting(Letters):
    """Letters that tell what they had to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def queries(self, texts: Sequence[str]) -> list[Vector]:
        self.embedded += texts
        return super().queries(texts)


def test_every_text_we_ship_is_kept() -> None:
    kept = load()
    missing = [text for text in shipped() if kept.of(*text) is None]
    assert not missing, "run: python -m retrieval.kept"


def test_what_is_kept_is_what_the_model_says() -> None:
    kept, model = load(), BundledEmbedder()
    for side, text in shipped()[::800]:
        (meant,) = (model.queries if side == "query" else model.passages)([text])
        found = kept.of(side, text)
        assert found is not None
        assert float(found @ meant) > 0.9995, text


def test_only_new_texts_are_embedded(tmp_path: Path) -> None:
    letters, file = Counting(), tmp_path / "kept.npz"
    assert keep([("query", "多少钱"), ("query", "要多久")], letters, file) == 2
    letters.embedded.clear()
    quick = KeptEmbedder(letters, lambda: load(file))
    found = quick.queries(["多少钱", "新的问题", "要多久"])
    assert letters.embedded == ["新的问题"]
    wanted = Letters().queries(["多少钱", "新的问题", "要多久"])
    assert all(np.allclose(a, b, atol=0.01) for a, b in zip(found, wanted, strict=True))


def test_passages_are_not_taken_for_questions(tmp_path: Path) -> None:
    file = tmp_path / "kept.npz"
    keep([("query", "多少钱")], Counting(), file)
    assert load(file).of("passage", "多少钱") is None


def test_without_the_file_everything_is_embedded(tmp_path: Path) -> None:
    letters = Counting()
    quick = KeptEmbedder(letters, lambda: load(tmp_path / "nothing.npz"))
    assert len(quick.queries(["多少钱"])) == 1
    assert letters.embedded == ["多少钱"]
