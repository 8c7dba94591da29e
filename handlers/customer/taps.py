"""What a customer can tap instead of typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.cases import CaseFile
from bot.messages import Choice
from handlers.customer.moments import day
from handlers.rules.case import is_open
from handlers.rules.decision import Decision
from handlers.rules.lines import stage_of
from handlers.rules.order import Order
from knowledge.wording import Wording

HUMAN = "handoff"
_PLACES = "①②③④⑤⑥⑦⑧"
STATUS = {
    "unpaid": "未付款", "paid_unshipped": "待发货", "shipped": "在路上", "signed": "已签收",
    "completed": "已完成", "refunded": "已退款",
}  # fmt: skip
# Type → its button, and what tapping it says.
_OTHERS = {
    "exchange": ("exchange", "我要换货"),
    "return_refund": ("return", "我要退货退款"),
    "refund_only": ("refund", "我只要退款，不寄回"),
    "reship": ("reship", "给我补寄"),
    "repair": ("repair", "我要维修"),
}
_WISHES = {
    "return": "我要退货",
    "exchange": "我要换货",
    "reship": "少了东西，给我补寄",
    "track": "物流到哪了",
}
_STATES = {"unopened": "没拆封也没用过", "opened": "拆开看过，没用过", "used": "用过了"}
_GROUNDS = {"taste": "没有质量问题，只是不喜欢", "fault": "有过敏或质量问题"}


def listed(choices: Sequence[Choice]) -> str:
    """What can be tapped, written out for who reads only the text: ①蒸锅 ②砂锅."""
    named = zip(_PLACES, choices, strict=False)
    return " ".join(f"{place}{choice.label}" for place, choice in named)


@dataclass(frozen=True)
class Taps:
    """Choices with the shop's own words on them; a person is always one of them."""

    wording: Wording

    def human(self) -> Choice:
        return Choice(HUMAN, self.wording.say("as_tap_human"))

    def submit(self) -> tuple[Choice, ...]:
        return Choice("as:submit", self.wording.say("as_tap_submit")), self.human()

    def of(self, decision: Decision, on_platform: bool) -> tuple[Choice, ...]:
        """Handing it in, what else the buyer may choose, a person."""
        if on_platform:
            return (self.human(),)
        others = [_OTHERS[name] for name in decision.also_ok if name in _OTHERS][:2]
        taps = [Choice(f"as:say:{says}", self._on(name)) for name, says in others]
        offered = () if decision.evidence_required else self.submit()[:1]
        return (*offered, *taps, self.human())

    def orders(self, orders: tuple[Order, ...]) -> tuple[Choice, ...]:
        """Own orders: first title, how many more, where it stands."""
        return tuple(Choice(f"as:order:{order.order_no}", self._label(order)) for order in orders)

    def items(self, order: Order) -> tuple[Choice, ...]:
        """The lines that are not refunded."""
        open_ = [item for item in order.items if stage_of(order, item) != "refunded"]
        titles = dict.fromkeys(item.title for item in open_)
        return tuple(Choice(f"as:item:{title}"[:200], title[:20]) for title in titles)[:8]

    def wishes(self) -> tuple[Choice, ...]:
        return self._saying(_WISHES)

    def states(self) -> tuple[Choice, ...]:
        return self._saying(_STATES)

    def grounds(self) -> tuple[Choice, ...]:
        return self._saying(_GROUNDS)

    def after_news(self, wish: str, case: CaseFile | None) -> tuple[Choice, ...]:
        """An open case can be withdrawn or kept."""
        if wish == "withdraw" and case and is_open(case):
            sure = Choice("as:withdraw", self.wording.say("as_tap_withdraw"))
            return sure, Choice("as:keep", self.wording.say("as_tap_keep"))
        return (self.human(),)

    def _saying(self, said: Mapping[str, str]) -> tuple[Choice, ...]:
        taps = [Choice(f"as:say:{words}", self._on(name)) for name, words in said.items()]
        return (*taps, self.human())

    def _on(self, name: str) -> str:
        return self.wording.say(f"as_tap_{name}")

    def _label(self, order: Order) -> str:
        more = f"等{len(order.items)}件" if len(order.items) > 1 else ""
        state = STATUS[order.status]
        if order.signed_at and order.status in ("signed", "completed"):
            state = f"{day(order.signed_at)}签收"
        title = f"{order.items[0].title[:14]}{more}"
        return self.wording.say("as_order_label", title=title, state=state)
