"""What every database must do for documents and the pointer to the index."""

import pytest

from bot.document_store import DocumentRows
from knowledge.documents import GUIDE, Document, IndexState, Origin, Passage


def passage(number: str, document: str) -> Passage:
    return Passage(
        id=f"{document}{number}",
        document=document,
        title="茶叶铺",
        section="价格 › 绿茶",
        kind="cell",
        text="龙井 · 单价：88元 🍵",
        origin=Origin("手记", "2026-10", "中", "2026-11-01"),
        table="价目",
        row="龙井",
        column="单价",
        value="88元",
        order=3,
        asks=("龙井多少钱", "龍井幾多錢"),
        qualifies=("龙井",),
    )


def document(name: str, shop: str = "tea", digest: str = "d1") -> Document:
    key = f"{shop}/{name}"
    return Document(key, shop, name, "茶叶铺", digest, (passage("1", key), passage("2", key)))


def test_a_document_comes_back_as_it_was(table: DocumentRows) -> None:
    table.put(document("a.md"), ready=True)
    assert table.load("tea") == [document("a.md")]


def test_a_document_without_passages_is_kept_too(table: DocumentRows) -> None:
    bare = Document("tea/a.md", "tea", "a.md", "茶叶铺", "d1", ())
    table.put(bare, ready=True)
    assert table.load("tea") == [bare]


def test_only_what_is_completely_indexed_has_a_digest(table: DocumentRows) -> None:
    table.put(document("a.md"), ready=False)
    assert table.digests("tea") == {}
    table.mark_ready("tea/a.md")
    assert table.digests("tea") == {"tea/a.md": "d1"}


def test_a_document_put_again_replaces_the_old_one(table: DocumentRows) -> None:
    table.put(document("a.md"), ready=True)
    table.put(document("a.md", digest="d2"), ready=False)
    assert table.digests(None) == {}
    assert [found.digest for found in table.load(None)] == ["d2"]


def test_a_removed_document_is_gone_and_the_others_stay(table: DocumentRows) -> None:
    table.put(document("a.md"), ready=True)
    table.put(document("b.md"), ready=True)
    table.remove("tea/a.md")
    table.remove("tea/never there.md")
    assert table.digests(None) == {"tea/b.md": "d1"}


def test_a_shop_sees_its_own_documents_and_the_guide_is_a_shop_of_its_own(
    table: DocumentRows,
) -> None:
    for shop in ("tea", "flowers", GUIDE):
        table.put(document("a.md", shop), ready=True)
    assert [found.shop for found in table.load("tea")] == ["tea"]
    assert [found.shop for found in table.load(GUIDE)] == [GUIDE]
    assert set(table.digests("flowers")) == {"flowers/a.md"}
    assert len(table.load(None)) == len(table.digests(None)) == 3


def test_the_pointer_to_the_index_is_set_and_switched(table: DocumentRows) -> None:
    assert table.index_state() is None
    table.set_index_state(IndexState("g1", "model", 384))
    table.set_index_state(IndexState("g2", "other/model", 512))
    assert table.index_state() == IndexState("g2", "other/model", 512)


@pytest.mark.parametrize("field", ["name", "title"])
def test_a_long_name_or_title_harms_nothing(table: DocumentRows, field: str) -> None:
    long = "一个很长的标题" * 40
    name, title = (long, "题") if field == "name" else ("a.md", long)
    table.put(Document(f"tea/{name}", "tea", name, title, "d1", ()), ready=True)
    assert [(found.name, found.title) for found in table.load("tea")] == [(name, title)]
