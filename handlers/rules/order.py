"""The order as a shop tells it (api.md, Order)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time
from typing import Any, Literal

from handlers.rules.window import shanghai
from knowledge.rules.faults import Fault, refuse
from knowledge.rules.shape import given

STATUSES = ("unpaid", "paid_unshipped", "shipped", "signed", "completed", "refunded")
FLAGS = (
    "custom",
    "fresh",
    "digital",
    "press",
    "confirmed_hygiene",
    "confirmed_activated",
    "confirmed_near_expiry",
    "confirmed_defect",
)
CHECKS = ("none", "serial_mismatch", "not_original", "damaged", "used", "parts_missing")
# Far outside any order, and far inside what dates can hold.
YEARS = range(2000, 2100)
MOST = 10**12


@dataclass(frozen=True)
class Item:
    """One line. `price_fen` is the price of one unit; None means unknown everywhere."""

    title: str
    category: str | None = None
    price_fen: int | None = None
    qty: int = 1
    no_reason_excluded: str | Literal[False] | None = None
    opened: bool | None = None
    activated: bool | None = None
    confirmed: bool | None = None
    production: str | None = None
    gift: bool | None = None


@dataclass(frozen=True)
class Event:
    """One parcel event."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Logistics:
    """The parcel, as the carrier tells it."""

    carrier: str | None = None
    waybill: str | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Order:
    """One order; money in fen, moments in Asia/Shanghai, None where the shop did not say."""

    order_no: str
    status: str
    items: tuple[Item, ...]
    shop: str | None = None
    buyer: str | None = None
    receiver_phone_last4: str | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    signed_at: datetime | None = None
    promised_ship_by: datetime | None = None
    presale: bool | None = None
    refunded_at: datetime | None = None
    refunded_items: tuple[str, ...] = ()
    open_return_id: str | None = None
    amount_fen: int | None = None
    discount_fen: int | None = None
    freight_fen: int | None = None
    promised_arrival_at: datetime | None = None
    warranty_until: datetime | None = None
    return_check: str | None = None
    buyer_missing_claims_90d: int | None = None
    evidence_hash_reused: bool | None = None
    logistics: Logistics | None = None

    def to_json(self) -> dict[str, Any]:
        """The JSON of api.md, without what is unknown."""
        plain = _plain(self)
        assert isinstance(plain, dict)
        return plain

    @staticmethod
    def from_json(raw: object) -> Order:
        """Read an Order. Raises ContentFaultsError listing every unknown field and wrong type."""
        faults: list[Fault] = []
        order = Order(**_record("order", raw, _ORDER, ("order_no", "status", "items"), faults))
        refuse(faults)
        return order


Reader = Callable[[str, object, list[Fault]], Any]


def _bad(where: str, wanted: str, faults: list[Fault]) -> Any:
    """Note a fault; the value read is None."""
    faults.append(Fault(where, f"应当是{wanted}"))
    return None


def _text(where: str, raw: object, faults: list[Fault]) -> str | None:
    good = isinstance(raw, str) and bool(raw.strip())
    return str(raw) if good else _bad(where, "不空的文字", faults)


def _string(where: str, raw: object, faults: list[Fault]) -> str | None:
    """Text that may be empty: an order without a number is a missing order_ref."""
    return raw if isinstance(raw, str) else _text(where, raw, faults)


def _flag(where: str, raw: object, faults: list[Fault]) -> bool | None:
    return raw if isinstance(raw, bool) else _bad(where, " true 或 false", faults)


def _whole(low: int) -> Reader:
    def read(where: str, raw: object, faults: list[Fault]) -> Any:
        good = isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= MOST
        return raw if good else _bad(where, f"不小于 {low} 的整数", faults)

    return read


def _one_of(*allowed: str) -> Reader:
    def read(where: str, raw: object, faults: list[Fault]) -> str | None:
        known = isinstance(raw, str) and raw in allowed
        return str(raw) if known else _bad(where, f" {'|'.join(allowed)} 之一", faults)

    return read


def _excluded(where: str, raw: object, faults: list[Fault]) -> str | bool | None:
    return False if raw is False else _one_of(*FLAGS)(where, raw, faults)


def _moment(where: str, raw: object, faults: list[Fault]) -> datetime | None:
    try:
        moment = shanghai(datetime.fromisoformat(raw if isinstance(raw, str) else ""))
    except (ValueError, OverflowError):
        _bad(where, "ISO 8601 时间", faults)
        return None
    good = moment.year in YEARS
    return moment if good else _bad(where, f" {YEARS[0]}–{YEARS[-1]} 年的时间", faults)


def _until(where: str, raw: object, faults: list[Fault]) -> datetime | None:
    """A limit; a bare date means its whole day."""
    moment = _moment(where, raw, faults)
    bare = isinstance(raw, str) and len(raw) == len("2026-01-01")
    if moment is None or not bare:
        return moment
    return datetime.combine(moment.date(), time(23, 59, 59), moment.tzinfo)


def _many(read: Reader, filled: bool = False) -> Reader:
    def read_all(where: str, raw: object, faults: list[Fault]) -> tuple[Any, ...]:
        if not isinstance(raw, list) or (filled and not raw):
            _bad(where, "不空的列表" if filled else "列表", faults)
            return ()
        return tuple(read(f"{where}[{at}]", each, faults) for at, each in enumerate(raw))

    return read_all


def _item(where: str, raw: object, faults: list[Fault]) -> Item:
    return Item(**_record(where, raw, _ITEM, ("title",), faults))


def _event(where: str, raw: object, faults: list[Fault]) -> Event:
    read = _record(where, raw, {"at": _moment, "text": _text}, ("at",), faults)
    return Event(read["at"], read.get("text") or "")


def _logistics(where: str, raw: object, faults: list[Fault]) -> Logistics:
    readers = {"carrier": _text, "waybill": _text, "events": _many(_event)}
    return Logistics(**_record(where, raw, readers, (), faults))


def _record(
    where: str,
    raw: object,
    readers: Mapping[str, Reader],
    needed: tuple[str, ...],
    faults: list[Fault],
) -> dict[str, Any]:
    """The known fields of a JSON object; null counts as not said."""
    if not isinstance(raw, Mapping):
        _bad(where, "对象", faults)
        raw = {}
    told = {name: value for name, value in raw.items() if value is not None}
    faults += given(where, raw, readers)
    faults += [Fault(f"{where}.{name}", "必填") for name in needed if name not in told]
    read = {n: readers[n](f"{where}.{n}", v, faults) for n, v in told.items() if n in readers}
    return {**dict.fromkeys(needed, ""), **read}


_ITEM: Mapping[str, Reader] = {
    "title": _text,
    "category": _text,
    "price_fen": _whole(0),
    "qty": _whole(1),
    "no_reason_excluded": _excluded,
    "opened": _flag,
    "activated": _flag,
    "confirmed": _flag,
    "production": _one_of("not_started", "in_progress"),
    "gift": _flag,
}
_ORDER: Mapping[str, Reader] = {
    "order_no": _string,
    "status": _one_of(*STATUSES),
    "items": _many(_item, filled=True),
    "shop": _text,
    "buyer": _text,
    "receiver_phone_last4": _text,
    "paid_at": _moment,
    "shipped_at": _moment,
    "signed_at": _moment,
    "promised_ship_by": _until,
    "presale": _flag,
    "refunded_at": _moment,
    "refunded_items": _many(_text),
    "open_return_id": _text,
    "amount_fen": _whole(0),
    "discount_fen": _whole(0),
    "freight_fen": _whole(0),
    "promised_arrival_at": _until,
    "warranty_until": _until,
    "return_check": _one_of(*CHECKS),
    "buyer_missing_claims_90d": _whole(0),
    "evidence_hash_reused": _flag,
    "logistics": _logistics,
}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    named = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name: _plain(each) for name, each in named if each is not None and each != ()}


def nobodys() -> Order:
    """A stand-in where no order may be looked at: rules that need none decide on it."""
    return Order("0" * 12, "signed", (Item("商品"),))
