"""Cells of an order sheet: money, moments, numbers and words as merchants write them."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

from bot.clock import SHANGHAI
from bot.messages import clean

STATUSES = {
    "unpaid": "待付款 未付款 待支付 未支付 等待买家付款",
    "paid_unshipped": "待发货 已付款 已支付 未发货 等待卖家发货 备货中",
    "shipped": "已发货 待收货 运输中 在途 配送中 等待买家收货 卖家已发货",
    "signed": "已签收 已收货 签收 已送达 妥投",
    "completed": "已完成 交易成功 交易完成 完成",
    "refunded": "已退款 退款成功 全额退款 退款完成",
}
CLOSED = frozenset(["已取消", "交易关闭", "已关闭", "取消"])
FLAGS = {
    "custom": "定制 定作 刻字", "fresh": "生鲜 鲜活 鲜活易腐", "digital": "数字 虚拟 在线下载",
    "press": "报刊 报纸期刊", "confirmed_hygiene": "拆封不退 卫生品",
    "confirmed_activated": "激活不退", "confirmed_near_expiry": "临期", "confirmed_defect": "瑕疵",
}  # fmt: skip
_STATUS = {word: code for code, words in STATUSES.items() for word in [code, *words.split()]}
_FLAG = {word: code for code, words in FLAGS.items() for word in [code, *words.split()]}
_YES, _NO = (
    frozenset(["是", "有", "yes", "y", "true", "1", "√", "对"]),
    frozenset(["否", "无", "没有", "no", "n", "false", "0", "×"]),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MONEY = re.compile(r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2})0*)?\s*(?:元|块)?")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]*(\d{1,2})[:：时](\d{1,2})分?(?:[:：](\d{1,2}))?)?(?:\.\d+)?"
)


class Unreadable(ValueError):
    """A cell that cannot be read; the text says what is wanted."""


def written(cell: object) -> str:
    """The text of a cell as a person reads it; '' where nothing stands."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", clean(str(cell))).strip()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula when it is exported again."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def words(cell: object) -> str:
    text = written(cell)
    if len(text) > 200:
        raise Unreadable("最多 200 字")
    return harmless(text)


def order_number(cell: object) -> str:
    """Raises Unreadable for a number that the sheet has rounded or written as 1.2E+15."""
    text = written(cell)
    rounded = isinstance(cell, int | float) and cell >= 10**15  # spreadsheets keep 15 digits
    if rounded or re.fullmatch(r"\d(?:\.\d+)?[eE]\+\d+", text):
        raise Unreadable("被表格改成了科学计数，请把这一列设成文本再导出")
    if not re.fullmatch(r"[0-9A-Za-z_-]{4,64}", text.strip("'`")):
        raise Unreadable("应当是 4–64 位的数字、字母、- 或 _")
    return text.strip("'`")


def fen(cell: object) -> int:
    """Yuan as fen: 129, 129.00, ¥1,299.5元."""
    found = _MONEY.fullmatch(written(cell))
    if not found:
        raise Unreadable("应当是金额，如 129.00")
    cents = (found[2] or "").ljust(2, "0")
    return int(found[1].replace(",", "")) * 100 + int(cents)


def moment(cell: object) -> str:
    """ISO 8601 in Shanghai; a bare day is its beginning."""
    if isinstance(cell, datetime):
        return _in_shanghai(cell)
    if isinstance(cell, date):
        return _in_shanghai(datetime.combine(cell, time()))
    found = _MOMENT.fullmatch(written(cell))
    if not found:
        raise Unreadable("应当是日期和时间，如 2026-11-12 10:20")
    try:
        return _in_shanghai(datetime(*(int(part or 0) for part in found.groups())))  # type: ignore[arg-type]
    except ValueError as error:
        raise Unreadable("没有这一天或这个时刻") from error


def _in_shanghai(value: datetime) -> str:
    return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).isoformat()


def quantity(cell: object) -> int:
    text = written(cell)
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise Unreadable("应当是 1 以上的整数")
    return int(text)


def last4(cell: object) -> str:
    """The last four digits of a phone; the rest is not kept."""
    digits = re.sub(r"\D", "", written(cell))[-4:]
    if len(digits) != 4:
        raise Unreadable("应当是手机号，或它的后四位")
    return digits


def status(cell: object) -> str:
    code = _STATUS.get(written(cell))
    if code is None:
        raise Unreadable("应当是待付款、待发货、已发货、已签收、已完成、已退款之一")
    return code


def flag(cell: object) -> Any:
    text = written(cell)
    if text.lower() in _NO | {"支持", "支持七天无理由", "七天无理由"}:
        return False
    if text not in _FLAG:
        raise Unreadable("应当是定制、生鲜、数字、报刊、卫生品、激活不退、临期、瑕疵或“支持”")
    return _FLAG[text]


def yes_no(cell: object) -> bool:
    text = written(cell).lower()
    if text not in _YES | _NO:
        raise Unreadable("应当是“是”或“否”")
    return text in _YES
