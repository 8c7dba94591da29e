"""Blocks → passages: several grains, ids from content, corrections with what they qualify."""

from knowledge.blocks import Heading, Items, Note, Paragraph, Table
from knowledge.documents import Document, Origin, Passage
from knowledge.read import blocks_of
from knowledge.split import (
    SECTION_LIMIT,
    SENTENCE_LIMIT,
    item_name,
    make_document,
    sentences,
    split,
)

PRICES = Table(("品", "单价", "库存"), (("龙井", "88元", ""), ("毛峰", "66元", "3罐")), "价目")


def cut(*blocks: Heading | Paragraph | Items | Table | Note) -> tuple[Passage, ...]:
    return split("shop/a.md", "茶叶铺", Origin(checked="2026-11-01"), blocks)


def document(text: str, name: str = "a.md", shop: str = "shop") -> Document:
    head, blocks = blocks_of(name, text)
    return make_document(shop, name, head, blocks, text)


def texts(passages: tuple[Passage, ...], kind: str) -> list[str]:
    return [p.text for p in passages if p.kind == kind]


def test_a_table_gives_itself_its_rows_and_its_cells() -> None:
    found = cut(Heading(2, "价格"), PRICES)
    assert texts(found, "table") == ["价目：龙井、毛峰的单价、库存"]
    assert texts(found, "row") == [
        "品：龙井；单价：88元；库存：（原表空白）",
        "品：毛峰；单价：66元；库存：3罐",
    ]
    cells = [(p.row, p.column, p.value) for p in found if p.kind == "cell"]
    assert cells == [
        ("龙井", "单价", "88元"),
        ("龙井", "库存", ""),
        ("毛峰", "单价", "66元"),
        ("毛峰", "库存", "3罐"),
    ]


def test_a_blank_cell_says_that_the_original_is_blank() -> None:
    (blank,) = [p for p in cut(PRICES) if p.kind == "cell" and not p.value]
    assert blank.text == "龙井 · 库存：（原表空白）"


def test_a_table_without_a_caption_is_named_after_its_section() -> None:
    found = cut(Heading(2, "价格"), Table(("品", "单价"), (("茶", "3元"),)))
    assert {p.table for p in found if p.kind in ("table", "row", "cell")} == {"价格"}


def test_a_list_gives_itself_with_its_lead_and_each_item_with_its_name() -> None:
    found = cut(Paragraph("先看。送货有两种："), Items(("自提：到店拿", "邮寄：三天到")))
    assert texts(found, "list") == ["送货有两种：\n- 自提：到店拿\n- 邮寄：三天到"]
    assert [(p.row, p.text) for p in found if p.kind == "item"] == [
        ("自提", "自提：到店拿"),
        ("邮寄", "邮寄：三天到"),
    ]


def test_a_procedure_keeps_its_numbers() -> None:
    found = cut(Items(("装袋", "封口"), ordered=True))
    assert texts(found, "list") == ["1. 装袋\n2. 封口"]


def test_only_a_short_phrase_before_a_colon_names_an_item() -> None:
    assert item_name("自提：到店拿") == "自提"
    assert item_name("只是一句话。") == ""
    assert item_name("先付款，再发货：三天内") == ""
    assert item_name("一段长得不像名字的说明文字它有十七字：正文") == ""


def test_a_correction_carries_its_words_and_its_own_source() -> None:
    note = Note({"更正": "已涨价。", "针对": "单价、88元", "来源": "公告", "日期": "2026-10"})
    (found,) = [p for p in cut(Heading(2, "价格"), PRICES, note) if p.kind == "correction"]
    assert found.text == "已涨价。"
    assert found.qualifies == ("单价", "88元")
    assert (found.origin.source, found.origin.dated) == ("公告", "2026-10")


def test_a_source_line_is_the_origin_of_its_section_only() -> None:
    source = Note({"来源": "手记", "日期": "2026-10", "可信度": "中"})
    found = cut(Heading(2, "甲"), source, Paragraph("一。"), Heading(2, "乙"), Paragraph("二。"))
    origin = {p.section: p.origin for p in found}
    assert origin["甲"] == Origin("手记", "2026-10", "中", "2026-11-01")
    assert origin["乙"] == Origin("", "", "", "2026-11-01")


def test_an_ordinary_quotation_is_sentences() -> None:
    found = cut(Note({"": "老顾客说好。还会来。"}))
    assert texts(found, "sentence") == ["老顾客说好。", "还会来。"]


def test_nested_headings_are_a_path_without_the_title_of_the_page() -> None:
    found = cut(
        Heading(1, "茶叶铺"), Heading(2, "价格"), Heading(3, "绿茶"), Paragraph("88元。"),
        Heading(2, "地址"), Paragraph("人民路。"),
    )  # fmt: skip
    assert [p.section for p in found if p.kind == "sentence"] == ["价格 › 绿茶", "地址"]
    assert found[0].path == "茶叶铺 › 价格 › 绿茶"


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    assert sentences("他说“能退。”然后走了。店主答（三天。）") == [
        "他说“能退。”然后走了。",
        "店主答（三天。）",
    ]


def test_a_decimal_point_ends_no_sentence() -> None:
    assert sentences("费率0.6%。到账1.5天") == ["费率0.6%。", "到账1.5天"]


def test_a_very_long_sentence_is_cut_and_nothing_of_it_is_lost() -> None:
    long = "一句没有句号的话，" * 200
    pieces = sentences(long)
    assert "".join(pieces) == long
    assert max(map(len, pieces)) <= SENTENCE_LIMIT


def test_a_long_section_is_shortened_but_its_sentences_are_all_there() -> None:
    told = "".join(f"第{n}条规定要看清楚。" for n in range(200))
    found = cut(Heading(2, "规定"), Paragraph(told))
    (section,) = texts(found, "section")
    assert len(section) <= SECTION_LIMIT
    assert section.endswith("…")
    assert "".join(texts(found, "sentence")) == told


def test_the_same_sentence_twice_gets_two_ids() -> None:
    found = cut(Paragraph("一样。"), Paragraph("一样。"))
    assert len({p.id for p in found}) == len(found)


def test_what_did_not_change_keeps_its_id() -> None:
    before = document("# 店\n\n## 价\n一句。\n\n另一句。\n")
    after = document("# 店\n\n## 新\n加的。\n\n## 价\n一句。\n\n改过的一句。\n")
    ids = {p.text: p.id for p in before.passages if p.kind == "sentence"}
    again = {p.text: p.id for p in after.passages if p.kind == "sentence"}
    assert again["一句。"] == ids["一句。"]
    assert before.digest != after.digest


def test_two_shops_with_the_same_file_share_no_id() -> None:
    one, other = document("同文。", shop="one"), document("同文。", shop="two")
    assert one.id != other.id
    assert not {p.id for p in one.passages} & {p.id for p in other.passages}


def test_the_title_is_the_head_else_the_first_heading_else_the_name() -> None:
    assert document("---\ntitle: 头\n---\n# 一\n文。").title == "头"
    assert document("# 一\n文。").title == "一"
    assert document("文。", "价目表.md").title == "价目表"


def test_the_date_a_reader_sees_names_the_day_of_checking() -> None:
    assert Origin("甲", "2026-10", "高", "2026-11-01").as_of == "2026-10，2026-11-01核对"
    assert Origin("甲", "2026-10").as_of == "2026-10"
    assert Origin().as_of == ""
