"""Where staff of a shop hear alerts: cards in a WeCom application, group robots, any address."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from bot.case_store import CaseRows
from bot.channels.account_fields import is_address
from bot.channels.accounts import Account, Directory
from bot.channels.webhook import AlertHook
from bot.channels.wecom import Alert, Wecom
from bot.contact_store import Contact
from bot.delivery.staff_cases import CaseCounter
from bot.delivery.staff_said import Speech
from bot.delivery.staff_words import tap
from bot.mail import Channel, Outgoing, Receipt, Webhook
from bot.messages import Choice
from bot.staff_store import Matter
from bot.store import Store

logger = logging.getLogger(__name__)

STAFF_KINDS = ("wecom", "aibot")
MARKING = 4.0
"""Seconds that changing a card may take; it is never worth waiting for."""

_TITLES: Mapping[str, str] = {
    "called": "called", "silent": "silent", "review": "review", "remind": "due",
    "escalate": "due", "overdue": "overdue", "no_answer": "due",
}  # fmt: skip


def members_of(directory: Directory) -> dict[tuple[str, str], frozenset[str]]:
    """Who may act from which account; accounts without `staff` are left out."""
    named = {(a.kind, a.name): frozenset(a.several("staff")) for a in directory.accounts}
    return {account: members for account, members in named.items() if members}


def on_phone(who: str, members: Mapping[tuple[str, str], frozenset[str]]) -> bool:
    """Whether this operator reads chats on the phone: `operator:zhang@wecom/staff`."""
    place = phone_of(who)
    return place is not None and place[2] in members.get(place[:2], frozenset())


def phone_of(who: str) -> tuple[str, str, str] | None:
    """(kind, account, member) of an operator on the phone."""
    name, _, place = who.removeprefix("operator:").rpartition("@")
    kind, _, account = place.partition("/")
    return (kind, account, name) if kind in STAFF_KINDS and account and name else None


@dataclass(frozen=True, slots=True)
class Cards:
    """What an alert looks like as a card: which shop, why, until when, and what may be tapped."""

    store: Store
    speech: Speech
    counter: CaseCounter

    def card(self, text: str, facts: Mapping[str, str]) -> Alert:
        matter = Matter(
            int(facts["id"]), facts["conversation_id"], facts["kind"], text, facts.get("ref", "")
        )
        title = self.speech.say(f"st_title_{_title(matter.ref)}", shop=facts["shop"])
        told = self.speech.say("st_card", number=str(matter.number), text=text)
        # A platform takes each task's name once; a repeat after a failure is another card.
        task = f"kd-{matter.number}-{facts.get('tries', '0')}"
        return Alert(task, title, told, buttons=self._buttons(matter))

    def _buttons(self, matter: Matter) -> tuple[Choice, ...]:
        show = tap(self.speech.say("st_tap_show"), "show", matter.number)
        if matter.handoff:
            return (tap(self.speech.say("st_tap_take"), "take", matter.number), show)
        case = CaseRows(self.store).get(matter.case_id) if matter.case_id else None
        return (*self.counter.taps(case, matter.number), show) if case else (show,)


def _title(ref: str) -> str:
    what, last = ref.partition(":")[0], ref.rpartition(":")[2]
    if what == "handoff" and last != "called":
        return "waiting"
    return "silent" if what == "silent" else _TITLES.get(last, "other")


@dataclass(frozen=True, slots=True)
class Members:
    """Members of a WeCom application, told by cards."""

    app: Wecom
    members: Sequence[str]
    cards: Cards

    async def tell(self, text: str, facts: Mapping[str, str]) -> Receipt:
        card = await asyncio.to_thread(self.cards.card, text, facts)
        receipt = await self.app.alert(self.members, card)
        if receipt.detail and not receipt.trouble:
            logger.warning("alert %s: %s", facts["id"], receipt.detail)
        return receipt


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever has a chat on the phone, told what the person says there."""

    store: Store
    channels: Mapping[tuple[str, str], Channel]
    speech: Speech
    members: Mapping[tuple[str, str], frozenset[str]]

    async def tell(self, text: str, facts: Mapping[str, str]) -> Receipt:
        talk = await asyncio.to_thread(self.store.conversation, facts["conversation_id"])
        place = phone_of(talk.taken_by or "") if talk and talk.shop == facts["shop"] else None
        # Given back meanwhile, or taken over in the console: it stands in the history.
        if talk is None or place is None or not on_phone(talk.taken_by or "", self.members):
            return Receipt()
        channel = self.channels.get(place[:2])
        if channel is None:
            return Receipt("credentials")
        letter = Outgoing(f"said-{facts['id']}", *place[:2], place[2], text)
        return await channel.send(letter)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """All places of one shop. Heard in one is heard; a place that failed is in the log."""

    places: tuple[Webhook, ...]
    holder: Webhook

    async def tell(self, text: str, facts: Mapping[str, str]) -> Receipt:
        if facts["kind"] == "said":
            return await self.holder.tell(text, facts)
        receipts = [await place.tell(text, facts) for place in self.places]
        troubled = [receipt for receipt in receipts if receipt.trouble]
        if not troubled:
            return Receipt()
        if len(troubled) < len(receipts):
            logger.error("alert %s did not reach everybody: %s", facts["id"], troubled[0].detail)
            return Receipt()
        return troubled[0]


@dataclass(frozen=True, slots=True)
class Places:
    """Makes every shop's place out of the accounts file. `hooks`: its `alert` accounts."""

    directory: Directory
    channels: Mapping[tuple[str, str], Channel]
    cards: Cards
    hooks: Mapping[str, Webhook] = field(default_factory=dict)

    def of_shops(self) -> dict[str, Webhook]:
        """By shop; a shop with neither staff nor place is left out."""
        members = members_of(self.directory)
        doors = self.directory.doors()
        found: dict[str, list[Webhook]] = {shop: [hook] for shop, hook in self.hooks.items()}
        for account in self.directory.accounts:
            if account.kind in STAFF_KINDS and (
                account.several("staff") or account.several("alert")
            ):  # fmt: skip
                shop = doors[account.kind, account.name].shop
                found.setdefault(shop, []).extend(self._places(account))
        holder = Holder(self.cards.store, self.channels, self.cards.speech, members)
        return {shop: Everywhere(tuple(places), holder) for shop, places in found.items()}

    def _places(self, account: Account) -> list[Webhook]:
        told = account.several("alert")
        robots = [
            AlertHook(each, "wecom", httpx.AsyncClient()) for each in told if is_address(each)
        ]
        members = [each for each in told if not is_address(each)]
        app = self.channels.get((account.kind, account.name))
        if members and isinstance(app, Wecom):
            return [*robots, Members(app, members, self.cards)]
        return list(robots)


@dataclass(frozen=True, slots=True)
class Marking:
    """Changes the card that was tapped, where its platform can: best effort, once."""

    channels: Mapping[tuple[str, str], Channel]

    async def __call__(
        self, contact: Contact, extra: Mapping[str, str], number: int, words: str
    ) -> None:
        app = self.channels.get((contact.channel, contact.account))
        code = extra.get("response_code")
        if not code or not isinstance(app, Wecom):
            return
        try:
            async with asyncio.timeout(MARKING):
                receipt = await app.settle(code, words)
        except TimeoutError:
            receipt = Receipt("retry", detail="timeout")
        if receipt.trouble:
            logger.warning("card of %s could not be changed: %s", number, receipt.detail)
