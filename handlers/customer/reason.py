"""Why the customer complains: harm, and the ground that was given (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from handlers.customer.counts import came_short, damaged_percent, weighed_short
from handlers.customer.hearing import Heard
from handlers.customer.scene import Scene

_HARM = ("electric", "fire", "illness", "injury")
# So far before it (and into it) stands what makes a harm a mere fear: 怕过敏, 差点烫到.
_FEAR = 8
_UNTOUCHED = re.compile(
    "没敢|(?:一口|一下|根本|压根|还|都)没(?:吃|喝|用|碰|动|尝|穿|戴)|不敢(?:吃|喝|用|碰)"
)
# 辣得嗓子冒烟, 娃吐了不吃: how it tastes.
_TASTES = re.compile(
    "辣得?[^ \\n]{0,6}(?:冒烟|冒火|起火|着火)|(?:嗓子|喉咙|嘴巴?|舌头)[^ \\n]{0,2}(?:冒烟|冒火)|"
    "吐(?:了|出来)[^ \\n]{0,2}不(?:肯|愿意?|爱|想|要)?(?:再)?(?:吃|喝|要)"
)
_FAULTLESS = re.compile(
    "(?<!是)不是(?:因为|说)?(?:什么|啥)?(?:质量|坏了?(?=[ \n]|$)|有毛病|有问题)"
)
# What swells holds a battery; what came differs from what was bought (要的是三格 打开是两格).
_BATTERY = re.compile("充电|电池|手机|平板|耳机|电动|手表|手环|电脑|笔记本|音箱|剃须|移动电源")
_FURNITURE = re.compile("[桌椅凳床柜架几]$|沙发$")
_CAME_UNLIKE = re.compile(
    "(?<!想)(?:要|买|订|拍|选|点|下单|挑)(?:的)?(?:是|明明是)?(?:个)?(?P<bought>[一-龥0-9]{1,4}?)的?[ ]?(?:你们?|却|结果|打开|一看|可|拆开)*"
    "(?:给|发|来|寄|到手|收到|是|寄来|发来)(?:我|的|了|来|个|是)*(?P<came>[一-龥0-9]{1,4}?)的?(?=[ \n?]|$)"
)
# Of goods on their way nobody expects to have them: a fault told of them weighs more.
_UNDERWAY = ("wrong_item", "damaged_in_transit", "quality", "not_received", "late")
_FOOD_FAULTS = {"expired": "expired", "foreign": "foreign_object", "unlabelled": "no_label"}


def safety(heard: Heard) -> str | None:
    """Who or what came to harm; what is only feared or just missed is none."""
    if heard.says("account"):
        return "account"
    return next((n for n in _HARM if any(_happened(heard, m) for m in heard.found(n))), None)


def swollen(heard: Heard, scene: Scene) -> str | None:
    """`fire` of a battery that swells: 充电宝鼓了一个大包."""
    return "fire" if _BATTERY.search(scene.item.title) and heard.says("swollen") else None


def _happened(heard: Heard, match: re.Match[str]) -> bool:
    if match[0][0] in "腿脚" and _FURNITURE.search(heard.text, 0, match.start()):
        return False  # 桌腿断了 hurts nobody
    begin, stop = heard.clause(match.start())
    tastes = _TASTES.search(heard.text, begin, stop)
    if tastes and tastes.start() <= match.end() and match.start() <= tastes.end():
        return False
    if _UNTOUCHED.search(heard.text, match.end(), stop):
        return False  # 孩子芒果过敏一口没敢动
    begin, end = max(begin, match.start() - _FEAR), match.start() + 2
    return heard.words.signals["near_miss"].search(heard.text, begin, end) is None


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


def says_faultless(heard: Heard) -> bool:
    """Who says that it is no fault (不是质量问题 就是不喜欢) is believed."""
    return _FAULTLESS.search(heard.text) is not None


def says_taste(heard: Heard) -> bool:
    """Who calls the goods fine, or only dislikes them, or sent a poor picture for them."""
    return heard.says("fine", "mere_taste", "own_picture")


def is_wrong(heard: Heard) -> bool:
    """Other goods, another colour or size came than were bought."""
    contrast = any(_differ(match) for match in heard.found("wrong_contrast"))
    other = any(_other_goods(heard, match) for match in heard.found("wrong_goods"))
    return contrast or other or _unlike(heard) or heard.says("wrong")


def _unlike(heard: Heard) -> bool:
    """`要的是三格的 打开是两格`: what came differs from what was bought, in a shared letter's word."""
    for match in _CAME_UNLIKE.finditer(heard.text):
        bought, came = match["bought"], match["came"]
        alike = set(bought) & set(came) - set("的了个是")
        faults = (heard.words.signals[name] for name in ("broken", "quality", "fresh_bad", "empty"))
        if bought != came and alike and not any(fault.search(came) for fault in faults):
            return True
    return False


def _differ(match: re.Match[str]) -> bool:
    if "还是" in match[0]:
        return False  # 拍的是L还是XL来着
    said = (value for value in match.groupdict().values() if value)
    return len({value.rstrip("色的码") for value in said}) > 1


def _other_goods(heard: Heard, match: re.Match[str]) -> bool:
    """`买洗面奶发来个洗发水`; not `买的杯子寄来是碎的`."""
    if came_short(match[0]) or "还是" in match[0]:
        return False  # 买了十包就来了七包, 买的哪个还是…
    came = match[0][-6:]
    faults = (heard.words.signals[name] for name in ("broken", "quality", "fresh_bad", "empty"))
    return not any(fault.search(came) for fault in faults)


def is_missing(heard: Heard, scene: Scene) -> bool:
    """Something of it did not come, though the rest did."""
    if scene.stage not in ("received", "refunded"):
        return False
    if heard.says("missing", "empty") or weighs_short(heard) or came_short(heard.text):
        return not (is_not_received(heard, scene) and _nothing_came(heard, scene))
    return scene.several and heard.says("not_received") and not heard.says("signed_shown")


def _nothing_came(heard: Heard, scene: Scene) -> bool:
    """Whether it is the parcel that is missing, and not something in it."""
    if heard.says("signed_shown"):
        return True
    part = heard.words.signals["accessory_named"].search(heard.text)
    return not scene.parts and part is None and not heard.says("empty", "rest_came")


def weighs_short(heard: Heard) -> bool:
    """Whether the scales show less than half of what was bought."""
    return heard.says("weighed") and weighed_short(heard.text)


def is_not_received(heard: Heard, scene: Scene) -> bool:
    """Nothing came, or nobody gave it to the customer."""
    if any(_own_goods(heard, match) for match in heard.found("not_received")):
        return True
    return scene.stage == "transit" and heard.says("stalled", "lost", "sent_back")


def _own_goods(heard: Heard, match: re.Match[str]) -> bool:
    """Not the money, an answer or a replacement that did not come."""
    begin, _ = heard.clause(match.start())
    near = heard.text[begin : match.end() + 4]
    return heard.words.signals["refund_object"].search(near) is None


def is_damaged(heard: Heard, scene: Scene) -> bool:
    """Broken on the way: by the carrier or on arrival, not by wear and not by the customer."""
    broken = [match[0] for match in heard.found("broken")]
    if not broken or (heard.says("own_doing") and not heard.says("arrival")):
        return False
    if scene.item.no_reason_excluded == "confirmed_defect" and heard.says("as_shown"):
        return False
    if scene.kind == "fresh":
        return not heard.says("fresh_bad")
    if heard.says("by_carrier"):
        return True
    if heard.says("wear"):
        return False
    hit = heard.words.signals["broken_by_force"]
    return heard.says("arrival") or not scene.soft or any(hit.search(words) for words in broken)


def is_faulty(heard: Heard, scene: Scene) -> bool:
    """It does not work, is badly made, is not what was described, or has gone bad."""
    if food_fault(heard, scene):
        return True
    if scene.kind == "fresh":
        return heard.says("fresh_bad") or damaged_percent(heard.text, None) is not None
    if scene.stage != "received":  # 不动, 没反应 are said of a parcel as well
        return heard.says("plainly_bad")
    if heard.says("own_doing") and heard.says("damaged_by_buyer", "lasting_marks"):
        return heard.says("arrival")
    shown = any(_is_fault(heard, scene, each) for each in faults(heard))
    return shown or heard.says("dirty", "broken")


def faults(heard: Heard) -> Iterator[re.Match[str]]:
    """What is wrong with it: the known faults, and anything that it cannot do (拧不开, 吸不起来),
    but for what the buyer cannot do with it (穿不下, 用不上)."""
    yield from heard.found("quality")
    otherwise = heard.words.signals["cannot_otherwise"]
    yield from (match for match in heard.found("cannot") if not otherwise.match(match[0]))


def _is_fault(heard: Heard, scene: Scene, match: re.Match[str]) -> bool:
    """A defect that was told before buying is none; a mere shade is taste."""
    if match[0] == "瑕疵" and scene.item.no_reason_excluded == "confirmed_defect":
        return False
    begin, end = heard.clause(match.start())
    clause = heard.text[begin:end]
    felt = "色" in clause or "感觉" in clause or heard.says("mere_taste")
    unlike = match[0].startswith(("跟", "和", "与")) and felt
    return "色差" not in clause and not unlike


def food_fault(heard: Heard, scene: Scene) -> str | None:
    """What makes food unfit; going bad belongs to fresh goods' own rows."""
    if scene.kind not in ("food", "fresh"):
        return None
    found = next((_FOOD_FAULTS[name] for name in _FOOD_FAULTS if heard.says(name)), None)
    spoiled = scene.kind == "food" and heard.says("spoiled")
    return found or ("spoiled" if spoiled else None)
