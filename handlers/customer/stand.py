"""What the customer wants: the last stand taken wins (aftersales-facts.md §3). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from handlers.customer.hearing import Heard
from handlers.customer.scene import Scene
from handlers.customer.stands import ACTS, CLAIMS, MONEY, Taken, mentions, stands

_GOODS_FAULTS = frozenset({"quality", "damaged_in_transit", "missing_item", "wrong_item"})
# What asks without claiming; the first of these that shows.
_INFO = ("progress", "invoice", "order_info", "question", "track")
_SOFT = frozenset({"kept", "compensated_goods", "compensation_asked"})
_FELL = re.compile("[降跌]价|[降跌]了?[0-9一二两三四五六七八九十几百]|便宜|打折")
_NAMED_DIFFERENCE = re.compile("(?:补|退|返|要)(?:我|给我|一下|个|点|些)?(?:差价|差额)|保价|价保")
# A claim that is made only now: 退了吧, 帮我退, 我想退掉.
_NOW_AFTER = re.compile("(?:掉|了)?(?:吧|呗|得了|算了)")
_NOW_BEFORE = re.compile("(?:想|我要|帮我|给我|麻烦|申请|打算)[^ \n]{0,3}$")
_WHETHER = re.compile("要不要|用不用|需不需要?|是不是(?:要|得)|还(?:要|得|用)|必须(?:要)?|怎么")
# 不换的话我就不退了, after another claim: a condition on that claim.
_IF_NOT = re.compile("(?:的话|要是|如果|不然|否则)[^ \n]{0,4}$")
# So close before the last stand, another one belongs to it.
_NEAR = 14
# (earlier stand, last stand) → what both together mean: 退货退款, 差价退我, 换一个补差价, 不退了取消.
_TOGETHER = {
    **{("price_diff", money): "price_diff" for money in MONEY},
    ("return", "refund"): "return",
    ("exchange", "price_diff"): "exchange",
    ("withdraw", "cancel"): "withdraw",
}


def wish(heard: Heard, scene: Scene, ground: str | None) -> str | None:
    """The wish in force; None when none was taken. `ground` is the reason that was given."""
    return Talk(heard, scene, ground).wish()


def as_meant(wanted: str | None, heard: Heard, scene: Scene, ground: str | None) -> str | None:
    """A wish that no expression took, as it is meant of these goods: spoilt ones stay."""
    back = wanted == "return" and not sends_back(heard)
    return "refund" if back and Talk(heard, scene, ground).spoilt() else wanted


def sends_back(heard: Heard) -> bool:
    """Whether the goods are to travel; who asks whether they have to (要不要寄回) wants no parcel."""
    return any(
        not _WHETHER.search(heard.text, *_before(heard, m)) for m in heard.found("sends_back")
    )


def _before(heard: Heard, match: re.Match[str]) -> tuple[int, int]:
    begin, _ = heard.clause(match.start())
    return max(begin, match.start() - _NEAR), match.start()


def fell(heard: Heard) -> bool:
    """Whether a price is said to have fallen."""
    return heard.says("cheaper_now") or _FELL.search(heard.text) is not None


def only_asks(heard: Heard) -> bool:
    """Whether a rule or a “what if” is asked about, while nothing is requested."""
    acts = any(each.wish in ACTS - {"withdraw"} for each in stands(heard))
    if acts or heard.says("firm"):
        return False
    if heard.says("only_asking"):
        return True
    return any(_governs(heard, match.end()) for match in heard.found("hypothetical"))


def _governs(heard: Heard, at: int) -> bool:
    """Whether the “if” is about the return itself and a question follows."""
    _, end = heard.clause(at)
    signals, end = heard.words.signals, min(end, at + _NEAR)
    if not signals["supposed"].search(heard.text, at, end):
        return False
    otherwise = signals["supposed_otherwise"].search(heard.text, at, end)
    return otherwise is None and signals["asks"].search(heard.text, at) is not None


def stands_firm(heard: Heard, ruled: str | None) -> bool:
    """Whether the wish is beyond doubt: named, or changed to or taken back in the last message."""
    if ruled == "price_diff":
        return bool(_NAMED_DIFFERENCE.search(heard.text) or _FELL.search(heard.text))
    if ruled == "refund_only" and heard.says("no_return"):
        return True
    last = heard.text.rfind("\n") + 1
    every = [each for each in stands(heard) if each.wish in CLAIMS | ACTS]
    late = {each.wish for each in every if each.at >= last}
    earlier = {each.wish for each in every if each.at < last}
    changed = bool(earlier) and not earlier & late
    return last > 0 and late == {ruled} and (changed or ruled == "withdraw")


@dataclass(frozen=True)
class Talk:
    """What was said, about which goods, on which ground."""

    heard: Heard
    scene: Scene
    ground: str | None

    @cached_property
    def taken(self) -> tuple[Taken, ...]:
        """The stands, each as it is meant of these goods."""
        told = stands(self.heard)
        every = tuple(t for t in told if not self._conditional(t, told))
        return tuple(self._here(each, every) for each in every)

    def _conditional(self, taken: Taken, told: Sequence[Taken]) -> bool:
        """`能换吗 不换的话我就不退了` drops nothing yet: the claim before it waits for its answer."""
        if taken.wish != "withdraw":
            return False
        text, begin = self.heard.text, self.heard.text.rfind("\n", 0, taken.at) + 1
        claimed = any(t.wish in CLAIMS and begin <= t.at < taken.at for t in told)
        return claimed and _IF_NOT.search(text[begin : taken.at]) is not None

    @cached_property
    def strong(self) -> tuple[Taken, ...]:
        """Claims and acts; keeping the goods only says how a claim is meant."""
        return tuple(t for t in self.taken if t.wish in CLAIMS | ACTS and t.name != "kept")

    def wish(self) -> str | None:
        """A question, else the claim or what is asked, else what the words imply."""
        if only_asks(self.heard):
            return "question"
        claim, asked = self._claim(), self._asked()
        if asked == "progress" and self._settled(claim):
            return asked
        implied = self._implied() if asked in (None, "track") else None
        return claim or implied or asked or self._waits() or self._asks_rule()

    def _here(self, taken: Taken, every: tuple[Taken, ...]) -> Taken:
        """What an expression means for these goods at this stage."""
        if taken.name == "withdraw" and self._calls_off(taken, every):
            return taken.means("cancel")
        if taken.name == "compensated_goods" and self._beyond_goods(every):
            return taken.means("compensation")
        if taken.wish in ("price_diff", "reship") and self.ground in (None, "missing_item"):
            return self._difference(taken)
        if taken.name == "returned" and self.spoilt() and not sends_back(self.heard):
            return taken.means("refund")
        return taken

    def _difference(self, taken: Taken) -> Taken:
        """补给我 after a fall in price is money; 差的钱 of what did not come is no price's."""
        if _FELL.search(self.heard.text):
            return taken.means("price_diff")
        short = taken.wish == "price_diff" and self.ground == "missing_item"
        return taken.means("refund") if short else taken

    def _beyond_goods(self, every: tuple[Taken, ...]) -> bool:
        """Whether 赔 asks for more than the goods' price: they are fine, or stay."""
        kept = any(each.name == "kept" for each in every)
        paid_back = any(each.wish in MONEY and each.name not in _SOFT for each in every)
        return self.ground not in _GOODS_FAULTS or (kept and not paid_back)

    def _calls_off(self, taken: Taken, every: tuple[Taken, ...]) -> bool:
        """`这单撤了` before anything was sent or applied for calls off the order itself."""
        early = self.scene.stage in ("unpaid", "unshipped") and not self.scene.settled
        application = self.heard.words.signals["application"].search(taken.words)
        earlier = any(each.wish in CLAIMS and each.at < taken.at for each in every)
        return early and application is None and not earlier

    def spoilt(self) -> bool:
        """A bare 退 of spoilt goods asks for the money, not for a parcel to send."""
        if self.ground == "quality":
            return self.scene.kind in ("fresh", "food")
        return self.ground in ("damaged_in_transit", "missing_item")

    def _asked(self) -> str | None:
        wishes = {each.wish for each in self.taken}
        return next((name for name in _INFO if name in wishes), None)

    def _settled(self, claim: str | None) -> bool:
        """Whether 退款 names what is asked after: a case is open, or nothing else was claimed."""
        arrived = any(each.name == "return_arrived" for each in self.taken)
        after = claim in MONEY and (arrived or self.taken[-1].wish == "progress")
        return self.scene.settled or claim is None or (after and not self._asks_for_it())

    def _asks_for_it(self) -> bool:
        """`退了吧 钱啥时候到`: the claim of the last message is only now made, so the question is
        what will become of it. (`退了 钱啥时候到` asks after what was sent back.)"""
        text = self.heard.text
        last = text.rfind("\n") + 1
        claims = (t for t in self.taken if t.wish in CLAIMS and t.at >= last)
        return any(
            _NOW_AFTER.match(text, t.at + len(t.words)) or _NOW_BEFORE.search(text[last : t.at])
            for t in claims
        )

    def _claim(self) -> str | None:
        """The last claim or act; a person, keeping and compensation each have their own weight."""
        paid = any(each.wish == "compensation" for each in self.taken)
        if self._wants_person():
            return "human"
        last = self.strong[-1] if self.strong else None
        if last is None or (paid and last.wish == "withdraw"):
            return "compensation" if paid else self._kept_only()
        if last.wish == "reship" and self._calls_part_off():
            return "cancel"
        return "refund_only" if last.wish in MONEY and self._keeps() else self._combined(last)

    def _calls_part_off(self) -> bool:
        """`裤子不要 腰带寄来` before anything was sent."""
        early = self.scene.stage in ("unpaid", "unshipped")
        return early and self.heard.words.signals["unwanted"].search(self.heard.text) is not None

    def _wants_person(self) -> bool:
        """A person asked for, and no other stand taken in a later message."""
        asked = [each.at for each in self.strong if each.wish == "human"]
        return bool(asked) and "\n" not in self.heard.text[asked[-1] : self.strong[-1].at]

    def _keeps(self) -> bool:
        """Whether the goods stay; of several, what stays may be the others."""
        kept = any(each.name == "kept" for each in self.taken)
        return kept and (not self.scene.parts or self.heard.says("no_return"))

    def _kept_only(self) -> str | None:
        return "refund_only" if self._keeps() and self.heard.says("no_return") else None

    def _combined(self, last: Taken) -> str:
        """The last stand together with one shortly before it."""
        near = [
            e.wish for e in self.strong if 0 < last.at - e.at <= _NEAR and self._joined(e, last)
        ]
        together = [
            _TOGETHER[pair] for pair in _TOGETHER if pair[1] == last.wish and pair[0] in near
        ]
        return together[0] if together else last.wish

    def _joined(self, earlier: Taken, last: Taken) -> bool:
        """Goods that go back in a later message (那我退了重买) are another plan."""
        apart = "\n" in self.heard.text[earlier.at : last.at]
        return not (apart and last.wish in ("return", "exchange"))

    def _implied(self) -> str | None:
        """`不要了` says what to do with it; `寄回去的那件` asks how that goes on."""
        if mentions(self.heard, "claim_history"):
            return "progress"
        if self.heard.words.signals["unwanted"].search(self.heard.text) is None:
            return None
        return "return" if self.scene.stage == "received" else "cancel"

    def _waits(self) -> str | None:
        """Who complains of waiting, or asks what became of it, asks where it is."""
        lost = self.ground == "not_received" and self.heard.says("asks")
        under_way = self.scene.stage in ("unshipped", "transit")
        return "track" if under_way and (lost or self.ground == "late") else None

    def _asks_rule(self) -> str | None:
        """Who only asks whether a rule holds (还算七天无理由不) asks a question."""
        return "question" if self.heard.says("rule") and self.heard.says("asks") else None
