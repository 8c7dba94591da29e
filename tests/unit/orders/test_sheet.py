"""Order sheets: forgiving headers, every fault with row and column, formulas made harmless."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput, Faults, KaidianError
from handlers.orders.sheet import read_sheet

HEAD = ["订单号", "订单状态", "商品名称", "单价(元)", "数量", "实付款", "签收时间", "收件人电话"]
GOOD = ["3726100000001", "已签收", "台灯", "129.00", 1, "¥129", "2026/11/12 10:20", "138 0000 6608"]


def xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv(*rows: list[Any]) -> bytes:
    return "\r\n".join(",".join(str(cell) for cell in row) for row in rows).encode("utf-8-sig")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_sheet_is_read(kind: str) -> None:
    data = xlsx(HEAD, GOOD) if kind == "xlsx" else csv(HEAD, GOOD)
    (order,) = read_sheet(f"订单.{kind}", data, "tea").orders
    assert (order.order_no, order.shop, order.status) == ("3726100000001", "tea", "signed")
    assert (order.amount_fen, order.items[0].price_fen) == (12900, 12900)
    assert (order.receiver_phone_last4, order.signed_at and order.signed_at.hour) == ("6608", 10)


def test_rows_of_one_number_are_lines_of_one_order() -> None:
    second = [*GOOD[:2], "灯泡", "9.9", 2, "", "", ""]
    (order,) = read_sheet("o.xlsx", xlsx(HEAD, GOOD, second), "tea").orders
    assert [(item.title, item.price_fen, item.qty) for item in order.items] == [
        ("台灯", 12900, 1),
        ("灯泡", 990, 2),
    ]


def test_titles_above_the_header_and_empty_rows_are_passed_over() -> None:
    sheet = read_sheet("o.xlsx", xlsx(["十一月订单"], [], HEAD, GOOD, [None] * 8), "tea")
    assert len(sheet.orders) == 1


def test_cancelled_orders_are_left_out_and_counted() -> None:
    gone = [*GOOD[:1], "交易关闭", *GOOD[2:]]
    sheet = read_sheet("o.csv", csv(HEAD, gone), "tea")
    assert (sheet.orders, sheet.closed) == ((), 1)


def test_every_fault_is_told_with_row_and_column() -> None:
    rows = [
        ["37261000", "不知道", "台灯", "abc", 0, "", "2026-13-40", "12"],
        ["", "已签收", "", "1", 1, "", "", ""],
        [3.7261000000001e15, "已签收", "灯", 1, 1, 1, datetime(2026, 1, 1), "1380"],
    ]
    with pytest.raises(Faults) as told:
        read_sheet("o.xlsx", xlsx(HEAD, *rows), "tea")
    text = "\n".join(told.value.details)
    for place in (
        "第 2 行“状态”",
        "第 2 行“单价”",
        "第 2 行“数量”",
        "第 2 行“签收时间”",
        "第 2 行“手机”",
        "第 3 行“订单号”",
        "第 3 行“商品”",
        "第 4 行“订单号”：被表格改成了科学计数",
    ):
        assert place in text, text


def test_missing_and_doubled_columns_are_told_together() -> None:
    with pytest.raises(Faults) as told:
        read_sheet("o.csv", csv(["订单号", "单号", "数量"], ["37261", "37261", 1]), "tea")
    assert told.value.details == (
        "缺少列：订单状态",
        "缺少列：商品名称",
        "有两列都像“订单号”，请删掉一列",
    )


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+cmd|calc", "-2+3", "@SUM(A1)", "＝1+1"])
def test_a_formula_is_only_text(evil: str) -> None:
    (order,) = read_sheet("o.csv", csv(HEAD, [*GOOD[:2], evil, *GOOD[3:]]), "tea").orders
    assert order.items[0].title.startswith("'")


def test_two_rows_that_contradict_each_other_are_told() -> None:
    other = [GOOD[0], "已发货", *GOOD[2:]]
    with pytest.raises(Faults, match="不一样"):
        read_sheet("o.csv", csv(HEAD, GOOD, other), "tea")


@pytest.mark.parametrize(
    ("name", "data"),
    [("o.pdf", b"x"), ("o.xlsx", b"not a zip"), ("o.csv", b""), ("o.csv", b"\xff\xfe\x00"),
     ("o.xlsx", xlsx()), ("o.csv", "没有表头\n1,2".encode())],
)  # fmt: skip
def test_what_is_no_order_sheet_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(BadInput):
        read_sheet(name, data, "tea")


@given(st.lists(st.lists(st.text(max_size=20), max_size=9), max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_cells_end_in_orders_or_in_a_told_fault(rows: list[list[str]]) -> None:
    with suppress(KaidianError):  # anything else is a bug
        assert read_sheet("o.csv", csv(HEAD, *rows), "tea").closed >= 0
