"""Orders from a spreadsheet (xlsx or csv): forgiving headers, every fault with row and column."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import BadInput, Faults, TooLarge
from handlers.orders import cells
from handlers.rules.order import Order
from knowledge.rules.faults import ContentFaultsError

ROWS = 20_000
COLUMNS = 100
FAULTS_TOLD = 200

Reader = Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the order (or of its line), how it is read, and how headers may call it."""

    field: str
    read: Reader
    names: str
    line: bool = False


_COLUMNS = (
    Column("order_no", cells.order_number, "订单号 订单编号 订单id 单号"),
    Column("status", cells.status, "状态 订单状态"),
    Column("buyer", cells.words, "买家 买家id 买家openid openid 会员id 用户id"),
    Column("receiver_phone_last4", cells.last4,
           "手机 手机号 手机号码 手机后四位 收件人手机 收货人手机 收件人电话 收货人电话 电话"),
    Column("paid_at", cells.moment, "付款时间 支付时间 下单时间"),
    Column("shipped_at", cells.moment, "发货时间"),
    Column("signed_at", cells.moment, "签收时间 收货时间 确认收货时间 妥投时间"),
    Column("promised_ship_by", cells.moment, "承诺发货时间 最晚发货时间 预计发货时间"),
    Column("refunded_at", cells.moment, "退款时间"),
    Column("presale", cells.yes_no, "预售 是否预售"),
    Column("amount_fen", cells.fen, "实付 实付金额 实付款 支付金额 订单金额 买家实付"),
    Column("discount_fen", cells.fen, "优惠 优惠金额 折扣 满减"),
    Column("freight_fen", cells.fen, "运费 邮费 快递费"),
    Column("carrier", cells.words, "快递公司 物流公司 承运商"),
    Column("waybill", cells.words, "快递单号 物流单号 运单号"),
    Column("title", cells.words, "商品 商品名 商品名称 商品标题 宝贝标题 品名", True),
    Column("category", cells.words, "类目 商品类目 分类 品类", True),
    Column("price_fen", cells.fen, "单价 商品单价 价格 售价 商品价格", True),
    Column("qty", cells.quantity, "数量 件数 商品数量 购买数量", True),
    Column("no_reason_excluded", cells.flag, "七天无理由 无理由 无理由除外", True),
    Column("gift", cells.yes_no, "赠品 是否赠品", True),
    Column("opened", cells.yes_no, "已拆封 拆封", True),
)  # fmt: skip
_NAMED = {name: column for column in _COLUMNS for name in (column.field, *column.names.split())}
_NEEDED = {"order_no": "订单号", "status": "订单状态", "title": "商品名称"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet holds. `closed`: orders that were cancelled and are left out."""

    orders: tuple[Order, ...]
    closed: int


def read_sheet(name: str, data: bytes, shop: str) -> Sheet:
    """The orders of a file. Raises Faults with every fault (row, column), BadInput, TooLarge."""
    rows = _xlsx(data) if name.lower().endswith((".xlsx", ".xlsm")) else _csv(name, data)
    header, body = _header(rows)
    faults: list[str] = []
    orders, closed = _orders(header, body, shop, faults)
    if faults:
        raise Faults("订单表", tuple(faults[:FAULTS_TOLD]))
    return Sheet(tuple(orders), closed)


def _csv(name: str, data: bytes) -> Iterator[Sequence[object]]:
    if not name.lower().endswith((".csv", ".txt")):
        raise BadInput("订单表只收 .xlsx 和 .csv 文件")
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    mark = max(",\t;", key=first.count)
    return iter(_limited(csv.reader(io.StringIO(text), delimiter=mark)))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("文件编码读不懂，请另存为 UTF-8 的 csv 或 xlsx")


def _xlsx(data: bytes) -> Iterator[Sequence[object]]:
    # A third of a second to import, and hardly any day brings a workbook.
    from handlers.orders.workbook import first_sheet

    return iter(_limited(first_sheet(data, COLUMNS)))


def _limited(rows: Any) -> list[Sequence[object]]:
    kept: list[Sequence[object]] = []
    try:
        for row in rows:
            if len(kept) > ROWS:
                raise TooLarge(f"一次最多导入 {ROWS} 行，请分几个文件")
            kept.append(list(row)[:COLUMNS])
    except csv.Error as error:
        raise BadInput("csv 读不懂，请检查引号和分隔符") from error
    return kept


def _header(
    rows: Iterator[Sequence[object]],
) -> tuple[dict[int, Column], list[tuple[int, Sequence[object]]]]:
    """Columns by place, and the rows below with their numbers. Titles above are passed over."""
    every = list(enumerate(rows, 1))
    for at, (_, row) in enumerate(every[:10]):
        found = {place: column for place, cell in enumerate(row) if (column := _column(cell))}
        fields = [column.field for column in found.values()]
        if "order_no" in fields:
            _complete(fields)
            return found, every[at + 1 :]
    raise BadInput("没有找到表头：至少要有订单号、订单状态、商品名称三列")


def _column(cell: object) -> Column | None:
    """Headers are matched without blanks, brackets and units: `实付金额（元）` is 实付金额."""
    name = re.sub(r"[（(【\[].*?[）)】\]]|[\s*＊:：'\"]", "", cells.written(cell)).lower()
    return _NAMED.get(name)


def _complete(fields: Sequence[str]) -> None:
    faults = [f"缺少列：{name}" for field, name in _NEEDED.items() if field not in fields]
    doubled = {field for field in fields if fields.count(field) > 1}
    faults += [f"有两列都像“{_title(field)}”，请删掉一列" for field in sorted(doubled)]
    if faults:
        raise Faults("订单表的表头", tuple(faults))


def _title(field: str) -> str:
    return next(column.names.split()[0] for column in _COLUMNS if column.field == field)


def _orders(
    header: Mapping[int, Column],
    body: Sequence[tuple[int, Sequence[object]]],
    shop: str,
    faults: list[str],
) -> tuple[list[Order], int]:
    """Rows of one number are the lines of one order."""
    grouped: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    closed: set[str] = set()
    for number, row in body:
        if not any(cells.written(cell) for cell in row):
            continue
        if _is_closed(header, row):
            closed.add(_number(header, row))
            continue
        read = _row(header, number, row, faults)
        grouped.setdefault(str(read.get("order_no", f"?{number}")), []).append((number, read))
    found = [_order(lines, shop, faults) for lines in grouped.values()]
    return [order for order in found if order], len(closed)


def _is_closed(header: Mapping[int, Column], row: Sequence[object]) -> bool:
    return _cell(header, row, "status") in cells.CLOSED


def _number(header: Mapping[int, Column], row: Sequence[object]) -> str:
    return _cell(header, row, "order_no")


def _cell(header: Mapping[int, Column], row: Sequence[object], field: str) -> str:
    places = (place for place, column in header.items() if column.field == field)
    return next((cells.written(row[place]) for place in places if place < len(row)), "")


def _row(
    header: Mapping[int, Column], number: int, row: Sequence[object], faults: list[str]
) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for place, column in header.items():
        cell = row[place] if place < len(row) else None
        if not cells.written(cell):
            if column.field in _NEEDED:
                faults.append(f"第 {number} 行“{_title(column.field)}”：没有填")
            continue
        try:
            read[column.field] = column.read(cell)
        except cells.Unreadable as error:
            faults.append(f"第 {number} 行“{_title(column.field)}”：{error}")
    return read


def _order(
    lines: Sequence[tuple[int, dict[str, Any]]], shop: str, faults: list[str]
) -> Order | None:
    number, head = lines[0]
    line_fields = {column.field for column in _COLUMNS if column.line}
    for at, line in lines[1:]:
        for field in ("status", "buyer", "receiver_phone_last4"):
            if line.get(field, head.get(field)) != head.get(field):
                told = f"第 {at} 行“{_title(field)}”：与同一订单的第 {number} 行不一样"
                faults.append(told)
    parcel = {name: head[name] for name in ("carrier", "waybill") if name in head}
    whole = {k: v for k, v in head.items() if k not in line_fields | {"carrier", "waybill"}}
    items = [{k: v for k, v in line.items() if k in line_fields} for _, line in lines]
    try:
        return Order.from_json(
            {"shop": shop, **whole, "items": items, **({"logistics": parcel} if parcel else {})}
        )
    except ContentFaultsError as error:
        if not any(text.startswith(f"第 {number} 行") for text in faults):
            faults += [f"第 {number} 行：{fault}" for fault in error.faults]
        return None
