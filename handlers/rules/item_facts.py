"""The facts that belong to one line: kind, exclusion, condition, parcel, lateness, warranty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers.rules.order import Item, Order
from handlers.rules.window import shanghai, years_later
from knowledge.policies import Policy
from knowledge.rules.book import RuleBook
from knowledge.rules.vocabulary import MISSING, Value

Stated = Mapping[str, Value]
SEALED = frozenset({"food", "cosmetics", "medical", "contraceptive"})
_OPENING = frozenset({"opened", "tried_on", "tested", "seal_broken", "used", "washed"})
STALLED_AFTER = timedelta(days=5)
FRESH_IN_TRANSIT = timedelta(hours=72)


def item_facts(
    book: RuleBook,
    order: Order,
    item: Item,
    stage: str,
    stated: Stated,
    policy: Policy,
    now: datetime,
) -> dict[str, Value]:
    """The line's facts, what is stated filling the gaps of the order."""
    kind, flag = _kind(book, item, stated), _flag(item, stated)
    custom = stated.get("made_to_order", "yes" if flag == "custom" else MISSING)
    redeemed = _redeemed(item, kind, stated)
    confirmed = item.confirmed is not False and (
        item.confirmed is True or stated.get("unconfirmed") != "yes"
    )
    condition = _condition(item, kind, stated)
    exclusion = _exclusion(item, stage, kind, flag, custom, redeemed, confirmed, stated)
    if exclusion in _lifted(policy) or _lifted_on_record(stated):
        exclusion = "none"
    return {
        "stage": stage,
        "kind": kind,
        "flag": flag,
        "unconfirmed": "no" if confirmed else "yes",
        "made_to_order": custom,
        "redeemed": redeemed,
        "production": item.production or stated.get("production", MISSING),
        "condition": condition,
        "exclusion": exclusion,
        "defect_disclosed": stated.get(
            "defect_disclosed", MISSING if flag == "confirmed_defect" else "no"
        ),
        "three_guarantee": stated.get("three_guarantee", _catalogued(book, item, kind)),
        "durable": stated.get("durable", _durable(book, item)),
        "late": _late(order, stage, exclusion, stated, policy, now),
        "parcel": _parcel(order, stage, kind, stated, now),
        "warranty": _warranty(order, stated, now),
    }


def _kind(book: RuleBook, item: Item, stated: Stated) -> Value:
    """By flag, category, title; a stated kind fills in where the category says nothing."""
    if item.no_reason_excluded == "fresh":
        return "fresh"
    if item.category is None:
        return "fresh" if stated.get("flag") == "fresh" else stated.get("kind", MISSING)
    kind = book.categories.kind(item.category, item.title)
    return stated.get("kind", kind) if kind == "other" else kind


def _flag(item: Item, stated: Stated) -> str:
    if item.no_reason_excluded is None:
        return str(stated.get("flag", "none"))
    return str(item.no_reason_excluded) if item.no_reason_excluded else "none"


def _redeemed(item: Item, kind: Value, stated: Stated) -> Value:
    if kind in ("digital", "voucher") and item.activated is not None:
        return "yes" if item.activated else "no"
    return stated.get("redeemed", MISSING)


def _listed(stated: Stated) -> frozenset[str]:
    value = stated.get("condition", ())
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def _condition(item: Item, kind: Value, stated: Stated) -> tuple[str, ...]:
    """What words, pictures and the order say; the order's yes or no on a word wins."""
    said = _listed(stated)
    now_true = {n for n, v in (("opened", item.opened), ("activated", item.activated)) if v}
    now_false = {
        n for n, v in (("opened", item.opened), ("activated", item.activated)) if v is False
    }
    only_box = "opened" in said and not said & (_OPENING - {"opened"})
    seal = {"seal_broken"} if item.opened and kind in SEALED and not only_box else set()
    return tuple(sorted((said - now_false) | now_true | seal))


def _opened(item: Item, stated: Stated) -> bool | None:
    if item.opened is not None:
        return item.opened
    return True if _listed(stated) & _OPENING else None


def _activated(item: Item, stated: Stated) -> bool | None:
    if item.activated is not None:
        return item.activated
    return True if "activated" in _listed(stated) else None


def _exclusion(
    item: Item,
    stage: str,
    kind: Value,
    flag: str,
    custom: Value,
    redeemed: Value,
    confirmed: bool,
    stated: Stated,
) -> Value:
    """Why no-reason return is excluded; `missing` while the trigger is unknown."""
    unflagged = item.no_reason_excluded is None and "flag" not in stated
    if unflagged:
        nothing_known = item.category is None and kind != "fresh"
        return stated.get("exclusion", MISSING if nothing_known else "none")
    if flag.startswith("confirmed_") and not confirmed:
        return "none"
    used = {"yes": True, "no": False}.get(str(redeemed))
    found = {
        "none": "none",
        "custom": "none" if custom == "no" else "custom",
        "fresh": "fresh",
        "press": "press" if stage == "received" else "none",
        "digital": _if(stage, _opened(item, stated) if kind == "media" else used, "digital"),
        "confirmed_hygiene": _if(stage, _opened(item, stated), "hygiene"),
        "confirmed_activated": _if(stage, _activated(item, stated), "activated"),
        "confirmed_near_expiry": "near_expiry",
        "confirmed_defect": "defect",
    }[flag]
    return stated.get("exclusion", MISSING) if found == MISSING else found


def _if(stage: str, trigger: bool | None, exclusion: str) -> str:
    """An exclusion that needs the goods received and something done to them."""
    if stage != "received" or trigger is False:
        return "none"
    return exclusion if trigger else MISSING


def _lifted(policy: Policy) -> frozenset[str]:
    return frozenset(name for promise in policy.promises for name in promise.lifts)


def _lifted_on_record(stated: Stated) -> bool:
    """The shop itself says that a recorded promise lifts the exclusion."""
    return stated.get("promise") == "recorded" and stated.get("exclusion") == "none"


def _catalogued(book: RuleBook, item: Item, kind: Value) -> str:
    goods = kind in ("electronics", "other")
    named = goods and book.categories.three_guarantee.matches(item.category or "", item.title)
    return "yes" if named else "no"


def _durable(book: RuleBook, item: Item) -> str:
    return "yes" if book.categories.durable.matches(item.category or "", item.title) else "no"


def _late(
    order: Order, stage: str, exclusion: Value, stated: Stated, policy: Policy, now: datetime
) -> Value:
    """Past the promised moment of shipping, else past paid_at + ship_hours; ends included."""
    if stage != "unshipped":
        return "no"
    if order.promised_ship_by is not None:
        return "yes" if now > shanghai(order.promised_ship_by) else "no"
    if order.paid_at is None or order.presale or exclusion == "custom":
        return stated.get("late", "no")
    limit = shanghai(order.paid_at) + timedelta(hours=policy.ship_hours)
    return "yes" if now > limit else "no"


def _parcel(order: Order, stage: str, kind: Value, stated: Stated, now: datetime) -> Value:
    """Overdue by the order wins, then what is stated, then stalled by the order's events."""
    said = stated.get("parcel", "moving")
    if stage != "transit":
        return said
    shipped = shanghai(order.shipped_at) if order.shipped_at else None
    promised = order.promised_arrival_at
    fresh_late = kind == "fresh" and shipped is not None and now - shipped > FRESH_IN_TRANSIT
    if fresh_late or (promised is not None and now > shanghai(promised)):
        return "overdue"
    if said != "moving":
        return said
    last = _last_event(order, now) or shipped
    return "stalled" if last is not None and now - last >= STALLED_AFTER else "moving"


def _last_event(order: Order, now: datetime) -> datetime | None:
    events = order.logistics.events if order.logistics else ()
    return max((at for at in (shanghai(e.at) for e in events) if at <= now), default=None)


def _warranty(order: Order, stated: Stated, now: datetime) -> Value:
    """The order's date, else what is stated, else one year from signing, that day included."""
    if order.warranty_until is not None:
        return "over" if now > shanghai(order.warranty_until) else "in"
    if "warranty" in stated or order.signed_at is None:
        return stated.get("warranty", "in")
    last = years_later(shanghai(order.signed_at).date(), 1)
    return "over" if now.date() > last else "in"
