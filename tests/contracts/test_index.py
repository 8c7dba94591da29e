"""Keeping the index true to the documents, on every database."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from chromadb.api import ClientAPI

from bot.conversation import Vector
from bot.document_store import DocumentRows
from bot.errors import IndexMismatch
from bot.operations import Knowledge, read_document
from knowledge.documents import GUIDE, Document
from retrieval.chains import GuideRetriever
from retrieval.chroma import collections, connect
from retrieval.index import Index, Indexed
from retrieval.library import entries
from retrieval.search import Scope, Search
from retrieval.vectors import LateVectors, Vectors
from tests.contracts.letters import Letters

LETTERS = Letters()


class Counting(Letters):
    """Letters, and which texts were embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        self.texts.extend(texts)
        return super().passages(texts)


TEA = "# 茶\n\n龙井88元一罐。毛峰66元一罐。\n"
FLOWERS = "# 花\n\n玫瑰3元一枝。\n"


@pytest.fixture
def client(tmp_path: Path) -> ClientAPI:
    return connect("", tmp_path / "chroma")


@pytest.fixture
def index(client: ClientAPI, table: DocumentRows) -> Index:
    return Index(collections(client, LETTERS), LETTERS, table)


@pytest.fixture
def knowledge(index: Index, table: DocumentRows) -> Knowledge:
    return Knowledge(index, Search(LETTERS, index.vectors(), table), table)


def document(shop: str, name: str, text: str) -> Document:
    return read_document(shop, name, text.encode())


def counts(index: Index, *documents: Document) -> list[int]:
    return [index.vectors().count(d.id, d.shop) for d in documents]


def found(knowledge: Knowledge, text: str, shop: str, *, guide: bool = False) -> set[str]:
    hits = knowledge.search.find(text, LETTERS.query(text), Scope(shop, guide))
    return {hit.passage.document for hit in hits}


def test_a_new_document_is_indexed_and_the_same_one_left_alone(index: Index) -> None:
    tea = document("tea", "a.md", TEA)
    assert index.update([tea]) == Indexed(added=1)
    assert index.update([tea]) == Indexed(unchanged=1)
    assert counts(index, tea) == [len(entries(tea))]


def test_a_changed_document_embeds_only_its_new_texts(
    client: ClientAPI, table: DocumentRows
) -> None:
    counting = Counting()
    index = Index(collections(client, counting), counting, table)
    index.update([document("tea", "a.md", TEA)])
    counting.texts.clear()
    changed = document("tea", "a.md", TEA + "\n碧螺春99元一罐。\n")
    assert index.update([changed]) == Indexed(added=1)
    assert counts(index, changed) == [len(entries(changed))]
    assert any("碧螺春" in text for text in counting.texts)
    assert len(counting.texts) < len(entries(changed))
    assert found(Knowledge(index, Search(LETTERS, index.vectors(), table), table), "毛峰", "tea")


def test_progress_ends_at_all_there_is(index: Index) -> None:
    steps: list[tuple[int, int]] = []
    tea = document("tea", "a.md", "".join(f"第{n}条规定。" for n in range(40)))
    index.update([tea], lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1] == (len(entries(tea)), len(entries(tea)))


def test_a_changed_document_replaces_its_old_vectors(index: Index) -> None:
    index.update([document("tea", "a.md", TEA)])
    shorter = document("tea", "a.md", "只卖红茶。")
    assert index.update([shorter]) == Indexed(added=1)
    assert counts(index, shorter) == [len(entries(shorter))]


def test_pages_that_left_the_guide_are_forgotten(index: Index, table: DocumentRows) -> None:
    one, two = document(GUIDE, "a.md", TEA), document(GUIDE, "b.md", FLOWERS)
    index.replace_all(GUIDE, [one, two])
    index.update([document("tea", "own.md", TEA)])
    assert index.replace_all(GUIDE, [two]) == Indexed(unchanged=1, removed=1)
    assert set(table.digests(None)) == {"guide/b.md", "tea/own.md"}
    assert counts(index, one) == [0]


def test_what_a_crash_left_half_done_is_done_again(index: Index, table: DocumentRows) -> None:
    tea, flowers = document("tea", "a.md", TEA), document("tea", "b.md", FLOWERS)
    index.update([tea, flowers])
    table.put(tea, ready=False)
    index.vectors().remove(flowers.id, flowers.shop)
    assert index.repair() == 1
    assert index.mend() == 1
    assert index.repair() == index.mend() == 0
    assert counts(index, tea, flowers) == [len(entries(tea)), len(entries(flowers))]
    assert set(table.digests("tea")) == {tea.id, flowers.id}


def test_another_model_is_refused_with_the_command_that_helps(
    client: ClientAPI, table: DocumentRows, index: Index
) -> None:
    tea = document("tea", "a.md", TEA)
    index.update([tea])
    other = Index(collections(client, LETTERS), Letters("other", 128), table)
    with pytest.raises(IndexMismatch, match=r"python server\.py index --rebuild"):
        other.update([document("tea", "b.md", FLOWERS)])
    assert other.rebuild() == 1
    assert other.update([tea]) == Indexed(unchanged=1)
    assert counts(other, tea) == [len(entries(tea))]
    with pytest.raises(IndexMismatch):
        index.vectors()


def test_a_model_of_another_name_and_the_same_length_is_refused_too(
    client: ClientAPI, table: DocumentRows, index: Index
) -> None:
    index.update([document("tea", "a.md", TEA)])
    with pytest.raises(IndexMismatch):
        Index(collections(client, LETTERS), Letters("other", LETTERS.dimensions), table).vectors()


def test_a_rebuild_leaves_no_old_collections(
    client: ClientAPI, table: DocumentRows, index: Index
) -> None:
    index.update([document("tea", "a.md", TEA)])
    index.rebuild()
    generations = {collection.name.split("-")[0] for collection in client.list_collections()}
    state = table.index_state()
    assert state
    assert generations == {state.generation}


def test_a_broken_file_is_named_and_harms_no_other(knowledge: Knowledge) -> None:
    job = knowledge.start_job()
    files = [
        ("茶.md", TEA.encode()),
        ("图.png", b"\x89PNG"),
        ("乱码.txt", b"\xff\xff\xff"),
        ("空.txt", b"  \n"),
        ("花.txt", FLOWERS.encode("gb18030")),
    ]
    knowledge.run_job(job, "tea", files)
    assert job.status == "done"
    assert job.done == job.total > 0
    assert [fault["file"] for fault in job.faults] == ["图.png", "乱码.txt", "空.txt"]
    assert [d.name for d in knowledge.documents("tea")] == ["花.txt", "茶.md"]
    assert found(knowledge, "龙井88元一罐", "tea") == {"tea/茶.md", "tea/花.txt"}


def test_a_job_of_broken_files_only_has_failed(knowledge: Knowledge) -> None:
    job = knowledge.start_job()
    knowledge.run_job(job, "tea", [("图.png", b"\x89PNG")])
    assert knowledge.job(job.id).status == "failed"


def test_a_shop_finds_its_own_the_guide_if_it_wants_and_never_anothers(
    knowledge: Knowledge,
) -> None:
    knowledge.set_guide((document(GUIDE, "g.md", TEA),))
    knowledge.add([document("tea", "a.md", TEA), document("flowers", "a.md", TEA)])
    assert found(knowledge, "龙井88元", "tea") == {"tea/a.md"}
    assert found(knowledge, "龙井88元", "tea", guide=True) == {"tea/a.md", "guide/g.md"}
    assert found(knowledge, "龙井88元", "nobody") == set()


def test_a_removed_document_is_found_no_more(knowledge: Knowledge) -> None:
    knowledge.add([document("tea", "a.md", TEA), document("flowers", "a.md", TEA)])
    knowledge.remove("tea", "a.md")
    assert found(knowledge, "龙井88元", "tea") == set()
    assert found(knowledge, "龙井88元", "flowers") == {"flowers/a.md"}


def test_the_search_serves_langchains_chains(knowledge: Knowledge) -> None:
    knowledge.add([document("tea", "a.md", TEA)])
    retriever = GuideRetriever(search=knowledge.search, scope=Scope("tea", guide=False), k=1)
    (found,) = retriever.invoke("毛峰多少钱一罐")
    assert found.page_content == "毛峰66元一罐。"
    assert found.metadata["document"] == "tea/a.md"


def test_vectors_are_opened_once_and_only_when_needed(client: ClientAPI) -> None:
    opened: list[str] = []

    def opens() -> Vectors:
        opened.append("once")
        return collections(client, LETTERS)("late")

    late = LateVectors(opens)
    assert not opened
    assert [late.count("tea/a.md", "tea"), late.count("tea/a.md", "tea")] == [0, 0]
    assert opened == ["once"]
