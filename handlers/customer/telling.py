"""A decision in the words of the templates: verdict, why, freight, amount, until when, next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.cases import CaseFile
from bot.messages import Choice
from handlers.customer.asides import Facet
from handlers.customer.moments import day, moment, until, yuan
from handlers.customer.progress import case_line, parcel_line
from handlers.rules.amounts import damage_step
from handlers.rules.case import is_open
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.item_facts import SEALED
from handlers.rules.lines import stage_of
from handlers.rules.order import Order
from knowledge.rules.book import RuleBook
from knowledge.wording import Wording

TYPE_OF_WISH = {
    "exchange": "exchange",
    "reship": "reship",
    "repair": "repair",
    "refund_only": "refund_only",
    "price_diff": "price_diff",
}
URGENT = frozenset({"injury", "illness", "fire", "electric"})
_STATUS = {
    "unpaid": "未付款", "paid_unshipped": "待发货", "shipped": "在路上", "signed": "已签收",
    "completed": "已完成", "refunded": "已退款",
}  # fmt: skip
HUMAN = "handoff"
_SAID_ALREADY = re.compile("，?七天无理由退不了")
_FREIGHT = re.compile("；?，?(?:来回)?运费按店里的规定")
_SHARES = re.compile("按坏损比例分[^，；]*，?")
_PICTURES = re.compile("(?:^|(?<=[；，]))请补?拍[^，；]*[，；]?")
_PROMISES = ("告诉您", "按这一单的数据", "先按规则和这一单")


@dataclass(frozen=True)
class Told:
    """One reply: its text and what can be tapped."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Telling:
    """Words decisions for customers. Says nothing that is not in decision, order or case."""

    wording: Wording
    book: RuleBook

    def verdict(self, request: Request, decision: Decision) -> Told:
        """Any decision, as somebody without a case and off the platform is told."""
        if decision.eligible:
            return self.eligible(request, decision, False)
        if decision.type in ("reject", "ask"):
            tell = self.reject if decision.type == "reject" else self.ask
            return tell(decision, request)
        if decision.type == "escalate":
            return self.escalate(request, decision)
        return self.info(request, decision, None)

    def eligible(self, request: Request, decision: Decision, on_platform: bool) -> Told:
        """What can be done, and the question whether to hand it in."""
        if self._spoilt_unsaid(request, decision):
            return self._spoilt(request, decision, on_platform)
        parts = [
            self._not_offered(request, decision),
            self._verdict(decision),
            self._share(request, decision),
            self._window(request, decision),
            self._freight(decision),
            self._next(request, decision),
            self._stock(decision),
            self._limit(request, decision),
            self._hand_in(decision, on_platform),
        ]
        return Told("".join(parts), self._choices(decision, on_platform))

    def _spoilt_unsaid(self, request: Request, decision: Decision) -> bool:
        """Whether fresh goods are paid by the spoilt share, and the share is not known yet."""
        unknown = decision.type == "refund_only" and decision.refund_fen is None
        return unknown and self._by_share(decision)

    def _spoilt(self, request: Request, decision: Decision, on_platform: bool) -> Told:
        """No parcel, how it is reckoned, until when, and what to take pictures of."""
        waits = decision.evidence_required
        parts = [
            self._not_offered(request, decision),
            self.wording.say("as_fresh_first"),
            self._limit(request, decision),
            self.wording.say("as_fresh_photos" if waits else "as_fresh_share"),
            self._hand_in(decision, on_platform),
        ]
        return Told("".join(parts), self._choices(decision, on_platform))

    def _by_share(self, decision: Decision) -> bool:
        rows = {row.id: row for row in self.book.table.rows}
        return rows[decision.rules[0].id].amount == "damage_steps"

    def reject(self, decision: Decision, request: Request) -> Told:
        """Reason, clause, another way, appeal."""
        steps = self.steps(decision)
        ways = [step for step in decision.next_steps if step not in steps]
        plain = decision.reason_class == "no_reason"
        verb = "换" if request.stated.get("wish") == "exchange" else "退"
        said = _SAID_ALREADY.sub("", "；".join(steps)) if plain else "；".join(steps)
        text = self.wording.say(
            "as_reject_no_reason" if plain else "as_reject",
            verb=verb, steps=said, source=self._source(decision), way="；".join(ways),
        )  # fmt: skip
        if plain and self._sealed(request):
            taste = Choice("as:say:没有质量问题，只是不喜欢", self.wording.say("as_tap_taste"))
            fault = Choice("as:say:有过敏或质量问题", self.wording.say("as_tap_fault"))
            asked = self.wording.say("as_reject_other_ground")
            return Told(f"{text}{asked}", (taste, fault, self.human()))
        return Told(text, (self.human(),))

    def ask(self, decision: Decision, request: Request) -> Told:
        """Everything that is missing, at once, by tapping where possible."""
        rule = decision.rules[0].id
        text = self.wording.say("as_ask", steps="；".join(self.steps(decision)))
        unsaid = request.stated.get("wish", "unsaid") == "unsaid"
        if request.stated.get("item") is None and self._several(request.order) and rule == "3a":
            more = self.wording.say("as_ask_wish") if unsaid else ""
            return Told(text + more, self._items(request.order))
        if decision.evidence_required:
            return Told(text, (self.human(),))
        if unsaid:
            return Told(text, self._wishes())
        if rule == "3d":
            return Told(text, self._states())
        return Told(text, (self.human(),))

    def info(self, request: Request, decision: Decision, case: CaseFile | None) -> Told:
        """What was asked for: parcel, case, dates of this order; never a promise."""
        wish = str(request.stated.get("wish", "unsaid"))
        fact = self._about(request, wish, case)
        steps = [s for s in self.steps(decision) if not (fact and s.startswith(_PROMISES))]
        telling_case = case and wish in ("progress", "track", "unsaid") and fact
        said = self.wording.say("as_info", steps="；".join(steps)) if steps else ""
        return Told(fact + ("" if telling_case else said), self._after_info(wish, case))

    def would_be(self, decision: Decision) -> str:
        """What a return asked for now would end in: for who only asks."""
        if decision.eligible:
            said = self._verdict(decision) + self._who_pays(decision)
            return self.wording.say("as_would_be", verdict=said)
        if decision.type == "reject":
            return self.wording.say("as_would_not", steps="；".join(self.steps(decision)))
        return ""

    def facet(self, decision: Decision, request: Request, asked: Facet) -> str:
        """One part of a decision: who pays, when, how much; else verdict, freight and steps."""
        if asked == "freight":
            return self._who_pays(decision)
        if asked == "when":
            back = decision.type in ("return_refund", "exchange", "repair")
            return self.wording.say("as_when_returned" if back else "as_when_refunded")
        if asked == "amount":
            return self._verdict(decision)
        return self._verdict(decision) + self._freight(decision) + self._next(request, decision)

    def _who_pays(self, decision: Decision) -> str:
        """Freight in one sentence, whatever the steps of the row say of it."""
        if decision.freight_payer == "none":
            return self.wording.say("as_no_freight")
        both = "_exchange" if decision.type == "exchange" else ""
        return self.wording.say(f"as_freight_{decision.freight_payer}{both}")

    def escalate(self, request: Request, decision: Decision) -> Told:
        """A person takes over, with first advice where somebody may come to harm."""
        harm = str(request.stated.get("safety"))
        if harm in URGENT:
            advice = self.wording.say(f"as_safety_{harm}")
            return Told(self.wording.say("as_escalate_urgent", steps=advice))
        kept = [s for s in self.steps(decision) if not s.startswith("转人工，")] or ["好"]
        steps = "；".join(kept).replace("；转人工优先处理", "").replace("，转人工优先处理", "")
        where = parcel_line(self.wording, request.order) if self._on_its_way(request) else ""
        return Told(where + self.wording.say("as_escalate", steps=steps))

    def _on_its_way(self, request: Request) -> bool:
        """Whether somebody asks for a parcel: where it was seen last comes first."""
        asked = request.stated.get("wish", "unsaid") in ("track", "unsaid", "progress")
        return asked and request.order.status == "shipped"

    def steps(self, decision: Decision) -> list[str]:
        """The rows' next steps; general advice and appeals have words of their own here."""
        table = self.book.table
        rows = {row.id: row for row in table.rows}
        own = [step for rule in decision.rules for step in rows[rule.id].steps]
        return list(dict.fromkeys(own)) or list(decision.next_steps)

    def _next(self, request: Request, decision: Decision) -> str:
        """The steps, without what this reply says anyway or what has been done already."""
        rows = {row.id: row for row in self.book.table.rows}
        ids = [rule.id for rule in decision.rules]
        if decision.type in ("exchange", "reship", "repair"):  # modifiers speak of the money
            ids = ids[:1]
        told = "；".join(dict.fromkeys(step for name in ids for step in rows[name].steps))
        if self._freight(decision):
            told = _FREIGHT.sub("", told)
        if self._share(request, decision):
            told = _SHARES.sub("", told)
        if not decision.evidence_required:
            told = _PICTURES.sub("", told)
        told = told.strip("；，")
        return f"{told}。" if told else ""

    def _limit(self, request: Request, decision: Decision) -> str:
        """Until when: the fresh hours, the window of the verdict, else the shop's answer."""
        hours, signed = request.policy.fresh_hours, request.order.signed_at
        if self._by_share(decision) and signed:
            ends = signed + timedelta(hours=hours)
            return self.wording.say(
                "as_fresh_window", hours=str(hours), signed=moment(signed), until=until(ends)
            )
        return "" if self._window(request, decision) else self._until(decision)

    def human(self) -> Choice:
        return Choice(HUMAN, self.wording.say("as_tap_human"))

    def submit(self) -> tuple[Choice, ...]:
        return Choice("as:submit", self.wording.say("as_tap_submit")), self.human()

    def order_choices(self, orders: tuple[Order, ...]) -> tuple[Choice, ...]:
        """Own orders to tap: first title, how many more, where it stands."""
        return tuple(Choice(f"as:order:{order.order_no}", self._label(order)) for order in orders)

    def _label(self, order: Order) -> str:
        more = f"等{len(order.items)}件" if len(order.items) > 1 else ""
        state = _STATUS[order.status]
        if order.signed_at and order.status in ("signed", "completed"):
            state = f"{day(order.signed_at)}签收"
        title = f"{order.items[0].title[:14]}{more}"
        return self.wording.say("as_order_label", title=title, state=state)

    def _not_offered(self, request: Request, decision: Decision) -> str:
        wish = str(request.stated.get("wish", "unsaid"))
        wanted = TYPE_OF_WISH.get(wish)
        if wanted is None or wanted in (decision.type, *decision.also_ok):
            return ""
        if {wanted, decision.type} == {"exchange", "reship"}:  # another piece either way
            return ""
        name = self.book.vocabulary.keys["type"].values[wanted]
        return self.wording.say("as_not_offered", wish=name)

    def _verdict(self, decision: Decision) -> str:
        key = f"as_{decision.type}"
        if decision.type not in ("return_refund", "refund_only"):
            return self.wording.say(key)
        if decision.refund_fen is None:
            return self.wording.say(f"{key}_unknown")
        return self.wording.say(key, amount=yuan(decision.refund_fen))

    def _share(self, request: Request, decision: Decision) -> str:
        """How a spoilt share becomes an amount, where the steps of the table were used."""
        pct = request.stated.get("damage_pct")
        used = (
            self._by_share(decision)
            and decision.type == "refund_only"
            and decision.refund_fen is not None
        )
        if not used or not isinstance(pct, int):
            return ""
        return self.wording.say("as_damage_share", pct=str(pct), step=str(damage_step(pct)))

    def _window(self, request: Request, decision: Decision) -> str:
        signed, window = request.order.signed_at, decision.window
        counts = decision.reason_class == "no_reason" and decision.freight_payer != "none"
        if not counts or signed is None or window is None or request.now >= window.ends:
            return ""
        moved = (window.ends - window.starts).days > request.policy.no_reason_days
        return self.wording.say(
            "as_window_moved" if moved else "as_window",
            signed=day(signed), day=str(window.day), until=until(window.ends),
        )  # fmt: skip

    def _freight(self, decision: Decision) -> str:
        told = "".join(self.steps(decision))
        if "运费店里出" in told or "运费不用您出" in told or decision.freight_payer == "none":
            return ""
        both = "_exchange" if decision.type == "exchange" else ""
        return self.wording.say(f"as_freight_{decision.freight_payer}{both}")

    def _stock(self, decision: Decision) -> str:
        if decision.type != "exchange" or decision.window is None:
            return ""
        if decision.reason_class != "no_reason":
            return ""
        return self.wording.say("as_exchange_stock", until=until(decision.window.ends))

    def _until(self, decision: Decision) -> str:
        if decision.deadline is None:
            return ""
        return self.wording.say("as_answered_by", until=until(decision.deadline))

    def _hand_in(self, decision: Decision, on_platform: bool) -> str:
        if on_platform and decision.type in ("return_refund", "refund_only", "exchange"):
            kind = {"return_refund": "退货退款", "refund_only": "仅退款", "exchange": "换货"}
            return self.wording.say("as_on_platform", kind=kind[decision.type])
        return "" if decision.evidence_required else self.wording.say("as_offer")

    def _choices(self, decision: Decision, on_platform: bool) -> tuple[Choice, ...]:
        if on_platform:
            return (self.human(),)
        others = tuple(
            Choice(f"as:say:{_WORDS[name]}", self.wording.say(f"as_tap_{_TAPS[name]}"))
            for name in decision.also_ok
            if name in _WORDS
        )[:2]
        offered = () if decision.evidence_required else self.submit()[:1]
        return (*offered, *others, self.human())

    def _source(self, decision: Decision) -> str:
        cited, _ = self.book.sources.cite(decision.rules[0].source)
        first = cited[0]
        name = first.name.split("（")[0].removeprefix("网络购买商品").removesuffix("暂行办法")
        return f"{name}第{first.clause}条" if first.clause else name

    def _sealed(self, request: Request) -> bool:
        categories = self.book.categories
        kinds = {categories.kind(i.category or "", i.title) for i in request.order.items}
        return bool(kinds & SEALED)

    def _several(self, order: Order) -> bool:
        return len(order.items) > 1

    def _items(self, order: Order) -> tuple[Choice, ...]:
        open_ = [item for item in order.items if stage_of(order, item) != "refunded"]
        titles = dict.fromkeys(item.title for item in open_)
        return tuple(Choice(f"as:item:{title}"[:200], title[:20]) for title in titles)[:8]

    def _wishes(self) -> tuple[Choice, ...]:
        names = ("return", "exchange", "reship", "track")
        said = {
            "return": "我要退货", "exchange": "我要换货", "reship": "少了东西，给我补寄",
            "track": "物流到哪了",
        }  # fmt: skip
        taps = [Choice(f"as:say:{said[n]}", self.wording.say(f"as_tap_{n}")) for n in names]
        return (*taps, self.human())

    def _states(self) -> tuple[Choice, ...]:
        said = {"unopened": "没拆封也没用过", "opened": "拆开看过，没用过", "used": "用过了"}
        taps = [Choice(f"as:say:{v}", self.wording.say(f"as_tap_{k}")) for k, v in said.items()]
        return (*taps, self.human())

    def _about(self, request: Request, wish: str, case: CaseFile | None) -> str:
        """The facts of order and case that were asked for."""
        order = request.order
        if case and wish in ("progress", "unsaid", "withdraw", "dispute", "track"):
            return case_line(self.wording, case) if wish != "withdraw" else ""
        if wish == "track":
            return parcel_line(self.wording, order, request.policy.ship_hours)
        if order.refunded_at and wish == "progress":
            return self.wording.say("as_refunded_at", at=moment(order.refunded_at))
        if wish == "order_info":
            return self._order(order)
        return ""

    def _order(self, order: Order) -> str:
        titles = "、".join(f"{item.title}×{item.qty}" for item in order.items)
        amount = "?" if order.amount_fen is None else yuan(order.amount_fen)
        return self.wording.say(
            "as_order_is", titles=titles, status=_STATUS[order.status], amount=amount
        )

    def _after_info(self, wish: str, case: CaseFile | None) -> tuple[Choice, ...]:
        if wish == "withdraw" and case and is_open(case):
            sure = Choice("as:withdraw", self.wording.say("as_tap_withdraw"))
            return sure, Choice("as:keep", self.wording.say("as_tap_keep"))
        return (self.human(),)


_WORDS = {
    "exchange": "我要换货",
    "return_refund": "我要退货退款",
    "refund_only": "我只要退款，不寄回",
    "reship": "给我补寄",
    "repair": "我要维修",
}
_TAPS = {
    "exchange": "exchange",
    "return_refund": "return",
    "refund_only": "refund",
    "reship": "reship",
    "repair": "repair",
}
