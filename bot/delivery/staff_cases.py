"""Cases in the hands of staff on the phone: what waits, one in full, and deciding it."""

import asyncio
from dataclasses import dataclass

from bot.case_operations import Asked
from bot.case_store import CaseRows
from bot.cases import CaseFile
from bot.delivery.deciding import Deciding
from bot.delivery.staff_said import Said, Speech, Who, short
from bot.delivery.staff_words import ACTS, Command, Verb, tap
from bot.errors import KaidianError, StorageLost
from bot.messages import Choice
from bot.staff_store import Matter, Matters
from bot.store import Store
from handlers.customer.case_clock import named
from handlers.customer.moments import yuan
from handlers.rules.case import kind_of
from handlers.rules.case_guard import MERCHANT
from handlers.rules.case_moves import WAIT_RECEIPT, acts_at

SHOWN = 8
ON_CARDS = 4
"""Acts on one card; a platform shows six buttons at most."""


@dataclass(frozen=True, slots=True)
class CaseCounter:
    """`about` is one command about the case behind a number."""

    store: Store
    deciding: Deciding
    matters: Matters
    speech: Speech

    async def waiting(self, who: Who) -> Said:
        """Everything that waits for staff, chats too."""
        found = await asyncio.to_thread(self.matters.waiting, who.shop, SHOWN)
        if not found:
            return Said(self.speech.say("st_list_empty"))
        lines = "\n".join(f"{each.number}号 {short(each.text)}" for each in found)
        first = str(found[0].number)
        return Said(self.speech.say("st_list", n=str(len(found)), lines=lines, first=first))

    async def due(self, who: Who) -> Said:
        """Cases by their deadlines."""
        rows = CaseRows(self.store)
        found = await asyncio.to_thread(rows.due, who.shop, MERCHANT, SHOWN)
        if not found:
            return Said(self.speech.say("st_due_empty"))
        lines = [self.speech.case_line(case, await self._number(case)) for case in found]
        return Said(self.speech.say("st_due", n=str(len(found)), lines="\n".join(lines)))

    async def _number(self, case: CaseFile) -> int | None:
        return await asyncio.to_thread(self.matters.of_case, case.id, case.version)

    async def about(self, who: Who, command: Command, matter: Matter) -> Said:
        """Show it, ask for what is missing, or decide it."""
        number = str(matter.number)
        if command.verb == "no":
            return Said(self.speech.say("st_left", number=number))
        case = await CaseRows(self.store).read(matter.case_id) if matter.case_id else None
        if case is None or case.shop != who.shop:
            return Said(self.speech.say("st_not_case", number=number))
        if command.verb == "show":
            return self.shown(case, matter.number)
        refusal = self._refusal(case, command, matter.number)
        return refusal or await self._decide(who, case, command, matter.number)

    def shown(self, case: CaseFile, number: int) -> Said:
        """The whole case with what may be done now."""
        return Said(self.speech.case(case, number), self.taps(case, number))

    def taps(self, case: CaseFile, number: int) -> tuple[Choice, ...]:
        """Buttons for what staff may do now, bound to this version."""
        return tuple(
            tap(self.speech.say(f"st_tap_{act}"), act, number, case.version)
            for act in acts_now(case)[:ON_CARDS]
        )

    def _refusal(self, case: CaseFile, command: Command, number: int) -> Said | None:
        """Why this cannot be done now, or is not done yet; None: it can."""
        if command.version is not None and command.version != case.version:
            key = "st_done_already" if _done(case, command) else "st_changed"
            return self._past(key, case, number)
        if command.verb not in acts_now(case):
            key = "st_done_already" if _done(case, command) else "st_not_now"
            return self._past(key, case, number)
        if command.verb in ("reject", "request_evidence") and not command.text:
            key = "st_reason" if command.verb == "reject" else "st_ask_evidence"
            return Said(self.speech.say(key, number=str(number)))
        return self._unconfirmed(case, command, number)

    def _past(self, key: str, case: CaseFile, number: int) -> Said:
        """What somebody did before; with what may be done as it is now."""
        last = case.history[-1]
        text = self.speech.say(
            key, number=str(number), at=self.speech.at(last.at), who=self.speech.who(last.by),
            note=last.note,
        )  # fmt: skip
        return Said(text, self.taps(case, number) if key == "st_changed" else ())

    def _unconfirmed(self, case: CaseFile, command: Command, number: int) -> Said | None:
        """The amount is shown first, and confirmed by a tap that is bound to it."""
        if not moves_money(case, command.verb):
            return None
        fen = case.refund_fen
        if fen is None:
            return Said(self.speech.say("st_no_amount", number=str(number)))
        if command.fen == fen and command.version == case.version:
            return None
        goods = command.verb == "approve" and kind_of(case) == "RETURN"
        blanks = {
            "number": str(number), "yuan": yuan(fen), "order_no": case.order_no,
            "title": named(case),
        }  # fmt: skip
        act = self.speech.say(f"st_tap_{command.verb}")
        text = (
            self.speech.say("st_confirm_goods", **blanks)
            if goods
            else self.speech.say("st_confirm_pay", act=act, **blanks)
        )
        yes = self.speech.say("st_tap_yes", yuan=yuan(fen))
        choices = (
            tap(yes, command.verb, number, case.version, fen),
            tap(self.speech.say("st_tap_no"), "no", number),
        )
        return Said(text, choices)

    async def _decide(self, who: Who, case: CaseFile, command: Command, number: int) -> Said:
        asked = Asked(case.id, command.verb, case.version, who.name, command.text)
        try:
            after = await self.deciding.act(asked, who.shop)
        except StorageLost:
            raise
        except KaidianError as error:
            return Said(self.speech.say("st_failed", number=str(number), why=error.message))
        note = after.history[-1].note
        amount = self.speech.amount(after) if moves_money(case, command.verb) else ""
        text = self.speech.say(
            "st_did", number=str(number), note=short(note), amount=amount,
            next=self.speech.say("st_next_buyer"),
        )  # fmt: skip
        mark = self.speech.say("st_card_done", who=self.speech.who(who.name), note=short(note, 12))
        return Said(text, self.taps(after, number), mark)


def acts_now(case: CaseFile) -> tuple[Verb, ...]:
    """What staff may do with the case now, in the order of buttons."""
    possible = acts_at(case.status, kind_of(case), "operator")
    if case.filing in ("wanted", "filed") and not case.platform_id:
        return ()  # under way to 微信小店
    if case.filing == "planned" and not case.platform_id:
        possible = ("approve", *(each for each in possible if each != "approve"))
    elif "approve" in possible and case.approved_at is not None:
        possible = tuple(each for each in possible if each != "approve")
    if case.status == WAIT_RECEIPT:
        later = ("refund", "close") if case.received_at is None else ("confirm_receipt",)
        possible = tuple(each for each in possible if each not in later)
    return tuple(each for each in _ORDER if each in possible)


_ORDER: tuple[Verb, ...] = (
    "approve", "reject", "confirm_receipt", "refund", "close", "request_evidence",
)  # fmt: skip
assert set(_ORDER) == set(ACTS)


def moves_money(case: CaseFile, act: str) -> bool:
    """Whether this act pays, or promises to: refunding, and approving what has an amount."""
    if act == "refund":
        return True
    pays = kind_of(case) in ("REFUND", "RETURN") or case.filing == "planned"
    return act == "approve" and pays


def _done(case: CaseFile, command: Command) -> bool:
    """Whether the last thing that happened is what is asked for now."""
    if command.verb == "approve":
        return case.approved_at is not None and case.approved_at == case.history[-1].at
    told = {"reject": "不同意", "refund": "已退款", "confirm_receipt": "店里已收到退货",
            "close": "已办完", "request_evidence": "请补凭证"}  # fmt: skip
    last = case.history[-1]
    note = last.note.removeprefix("验货").removeprefix("平台")
    return last.by.startswith("operator:") and note.startswith(told.get(command.verb, "\0"))
