"""The customer's words as stated facts (aftersales-facts.md §3). Pure; no word decides anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.customer import goods, reason, stand
from handlers.customer.counts import damaged_percent
from handlers.customer.details import details
from handlers.customer.hearing import Heard, hear, one_spelling
from handlers.customer.likeness import Likeness
from handlers.customer.naming import named, names_of
from handlers.customer.scene import Scene, is_gift, paid_lines, scene_of
from handlers.rules.order import Item, Order
from knowledge.customer_words import CustomerWords
from knowledge.rules.categories import Categories

# A stated number: a shop's order number has more digits than this.
_SHORT = 8
_NUMBER_SAID = re.compile(r"(?:订单号|订单编号|单号)(?:是|为)? ?([0-9a-z]+(?:-[0-9a-z]+)*)")
_CLAIMS = frozenset({"return", "refund", "refund_only", "exchange"})
Stated = Iterator[tuple[str, object]]


@dataclass(frozen=True)
class Understand:
    """`understand(utterances, order)` → stated facts, ready for `read_stated(words_only=True)`."""

    words: CustomerWords
    categories: Categories
    likeness: Likeness

    def __call__(self, utterances: Sequence[str], order: Order) -> Mapping[str, object]:
        """What was said, oldest utterance first. Total: any text has facts, perhaps none."""
        heard = hear(self.words, utterances)
        lines = paid_lines(order, self.categories)
        meant = named(heard, lines)
        item = meant if isinstance(meant, Item) else lines[0]
        scene = scene_of(order, self.categories, lines, item)
        said = self._without_gifts(heard, order)
        said = said.without(*(name for line in lines for name in names_of(self.words, line)))
        stated = {k: v for k, v in self._facts(heard, said, scene) if v not in (None, ())}
        if meant is not None:
            stated["item"] = item.title if isinstance(meant, Item) else meant
        return stated

    def _facts(self, heard: Heard, said: Heard, scene: Scene) -> Stated:
        harm = reason.safety(said)
        ground = self._ground(said, scene, harm)
        yield "wish", stand.wish(said, scene, ground)
        yield "reason_class", ground or _asked_about(said, scene)
        yield "safety", harm
        yield "handoff", _handoff(said)
        yield from details(said, scene, ground)
        yield from _goods(said, scene, ground)
        yield from _circumstances(said, scene)
        yield "order_ref", _order_ref(heard, scene.order)
        yield "gift_returned", self._gift(heard, scene.order)

    def _ground(self, said: Heard, scene: Scene, harm: str | None) -> str | None:
        """The ground that was told; harm is one; and what surely sounds like a fault."""
        ground = reason.reason(said, scene)
        if ground is not None:
            return ground
        faulty = harm not in (None, "account") or self._sounds_faulty(said, scene)
        return "quality" if faulty else None

    def _sounds_faulty(self, said: Heard, scene: Scene) -> bool:
        claimed = scene.stage == "received" and stand.wish(said, scene, None) in _CLAIMS
        innocent = said.says("fine", "own_doing")
        return claimed and not innocent and self.likeness.sounds_faulty(said)

    def _gift_names(self, order: Order) -> tuple[str, ...]:
        """What the gifts of the order may be called; () without gifts."""
        gifts = [item for item in order.items if is_gift(item, self.categories)]
        paid = len(gifts) < len(order.items)
        names = [name for gift in gifts for name in names_of(self.words, gift)]
        return (*names, "赠品", "送的", "赠的") if gifts and paid else ()

    def _without_gifts(self, heard: Heard, order: Order) -> Heard:
        """What was said of the goods that were paid for."""
        names = "|".join(map(re.escape, self._gift_names(order)))
        if not names:
            return heard
        return replace(heard, text=re.sub(f"(?:{names})[^ \\n]*", " ", heard.text))

    def _gift(self, heard: Heard, order: Order) -> str | None:
        """`no` where a gift is said to stay or to be gone."""
        names = self._gift_names(order)
        if names and heard.says("gift_gone"):
            return "no"
        return "no" if any(_gone(heard, name) for name in names) else None


def _gone(heard: Heard, name: str) -> bool:
    gone = heard.words.signals["gone"]
    places = [found.end() for found in re.finditer(re.escape(name), heard.text)]
    return any(gone.search(heard.text, at, at + 8) for at in places)


def _asked_about(said: Heard, scene: Scene) -> str | None:
    """Asking about one's own return without a ground is about a return for no reason."""
    return "no_reason" if re.search("退|换|无理由", said.text) and _asks(said) else None


def _asks(said: Heard) -> bool:
    return stand.only_asks(said) or said.says("firm")


def _handoff(said: Heard) -> str | None:
    return next(
        (n for n in ("complaint", "anger", "failed_turns", "waiting") if said.says(n)), None
    )


def _goods(said: Heard, scene: Scene, ground: str | None) -> Stated:
    yield "condition", goods.condition(said, scene, ground)
    yield "redeemed", goods.redeemed(said, scene)
    yield "made_to_order", goods.made_to_order(said, scene)
    yield "evidence", "some" if said.pictures else None
    yield "admits_intact", "yes" if said.says("fine") and not _partly_spoilt(said) else None


def _partly_spoilt(said: Heard) -> bool:
    """Where a share is spoilt, what is said to be fine is the rest."""
    return damaged_percent(said.text, None) is not None


def _circumstances(said: Heard, scene: Scene) -> Stated:
    """What else may matter: how it was bought, promised, delivered."""
    yield "buyer_use", _use(said)
    yield "promise", "claimed" if said.says("promise") else None
    yield "unfair_clause", "quoted" if said.says("clause") else None
    yield "deposit", "yes" if _only_deposit(said, scene) else None
    yield "consumed", "yes" if scene.kind == "prepaid" and said.says("consumed") else None
    yield "parcel", _parcel(said, scene)
    yield "proxy_signed", _proxy(said, scene)


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
    return "stalled" if any(_five_days(match[0]) for match in said.found("stalled")) else None


def _guessed(said: Heard, match: re.Match[str]) -> bool:
    begin, end = said.clause(match.start())
    return bool(said.words.signals["maybe"].search(said.text, begin, end))


_LONG = re.compile("[5-9]|[1-9][0-9]|五|六|七|八|九|十|星期|周|月|礼拜")


def _five_days(said: str) -> bool:
    return bool(_LONG.search(said))


def _proxy(said: Heard, scene: Scene) -> str | None:
    """Signed for by another, without consent."""
    if scene.stage != "received" or not said.says("proxy"):
        return None
    return "disputed" if said.says("without_consent", "not_received") else None


def _order_ref(heard: Heard, order: Order) -> str | None:
    """What is wrong with the order number that was given, if one was asked for or named."""
    if heard.says("no_order_ref"):
        return "missing"
    given = _NUMBER_SAID.search(heard.text)
    waybill = (order.logistics and order.logistics.waybill) or ""
    if not given or given[1] in (order.order_no.lower(), waybill.lower()):
        return None
    good = given[1].isdigit() and len(given[1]) >= _SHORT
    return "unknown" if good else "malformed"


def spelt(words: CustomerWords, said: str) -> str:
    """One utterance as the patterns read it; for tests and for whoever edits the words."""
    return one_spelling(words, said)
