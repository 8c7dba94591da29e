"""What the customer wants: the last stand taken in the conversation wins (aftersales-facts.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.customer.hearing import Heard
from handlers.customer.scene import Scene

_MONEY = frozenset({"cancel", "refund", "return", "refund_only"})
_CLAIMS = _MONEY | {"exchange", "reship", "repair", "price_diff"}
_ACTS = frozenset({"withdraw", "dispute", "change_address", "human"})
_GOODS_FAULTS = frozenset({"quality", "damaged_in_transit", "missing_item", "wrong_item"})
# A bare 退 where the goods are spoilt asks for the money, not for a parcel to send.
_SPOILT = frozenset({"damaged_in_transit", "missing_item"})
# Of what asks without claiming, what is told first matters most.
_INFO = ("progress", "invoice", "order_info", "question", "track")


@dataclass(frozen=True)
class Taken:
    """One stand: which expression took it, the wish, and where it stands in the text."""

    name: str
    wish: str
    at: int
    words: str = ""


def stands(heard: Heard) -> list[Taken]:
    """Every stand in order of place. An expression found earlier in the list of stands covers its
    own words, so that 取消退货 is a withdrawal and no return."""
    text, found = heard.text, []
    for stand in heard.words.stands:
        for match in stand.pattern.finditer(text):
            if "\0" in match[0] or not match[0]:
                continue
            denied = Heard(heard.words, text, 0)._denied(match)
            if not denied or stand.wish in _ACTS or stand.name == "kept":
                found.append(Taken(stand.name, stand.wish, match.start(), match[0]))
            text = text[: match.start()] + "\0" * len(match[0]) + text[match.end() :]
    return sorted((each for each in found if each.wish), key=lambda each: each.at)


def wish(heard: Heard, scene: Scene, ground: str | None) -> str | None:
    """The wish in force; None when none was taken."""
    all_taken = stands(heard)
    taken = [_in_scene(heard, scene, ground, all_taken, each) for each in all_taken]
    if only_asks(heard, taken):
        return "question"
    claim = _claim(heard, scene, ground, taken)
    asked = next((name for name in _INFO if any(each.wish == name for each in taken)), None)
    if asked == "progress" and (scene.settled or _asks_after(taken, claim)):
        return asked
    implied = None if asked not in (None, "track") else _implied(heard, scene)
    return claim or implied or asked or _waits(heard, scene, ground) or _asks_rule(heard)


def _asks_rule(heard: Heard) -> str | None:
    """Who only asks whether a rule holds (还算七天无理由不) asks a question."""
    return "question" if heard.says("rule") and heard.says("asks") else None


def _waits(heard: Heard, scene: Scene, ground: str | None) -> str | None:
    """Who complains of waiting, or asks what became of it, and wants nothing else, asks where."""
    waits = ground == "late" or (ground == "not_received" and heard.says("asks"))
    waits = waits and scene.stage in ("unshipped", "transit")
    return "track" if waits else None


def _history(heard: Heard) -> bool:
    """Something was sent back or applied for already."""
    return any(
        True
        for stand in heard.words.stands
        if stand.name == "claim_history"
        for _ in stand.pattern.finditer(heard.text)
    )


def _in_scene(
    heard: Heard, scene: Scene, ground: str | None, every: Sequence[Taken], taken: Taken
) -> Taken:
    """What an expression means for these goods at this stage."""
    if taken.name == "withdraw" and _cancels(scene, every, taken):
        return Taken(taken.name, "cancel", taken.at)
    if taken.name == "compensated_goods" and ground not in _GOODS_FAULTS:
        return Taken(taken.name, "compensation", taken.at)
    spoilt = ground in _SPOILT or (ground == "quality" and scene.kind in ("fresh", "food"))
    if taken.name == "returned" and spoilt and not heard.says("bare_refund_goods"):
        return Taken(taken.name, "refund", taken.at)
    return taken


def _cancels(scene: Scene, every: Sequence[Taken], taken: Taken) -> bool:
    """`这单撤了` before anything was sent or applied for calls off the order itself."""
    early = scene.stage in ("unpaid", "unshipped") and not scene.settled
    applied = any(word in taken.words for word in ("申请", "售后", "退", "换"))
    earlier = any(each.wish in _CLAIMS and each.at < taken.at for each in every)
    return early and not applied and not earlier


def only_asks(heard: Heard, taken: Sequence[Taken]) -> bool:
    """A rule or a “what if”, while nothing is requested."""
    if heard.says("firm") or any(each.wish in _ACTS for each in taken if each.wish != "withdraw"):
        return False
    if heard.says("only_asking"):
        return True
    return any(_governs(heard, match.end()) for match in heard.found("hypothetical"))


def _governs(heard: Heard, at: int) -> bool:
    """Whether the “if” is about the return itself and a question follows."""
    _, end = heard.clause(at)
    supposed = heard.text[at : min(end, at + 14)]
    about = any(
        word in supposed
        for word in ("退", "换", "拆", "不喜欢", "不合适", "不想要", "不要", "坏", "问题")
    )
    return (
        about
        and bool(heard.words.signals["asks"].search(heard.text, at))
        and not any(word in supposed for word in ("就退", "就换", "没货", "没有", "退吧", "退了吧"))
    )


def _claim(heard: Heard, scene: Scene, ground: str | None, taken: Sequence[Taken]) -> str | None:
    """The last claim or act; money without sending back, compensation and a person set apart."""
    strong = [each for each in taken if each.wish in _CLAIMS | _ACTS and each.name != "kept"]
    kept = [each for each in taken if each.name == "kept"]
    paid = [each for each in taken if each.wish == "compensation"]
    last = strong[-1] if strong else None
    if _person(heard, strong):
        return "human"
    if last is None or (paid and last.wish == "withdraw"):
        return _without_claim(heard, kept, paid)
    if last.wish in _MONEY and kept and not scene.parts:
        return "refund_only"
    if last.wish in _MONEY and kept and _says_no_return(heard):
        return "refund_only"
    return _combined(last, strong)


def _combined(last: Taken, strong: Sequence[Taken]) -> str:
    """`退货退款`: a return named before the money is what 退款 goes with."""
    before = [each for each in strong if 0 < last.at - each.at <= 14]
    if last.wish in _MONEY and any(each.wish == "price_diff" for each in before):
        return "price_diff"
    if last.wish == "refund" and any(each.wish == "return" for each in before):
        return "return"
    if last.wish == "price_diff" and any(each.wish == "exchange" for each in before):
        return "exchange"
    if last.wish == "cancel" and any(each.wish == "withdraw" for each in before):
        return "withdraw"
    return last.wish


def _without_claim(heard: Heard, kept: Sequence[Taken], paid: Sequence[Taken]) -> str | None:
    if paid:
        return "compensation"
    return "refund_only" if kept and _says_no_return(heard) else None


def _says_no_return(heard: Heard) -> bool:
    return any(
        word in heard.text
        for word in (
            "仅退",
            "只退款",
            "只退钱",
            "光退钱",
            "不寄",
            "不退货",
            "免寄",
            "不用寄",
            "懒得寄",
        )
    )


def _person(heard: Heard, strong: Sequence[Taken]) -> bool:
    """A person asked for, and no other stand taken in a later message."""
    asked = [each.at for each in strong if each.wish == "human"]
    return bool(asked) and "\n" not in heard.text[asked[-1] : strong[-1].at]


def _asks_after(taken: Sequence[Taken], claim: str | None) -> bool:
    """Where the only claim is the money that is asked after."""
    return claim is None or (claim == "refund" and taken[-1].wish == "progress")


def _implied(heard: Heard, scene: Scene) -> str | None:
    """`不要了` says what to do with it, if nothing else does."""
    if _history(heard):
        return "progress"
    if not heard.says("unwanted") and not _unwanted(heard):
        return None
    return "return" if scene.stage == "received" else "cancel"


def _unwanted(heard: Heard) -> bool:
    return any(True for _ in heard.words.signals["unwanted"].finditer(heard.text))
