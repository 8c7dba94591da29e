"""How staff are spoken to on the phone: names, lines, amounts. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.cases import CaseFile
from bot.messages import Choice
from handlers.customer.case_clock import awaited, named
from handlers.customer.moments import moment, until, yuan
from knowledge.wording import Wording

LINE = 80


@dataclass(frozen=True, slots=True)
class Who:
    """A member of staff: `name` is what stands in histories; only this `shop` is seen."""

    shop: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. `mark`: what the tapped card says from now on, '' where nothing was done."""

    text: str
    choices: tuple[Choice, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """Sentences from the wording, with what they name."""

    wording: Wording

    def say(self, key: str, **blanks: str) -> str:
        return self.wording.say(key, **blanks)

    def who(self, by: str) -> str:
        """Who acts, as staff call them: `operator:zhang@wecom/staff` is zhang."""
        what, _, rest = by.partition(":")
        if what != "operator":
            key = f"st_who_{what}"
            return self.say(key) if key in self.wording.texts else by
        name, _, place = rest.partition("@")
        return self.say("st_who_phone" if "/" in place else "st_who_desk", name=name)

    def at(self, when: datetime) -> str:
        return moment(when)

    def amount(self, case: CaseFile) -> str:
        """“，129元”, or nothing where there is no amount."""
        return self.say("cw_amount", yuan=yuan(case.refund_fen)) if case.refund_fen else ""

    def case_line(self, case: CaseFile, number: int | None) -> str:
        """A case in a list."""
        return self.say(
            "st_due_line", number=f"{number}号 " if number else "", order_no=case.order_no,
            what=awaited(self.wording, case), title=named(case), amount=self.amount(case),
            until=until(case.deadline) if case.deadline else "",
        )  # fmt: skip

    def case(self, case: CaseFile, number: int) -> str:
        """Everything that staff decide by."""
        limit = self.say("st_until", until=until(case.deadline)) if case.deadline else ""
        last = case.history[-1]
        return self.say(
            "st_case", number=str(number), what=awaited(self.wording, case), title=named(case),
            order_no=case.order_no, amount=self.amount(case), until=limit,
            wish=self.wish(case), evidence=str(len(case.evidence)),
            last=f"{self.at(last.at)}{self.who(last.by)}，{last.note}",
        )  # fmt: skip

    def wish(self, case: CaseFile) -> str:
        key = f"st_wish_{case.type}"
        return self.say(key if key in self.wording.texts else "st_wish_other")


def short(text: str, most: int = LINE) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
