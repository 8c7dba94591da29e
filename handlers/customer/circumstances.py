"""What else may matter: how it was bought, promised, delivered, and which order is meant (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.customer.hearing import Heard
from handlers.customer.scene import Scene
from handlers.rules.order import Order

# Order numbers have at least so many digits.
_DIGITS = 8
_NUMBER_SAID = re.compile(r"(?:订单号|订单编号|单号)(?:是|为)? ?([0-9a-z]+(?:-[0-9a-z]+)*)")
_HANDOFF = ("complaint", "anger", "failed_turns", "waiting")


def circumstances(said: Heard, scene: Scene, asks: bool = False) -> Iterator[tuple[str, object]]:
    """Facts by name; None for what was not told. `asks`: a wish or a ground was told."""
    yield "handoff", _handoff(said, asks)
    yield "buyer_use", _use(said)
    yield "promise", "claimed" if said.says("promise") else None
    yield "unfair_clause", "quoted" if said.says("clause") else None
    yield "deposit", "yes" if _only_deposit(said, scene) else None
    yield "consumed", "yes" if scene.kind == "prepaid" and said.says("consumed") else None
    yield "parcel", _parcel(said, scene)
    yield "proxy_signed", _proxy(said, scene)


def _handoff(said: Heard, asks: bool) -> str | None:
    """What calls for a person; 气死了 beside something that can be decided is a tone of voice."""
    called = next((name for name in _HANDOFF if said.says(name)), None)
    return "anger" if called is None and not asks and said.says("put_out") else called


def _use(said: Heard) -> str | None:
    if said.says("bought_to_sell"):
        return "resale"
    return "production" if said.says("bought_to_produce") else None


def _only_deposit(said: Heard, scene: Scene) -> bool:
    return scene.stage in ("unpaid", "unshipped") and said.says("deposit_only")


def _parcel(said: Heard, scene: Scene) -> str | None:
    """What is asserted of a parcel on its way; a guess (是不是丢了) is none."""
    if scene.stage != "transit":
        return None
    if said.says("sent_back"):
        return "returned"
    if any(not _guessed(said, match) for match in said.found("lost")):
        return "lost"
    five_days = said.words.signals["five_days"]
    stands_still = any(five_days.search(match[0]) for match in said.found("stalled"))
    return "stalled" if stands_still else None


def _guessed(said: Heard, match: re.Match[str]) -> bool:
    begin, end = said.clause(match.start())
    return said.words.signals["maybe"].search(said.text, begin, end) is not None


def _proxy(said: Heard, scene: Scene) -> str | None:
    """Signed for by another, without consent."""
    if scene.stage != "received" or not said.says("proxy"):
        return None
    return "disputed" if said.says("without_consent", "not_received") else None


def order_ref(heard: Heard, order: Order) -> str | None:
    """What is wrong with the order number that was given, if one was asked for or named."""
    if heard.says("no_order_ref"):
        return "missing"
    given = _NUMBER_SAID.search(heard.text)
    waybill = (order.logistics and order.logistics.waybill) or ""
    if not given or given[1] in (order.order_no.lower(), waybill.lower()):
        return None
    good = given[1].isdigit() and len(given[1]) >= _DIGITS
    return "unknown" if good else "malformed"
