"""When one result of the table leaves a buyer worse off than another."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.rules.outcome import choose_type, freight_payer, is_eligible
from knowledge.policies import Policy
from knowledge.rules.table import Row


@dataclass(frozen=True)
class Result:
    """What a row gives for one wish, with a reason that is or is not the merchant's fault."""

    eligible: bool
    refused: bool
    asks: bool
    undecided: bool
    buyer_pays: bool
    evidence: bool

    @staticmethod
    def of(row: Row, wish: str, fault: bool, policy: Policy) -> Result:
        """The result of a row under a policy."""
        chosen = choose_type(row, wish)
        stated = "quality" if fault else "no_reason"
        final = stated if row.reason_class == "stated" else row.reason_class
        payer = freight_payer(row, chosen, final, policy.return_freight)
        return Result(
            eligible=is_eligible(chosen),
            refused=chosen == "reject",
            asks=chosen == "ask",
            undecided=chosen in ("ask", "escalate"),
            buyer_pays=payer == "buyer",
            evidence=row.evidence_required,
        )

    def worse_than(self, law: Result) -> bool:
        """Nothing instead of something, a refusal, or freight or evidence on top.

        A question is no outcome: the facts it leads to are inputs of their own, compared there.
        Nor is a hand-over by law (a disputed day, a claimed promise) a right that a refusal on
        other grounds would take away.
        """
        if self.asks or law.undecided:
            return False
        if law.eligible and self.eligible:
            pays = self.buyer_pays and not law.buyer_pays
            return pays or (self.evidence and not law.evidence)
        return law.eligible or (self.refused and not law.refused)
