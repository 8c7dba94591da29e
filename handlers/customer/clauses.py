"""The sentences of a decision: verdict, why, freight, amount, until when, next. '' says nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from handlers.customer.moments import day, moment, until, yuan
from handlers.rules.amounts import damage_step
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from knowledge.rules.book import RuleBook
from knowledge.rules.table import Row
from knowledge.wording import Wording

TYPE_OF_WISH = {
    "exchange": "exchange",
    "reship": "reship",
    "repair": "repair",
    "refund_only": "refund_only",
    "price_diff": "price_diff",
}
REFUNDED = "61c"
"""The row that refuses because the money has been paid back."""

EXPIRED = "33"
"""The row that refuses because the window is over."""

_FREIGHT = re.compile("；?，?(?:来回)?运费按店里的规定")
_SHARES = re.compile("按坏损比例分[^，；]*，?")
# What a row says of goods that stay is untrue once they are sent back.
_STAYS = re.compile("按坏损比例分[^，；]*，?|不用(?:先)?寄回[，；]?|运费不用您出[，；]?")
_PICTURES = re.compile("(?:^|(?<=[；，]))请补?拍[^，；]*[，；]?")
_SHOTS = re.compile("请补?拍下?([^，；]+)")
_ASKS_PICTURES = re.compile("拍|照片|图|视频|凭证")
_ANY_WEAR = "吊牌剪了、弄脏、洗过或穿用过"
_WORN = {
    "tag_cut": "吊牌剪了", "soiled": "弄脏了", "washed": "洗过了", "damaged": "弄坏了", "used": "穿用过",
}  # fmt: skip
_ON_PLATFORM = {"return_refund": "退货退款", "refund_only": "仅退款", "exchange": "换货"}


@dataclass(frozen=True)
class Clauses:
    """Words one part of a decision at a time; nothing that is not in decision, order or policy."""

    wording: Wording
    book: RuleBook

    def verdict(self, decision: Decision) -> str:
        """What can be done, and how much it comes to."""
        key = f"as_{decision.type}"
        if decision.type not in ("return_refund", "refund_only"):
            return self.wording.say(key)
        if decision.refund_fen is None:
            return self.wording.say(f"{key}_unknown")
        return self.wording.say(key, amount=yuan(decision.refund_fen))

    def not_offered(self, request: Request, decision: Decision) -> str:
        """That what was wished for cannot be had."""
        wanted = TYPE_OF_WISH.get(str(request.stated.get("wish", "unsaid")))
        if wanted is None or wanted in (decision.type, *decision.also_ok):
            return ""
        if {wanted, decision.type} == {"exchange", "reship"}:  # another piece either way
            return ""
        name = self.book.vocabulary.keys["type"].values[wanted]
        return self.wording.say("as_not_offered", wish=name)

    def by_share(self, decision: Decision) -> bool:
        """Whether the refund is reckoned by the spoilt share."""
        return self._rows[decision.rules[0].id].amount == "damage_steps"

    def share(self, request: Request, decision: Decision) -> str:
        """How a spoilt share becomes an amount, where the steps of the table were used."""
        pct = request.stated.get("damage_pct")
        told = decision.type == "refund_only" and decision.refund_fen is not None
        if not (told and self.by_share(decision)) or not isinstance(pct, int):
            return ""
        return self.wording.say("as_damage_share", pct=str(pct), step=str(damage_step(pct)))

    def window(self, request: Request, decision: Decision) -> str:
        """Since when and until when a return for no reason can be asked for."""
        signed, window = request.order.signed_at, decision.window
        counts = decision.reason_class == "no_reason" and decision.freight_payer != "none"
        if not counts or signed is None or window is None or request.now >= window.ends:
            return ""
        moved = (window.ends - window.starts).days > request.policy.no_reason_days
        return self.wording.say(
            "as_window_moved" if moved else "as_window",
            signed=day(signed), day=str(window.day), until=until(window.ends),
        )  # fmt: skip

    def expired(self, request: Request, decision: Decision) -> str:
        """When the window that is over was open."""
        signed, window = request.order.signed_at, decision.window
        if decision.rules[0].id != EXPIRED or signed is None or window is None:
            return ""
        return self.wording.say(
            "as_expired", signed=day(signed), days=str(request.policy.no_reason_days),
            until=until(window.ends).removesuffix("前"),
        )  # fmt: skip

    def paid_back(self, request: Request, decision: Decision) -> str:
        """When and where the money of goods that were refunded already went."""
        at = request.order.refunded_at
        if decision.rules[0].id != REFUNDED or at is None:
            return ""
        return self.wording.say("as_paid_back", at=moment(at))

    def worn(self, request: Request, steps: str) -> str:
        """Of all that makes clothes worn, what this customer told."""
        told = request.stated.get("condition")
        states = [_WORN[name] for name in told if name in _WORN] if isinstance(told, tuple) else []
        return steps.replace(_ANY_WEAR, "、".join(states)) if states else steps

    def freight(self, decision: Decision) -> str:
        """Who pays, unless the steps say so already."""
        told = "".join(self.steps(decision))
        if "运费店里出" in told or "运费不用您出" in told or decision.freight_payer == "none":
            return ""
        return self._paid_by(decision)

    def who_pays(self, decision: Decision) -> str:
        """Freight in one sentence, whatever the steps of the row say of it."""
        if decision.freight_payer == "none":
            return self.wording.say("as_no_freight")
        return self._paid_by(decision)

    def _paid_by(self, decision: Decision) -> str:
        both = "_exchange" if decision.type == "exchange" else ""
        return self.wording.say(f"as_freight_{decision.freight_payer}{both}")

    def steps(self, decision: Decision) -> list[str]:
        """The rows' next steps; general advice and appeals have words of their own here."""
        own = [step for rule in decision.rules for step in self._rows[rule.id].steps]
        return list(dict.fromkeys(own)) or list(decision.next_steps)

    def next(self, request: Request, decision: Decision) -> str:
        """The steps, without what the reply says anyway or what has been done already."""
        ids = [rule.id for rule in decision.rules]
        if decision.type in ("exchange", "reship", "repair"):  # modifiers speak of the money
            ids = ids[:1]
        told = "；".join(dict.fromkeys(step for name in ids for step in self._rows[name].steps))
        if self.freight(decision):
            told = _FREIGHT.sub("", told)
        if self.share(request, decision):
            told = _SHARES.sub("", told)
        if decision.type == "return_refund":
            told = _STAYS.sub("", told)
        if not decision.evidence_required:
            told = _PICTURES.sub("", told)
        told = told.strip("；，")
        return f"{told}。" if told else ""

    def pictures(self, decision: Decision, told: str) -> str:
        """What the buyer still has to show, unless `told` asks for it already."""
        if not decision.evidence_required or _ASKS_PICTURES.search(told):
            return ""
        return self.wording.say("as_pictures_please")

    def limit(self, request: Request, decision: Decision) -> str:
        """Until when: the fresh hours, the window of the verdict, else the shop's answer."""
        hours, signed = request.policy.fresh_hours, request.order.signed_at
        if self.by_share(decision) and signed:
            fruit = any("果" in (item.category or "") for item in request.order.items)
            return self.wording.say(
                "as_fresh_window" if fruit else "as_fresh_window_other",
                hours=str(hours), signed=moment(signed), until=until(signed + timedelta(hours=hours)),
            )  # fmt: skip
        if decision.deadline is None or self.window(request, decision):
            return ""
        return self.wording.say("as_answered_by", until=until(decision.deadline))

    def stock(self, decision: Decision) -> str:
        """An exchange for no reason waits for stock, and the window goes on."""
        if decision.type != "exchange" or decision.window is None:
            return ""
        if decision.reason_class != "no_reason":
            return ""
        return self.wording.say("as_exchange_stock", until=until(decision.window.ends))

    def hand_in(self, decision: Decision, on_platform: bool) -> str:
        """The taps on the platform, or the question whether to hand it in."""
        if on_platform and decision.type in _ON_PLATFORM:
            return self.wording.say("as_on_platform", kind=_ON_PLATFORM[decision.type])
        return "" if decision.evidence_required else self.wording.say("as_offer")

    def source(self, decision: Decision) -> str:
        """The clause that a refusal rests on."""
        cited, _ = self.book.sources.cite(decision.rules[0].source)
        first = cited[0]
        name = first.name.split("（")[0].removeprefix("网络购买商品")
        name = name.replace("退货暂行办法", "办法")
        return f"{name}第{first.clause}条" if first.clause else name

    def clause(self, decision: Decision) -> str:
        """What the first clause of a refusal says; '' where its source has none."""
        cited, _ = self.book.sources.cite(decision.rules[0].source)
        return cited[0].summary if cited else ""

    def shots(self, decision: Decision) -> str:
        """What the pictures have to show, as the row asks for it."""
        told = "；".join(self.steps(decision))
        shown = _SHOTS.search(told)
        return self.wording.say("as_pictures_show", what=shown[1]) if shown else ""

    @property
    def _rows(self) -> Mapping[str, Row]:
        return {row.id: row for row in self.book.table.rows}
