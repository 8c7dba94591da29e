"""What every Chroma must do, embedded or a server."""

import zlib
from itertools import pairwise
from uuid import uuid4

import pytest
from chromadb.api import ClientAPI

from knowledge.documents import GUIDE, Passage
from retrieval.at_hand import AtHand
from retrieval.chroma import BUCKETS, ChromaVectors
from retrieval.library import Entry, key_of
from retrieval.vectors import Vectors
from tests.contracts.letters import Letters

LETTERS = Letters()


def entry(number: str, text: str, *, asked: bool = False) -> Entry:
    return Entry(Passage(number, "doc", "题", "节", "sentence", text), text, asked)


def generation() -> str:
    return f"g{uuid4().hex[:10]}"


@pytest.fixture(params=[None, 20_000, 1], ids=["chroma", "at hand", "too many to be at hand"])
def vectors(chroma: ClientAPI, request: pytest.FixtureRequest) -> Vectors:
    kept = ChromaVectors(chroma, LETTERS, generation())
    return kept if request.param is None else AtHand(kept, request.param)


def ids(vectors: Vectors, text: str, shop: str, k: int = 10) -> list[str]:
    return [near.passage_id for near in vectors.nearest(LETTERS.query(text), shop, k)]


def neighbours() -> tuple[str, str]:
    """Two shops that share a collection."""
    names = [f"shop{number}" for number in range(100)]
    same = [name for name in names if zlib.crc32(name.encode()) % BUCKETS == 0]
    return same[0], same[1]


def test_what_was_added_is_found_closest_first(vectors: Vectors) -> None:
    vectors.add("doc", GUIDE, [entry("a", "认证费用"), entry("b", "审核时间"), entry("c", "运费")])
    near = vectors.nearest(LETTERS.query("认证费用"), GUIDE, 3)
    assert near[0].passage_id == "a"
    assert near[0].similarity == pytest.approx(1, abs=1e-3)
    assert all(first.similarity >= second.similarity for first, second in pairwise(near))


def test_no_more_are_given_than_asked_for(vectors: Vectors) -> None:
    vectors.add("doc", GUIDE, [entry(str(n), f"第{n}条") for n in range(10)])
    assert len(ids(vectors, "第1条", GUIDE, 3)) == 3
    assert len(ids(vectors, "第1条", GUIDE, 50)) == 10


def test_a_question_leads_to_its_passage_and_says_which_it_was(vectors: Vectors) -> None:
    answer = Passage("a", "doc", "题", "节", "sentence", "企业号三百元一年")
    vectors.add(
        "doc",
        GUIDE,
        [Entry(answer, answer.text, False), Entry(answer, "公司要几块", True)],
    )
    (best, second) = vectors.nearest(LETTERS.query("公司要几块"), GUIDE, 2)
    assert (best.passage_id, best.key) == ("a", key_of("公司要几块"))
    assert (second.passage_id, second.key) == ("a", "")


def test_the_same_entries_again_replace_themselves(vectors: Vectors) -> None:
    both = [entry("a", "认证费用"), entry("a", "多少钱", asked=True)]
    for _ in range(2):
        vectors.add("doc", GUIDE, both)
    assert vectors.count("doc", GUIDE) == 2


def test_a_removed_document_is_forgotten_and_the_others_stay(vectors: Vectors) -> None:
    vectors.add("one", GUIDE, [entry("a", "认证费用"), entry("a", "多少钱", asked=True)])
    vectors.add("two", GUIDE, [entry("b", "认证费")])
    vectors.remove("one", GUIDE)
    assert (vectors.count("one", GUIDE), vectors.count("two", GUIDE)) == (0, 1)
    assert ids(vectors, "认证费用", GUIDE) == ["b"]


def test_an_empty_collection_has_no_neighbours(vectors: Vectors) -> None:
    assert ids(vectors, "认证费用", GUIDE) == []
    assert vectors.count("doc", "tea") == 0
    vectors.remove("doc", "tea")


def test_two_shops_in_one_collection_never_see_each_other(vectors: Vectors) -> None:
    one, other = neighbours()
    vectors.add("one", one, [entry("a", "认证费用")])
    vectors.add("two", other, [entry("b", "认证费用")])
    assert ids(vectors, "认证费用", one) == ["a"]
    assert ids(vectors, "认证费用", other) == ["b"]
    assert ids(vectors, "认证费用", GUIDE) == []


def test_a_generation_sees_nothing_of_another_and_is_dropped_alone(chroma: ClientAPI) -> None:
    old, new = (
        ChromaVectors(chroma, LETTERS, generation()),
        ChromaVectors(chroma, LETTERS, generation()),
    )
    old.add("doc", GUIDE, [entry("a", "认证费用")])
    old.add("doc", "tea", [entry("b", "认证费用")])
    new.add("doc", GUIDE, [entry("c", "认证费用")])
    old.drop()
    assert ids(new, "认证费用", GUIDE) == ["c"]
    left = [collection.name for collection in chroma.list_collections()]
    assert [name for name in left if name.startswith(f"{old.generation}-")] == []


def test_a_second_reader_sees_what_was_added_after_it_was_opened(chroma: ClientAPI) -> None:
    name = generation()
    writer, reader = ChromaVectors(chroma, LETTERS, name), ChromaVectors(chroma, LETTERS, name)
    assert ids(reader, "认证费用", GUIDE) == []
    writer.add("doc", GUIDE, [entry("a", "认证费用")])
    assert ids(reader, "认证费用", GUIDE) == ["a"]


def test_models_of_different_length_live_in_generations_of_their_own(chroma: ClientAPI) -> None:
    long = Letters("long", 128)
    short_vectors = ChromaVectors(chroma, LETTERS, generation())
    long_vectors = ChromaVectors(chroma, long, generation())
    short_vectors.add("doc", GUIDE, [entry("a", "认证费用")])
    long_vectors.add("doc", GUIDE, [entry("b", "认证费用")])
    assert [n.passage_id for n in long_vectors.nearest(long.query("认证"), GUIDE, 5)] == ["b"]
