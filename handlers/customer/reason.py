"""Why the customer complains: the ground, and what belongs to it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from handlers.customer.counts import (
    came_short,
    claimed_count,
    damaged_count,
    damaged_percent,
    good_count,
    pieces_of,
    weighed_short,
)
from handlers.customer.hearing import Heard
from handlers.customer.scene import Scene

Facts = dict[str, object]
_STRICT = re.compile("路上|摔|颠|运|外箱|箱|压|磕|碎")
# Of goods on their way nobody expects to have them: a fault told of them weighs more.
_UNDERWAY = ("wrong_item", "damaged_in_transit", "quality", "not_received", "late")
_HARM = ("electric", "fire", "illness", "injury")


def safety(heard: Heard, scene: Scene) -> str | None:
    """Who or what came to harm; a near miss counts only for what burns or bursts."""
    if heard.says("account"):
        return "account"
    for name in _HARM:
        if any(_harmed(heard, scene, name, match) for match in heard.found(name)):
            return name
    return None


def _harmed(heard: Heard, scene: Scene, name: str, match: re.Match[str]) -> bool:
    begin, _ = heard.clause(match.start())
    before = heard.text[max(begin, match.start() - 8) : match.start()]
    feared = heard.words.signals["near_miss"].search(before + match[0][:2])
    return not feared


def reason(heard: Heard, scene: Scene) -> str | None:
    """The ground that was given; None when none was."""
    if heard.says("fake") and not heard.says("fake_asked"):
        return "counterfeit"
    checks = {
        "wrong_item": partial(is_wrong, heard),
        "missing_item": partial(is_missing, heard, scene),
        "not_received": partial(is_not_received, heard, scene),
        "damaged_in_transit": partial(is_damaged, heard, scene),
        "quality": partial(is_faulty, heard, scene),
        "late": partial(heard.says, "late"),
    }
    order = _UNDERWAY if scene.stage == "transit" else checks
    return next((name for name in order if checks[name]()), None)


def is_wrong(heard: Heard) -> bool:
    """Other goods, another colour or size came than were bought."""
    if heard.says("wrong") or any(_differ(match) for match in heard.found("wrong_contrast")):
        return True
    return any(_other_goods(heard, match) for match in heard.found("wrong_goods"))


def _other_goods(heard: Heard, match: re.Match[str]) -> bool:
    """`买洗面奶发来个洗发水`; not `买的杯子寄来是碎的`."""
    faults = (heard.words.signals[name] for name in ("broken", "quality", "fresh_bad", "empty"))
    return not any(fault.search(match[0][-6:]) for fault in faults)


def _differ(match: re.Match[str]) -> bool:
    said = {name: value for name, value in match.groupdict().items() if value}
    return len({value.rstrip("色的码") for value in said.values()}) > 1


def is_missing(heard: Heard, scene: Scene) -> bool:
    """Something of it did not come, though the rest did."""
    if scene.stage not in ("received", "refunded"):
        return False
    if heard.says("missing", "empty") or _weighed(heard) or came_short(heard.text):
        return not (is_not_received(heard, scene) and _nothing_came(heard, scene))
    return scene.several and heard.says("not_received") and not heard.says("signed_shown")


def _nothing_came(heard: Heard, scene: Scene) -> bool:
    """Whether it is the parcel that is missing, and not something in it."""
    if heard.says("signed_shown"):
        return True
    return not scene.parts and not heard.says("empty", "accessory_named")


def _weighed(heard: Heard) -> bool:
    told = any(word in heard.text for word in ("称", "秤", "实际", "实重"))
    return told and weighed_short(heard.text)


def is_not_received(heard: Heard, scene: Scene) -> bool:
    """Nothing came, or nobody gave it to the customer."""
    if any(_own_goods(heard, match) for match in heard.found("not_received")):
        return True
    return scene.stage == "transit" and heard.says("stalled", "lost", "sent_back")


def _own_goods(heard: Heard, match: re.Match[str]) -> bool:
    """Not the money, an answer or a replacement that did not come."""
    begin, _ = heard.clause(match.start())
    near = heard.text[begin : match.end() + 4]
    return not heard.words.signals["refund_object"].search(near)


def is_damaged(heard: Heard, scene: Scene) -> bool:
    """Broken on the way: by the carrier or on arrival, not by wear and not by the customer."""
    broken = list(heard.found("broken"))
    if not broken or (heard.says("own_doing") and not heard.says("arrival")):
        return False
    if scene.kind == "fresh":
        return not heard.says("fresh_bad")
    if heard.says("by_carrier") or any(_STRICT.search(match[0]) for match in broken):
        return not (heard.says("wear") and not heard.says("by_carrier"))
    if heard.says("wear"):
        return False
    return heard.says("arrival") or not scene.soft


def is_faulty(heard: Heard, scene: Scene) -> bool:
    """It does not work, is badly made, is not what was described, or has gone bad."""
    if food_fault(heard, scene):
        return True
    if scene.kind == "fresh":
        return heard.says("fresh_bad") or damaged_percent(heard.text, None) is not None
    if heard.says("own_doing") and heard.says("damaged_by_buyer", "lasting_marks"):
        return heard.says("arrival")
    if heard.says("dirty", "broken"):
        return True
    return any(_is_fault(heard, scene, each) for each in _faults(heard))


def _faults(heard: Heard) -> Iterator[re.Match[str]]:
    """What is wrong with it: the known faults, and anything that it cannot do (拧不开, 吸不起来),
    but for what the buyer cannot do with it (穿不下, 用不上)."""
    yield from heard.found("quality")
    otherwise = heard.words.signals["cannot_otherwise"]
    yield from (match for match in heard.found("cannot") if not otherwise.match(match[0]))


def _is_fault(heard: Heard, scene: Scene, match: re.Match[str]) -> bool:
    """A defect that was told before buying is none; a mere shade is taste."""
    begin, end = heard.clause(match.start())
    clause = heard.text[begin:end]
    if match[0] == "瑕疵" and scene.item.no_reason_excluded == "confirmed_defect":
        return False
    return not ("色差" in clause or (match[0].startswith(("跟", "和", "与")) and "色" in clause))


def food_fault(heard: Heard, scene: Scene) -> str | None:
    """What makes food unfit; going bad belongs to fresh goods' own rows."""
    if scene.kind not in ("food", "fresh"):
        return None
    for value, name in (
        ("expired", "expired"),
        ("foreign_object", "foreign"),
        ("no_label", "unlabelled"),
    ):
        if heard.says(name):
            return value
    return "spoiled" if scene.kind == "food" and heard.says("spoiled") else None


def details(heard: Heard, scene: Scene, ground: str | None) -> Facts:
    """The facts that belong to a ground: how much, what is lacking, how it fails."""
    return {name: value for name, value in _details(heard, scene, ground) if value is not None}


def _details(heard: Heard, scene: Scene, ground: str | None) -> Iterator[tuple[str, object]]:
    if ground in ("quality", "damaged_in_transit"):
        yield "damage_pct", _damage(heard, scene, ground)
        yield "qty", _damaged_units(heard, scene) or _claimed(heard, scene)
    else:
        yield "qty", _claimed(heard, scene)
    if ground == "quality":
        yield "food_fault", food_fault(heard, scene)
        yield "fault", "performance" if _performs_badly(heard) else None
        yield "defect_disclosed", _disclosed(heard, scene)
    if ground == "missing_item":
        yield "empty_parcel", "yes" if heard.says("empty") or _weighed(heard) else None
        yield "lacking", "accessory" if _lacks_accessory(heard, scene) else None


def _claimed(heard: Heard, scene: Scene) -> int | None:
    return claimed_count(heard.text, scene.item.qty) if scene.item.qty > 1 else None


def _damaged_units(heard: Heard, scene: Scene) -> int | None:
    """How many units of a line of several are spoilt."""
    good, bad = good_count(heard.text), damaged_count(heard.text)
    if good and 1 <= good.value < scene.item.qty:
        return scene.item.qty - int(good.value)
    if scene.item.qty == 1 or bad is None or not 1 <= bad.value <= scene.item.qty:
        return None
    return int(bad.value)


def _damage(heard: Heard, scene: Scene, ground: str) -> int | None:
    """The spoilt share of what is claimed: all of it where single units are named."""
    if ground == "quality" and scene.kind != "fresh":
        return None
    if _damaged_units(heard, scene) is not None:
        return 100
    return damaged_percent(heard.text, pieces_of(scene.item.title))


def _performs_badly(heard: Heard) -> bool:
    """A fault beside which nothing says that it is only how the thing looks."""
    cosmetic = heard.words.signals["cosmetic"]
    for match in _faults(heard):
        begin, end = heard.clause(match.start())
        if not cosmetic.search(heard.text[begin:end]):
            return True
    return False


_UNITS = re.compile("数量|数目|少[发了给寄送]?(?:一|两|几|[0-9])|[件双只斤克]|少东西")
_SHOWN = re.compile(
    "(?:就|正)?是?(?:你们)?(?:页面|详情|商品页|说明里?|下单时?)?(?:写|标|说|展示|拍)(?:了|明|好)?的?(?:那|这)(?:条|道|处|个|块|点)"
)
_OTHER = re.compile(
    "结果|没想到|却|但是?|可是|居然|另外|其他地方|不是(?:说|写|标)|没(?:说|写|标|提)"
)


def _disclosed(heard: Heard, scene: Scene) -> str | None:
    """Whether the fault is the very defect shown before buying."""
    if scene.item.no_reason_excluded != "confirmed_defect":
        return None
    if _SHOWN.search(heard.text):
        return "yes"
    return "no" if _OTHER.search(heard.text) else None


def _lacks_accessory(heard: Heard, scene: Scene) -> bool:
    """A part without a price of its own, not a line of the order and not its main thing."""
    if heard.says("empty") or scene.several and "东西" in heard.text:
        return False
    accessory = heard.words.signals["accessory_named"]
    near = [_around(heard, match) for match in heard.found("missing")]
    if any(accessory.search(words) for words in near):
        return True
    whole = scene.item.qty > 1 or pieces_of(scene.item.title) or scene.kind in ("food", "fresh")
    return not whole and not any(_UNITS.search(words) for words in near)


def _around(heard: Heard, match: re.Match[str]) -> str:
    begin, end = heard.clause(match.start())
    return heard.text[max(begin, match.start() - 8) : min(end, match.end() + 8)]
