"""What a message says is sold: a known kind of goods, else their own word for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from handlers.merchant.launch_lexicon import FILLER, MINE, QUESTION, SELLING, SOLD
from handlers.merchant.launch_notes import HEARSAY, UNDONE, Notes
from knowledge.launch.shapes import Category, LaunchBook

_PUT_ONLINE = re.compile(
    r"(?:把|将)(?:我们?|自家|家里|俺|咱)?(?:们|家)?的?([^ ]{2,8}?)(?:拿|弄|放|搬|搞|挂)(?:到|去|上)[^ ]{0,6}(?:卖|网|微信|店)"
    r"|(?:把|将)(?:我们?|自家|自己)?的?([^ ]{1,8}?)卖(?:出去|掉|到)"
)
_JOINS = re.compile(r" ?(?:和|跟|与|以及|还有|也卖|还卖|加|外加|及|同时卖|以及卖)? ?(?:一些|点)?")
"""What stands between two things that are both sold."""
_CALLED = re.compile(
    r"(?:店名|公司名|名字|名称|牌子|品牌|商标|店|公司|厂)(?:就|名)?(?:叫|起名|取名|名叫)(?:做|个|的|是)?[^ ]{1,8}"
)
"""What a shop is called is not what it sells."""
_ENDS = re.compile(r"(?=$| |的|等|这|之|都|也|还|和|跟|与|一|几|各|大|\d)")
_COOKED = re.compile(
    r"(?:自己|自家|家里|俺|我|咱|手工|现)[^ ]{0,3}(?:熬|腌|卤|烤|蒸|煮|炸|炒|酿|烘|熏|包|晒)(?:的|制)"
)
_PAPERS = re.compile(r"[^ ]{0,6}(?:许可证?|备案|资质|批文|证书|配方注册)")
_MADE_INTO = re.compile(
    r"(?:贩卖|自动|售卖|研磨|榨汁?|料理|烘焙|收纳|包装|印花)?(?:机|壶|杯|盘|碗|柜|架|炉|锅|勺|叉|刀|模具|器|玩偶|抱枕|贴纸|蜡烛|香薰|皂|绘本|周边|图案|袋子|盒子|罐子|瓶子)"
)
"""咖啡机 is no coffee: what follows a food's name makes another thing of it."""
_EDIBLE = ("food", "farm", "alcohol", "infant_formula", "health_food")
_NO_GOODS = re.compile(
    r"小程序|小店|店$|网店|公众号|生意|货$|规划|计划|会员|积分|开发|认证|推广|直播|跨境|微信|线上|活动"
    r"|视频|广告|审核|技术|程序|电商|什么|主意|起来|好了|完了|一下|[不没]|链接|东西|钱|执照"
)


@dataclass(frozen=True)
class _Named:
    """A kind of goods found in the text. The best one is said to be sold, then longest, then last."""

    sold: bool
    length: int
    at: int
    category: str
    word: str

    @property
    def rank(self) -> tuple[bool, int, int]:
        return self.sold, self.length, self.at

    @property
    def end(self) -> int:
        return self.at + self.length


def goods(book: LaunchBook, text: str, clauses: Sequence[str], notes: Notes) -> None:
    """Notes the category and their own word for the goods."""
    own = [c for c in clauses if not HEARSAY.search(c)]
    stated = " ".join(c for c in own if not QUESTION.search(c) or MINE.search(c))
    stated = _PAPERS.sub(
        " ", _CALLED.sub(" ", stated.replace("进口", ""))
    )  # 食品经营许可证 is a paper, not what they sell
    found = [one for category in book.categories.values() for one in _named(category, stated)]
    if found:
        best = max(_joined(found), key=lambda one: one.rank)
        several = _side_by_side(found, best, stated)
        notes.take("category", several[0].category)
        notes.said["goods"] = _listed([one.word for one in several])
        if also := " ".join(dict.fromkeys(one.category for one in several[1:])):
            notes.said["also"] = also
    elif word := _unknown(stated):
        notes.take("category", "food" if _COOKED.search(stated) else "general")
        notes.said["goods"] = word


def _side_by_side(found: Sequence[_Named], best: _Named, text: str) -> list[_Named]:
    """“面膜和红酒”: goods of different kinds joined by 和, 跟, a pause; else only the best one."""
    if best not in found:
        return [best]
    row: list[_Named] = []
    for one in sorted(found, key=lambda each: (each.at, -each.length)):
        if row and one.at < row[-1].end:
            continue
        if row and not (
            _JOINS.fullmatch(text[row[-1].end : one.at]) and _ENDS.match(text, one.end)
        ):
            if best in row:
                break
            row = []
        row.append(one)
    kinds = {one.category: one for one in reversed(row)}  # the first of each kind
    several = [one for one in row if kinds[one.category] is one]
    return several if best in row and row[0].sold and len(several) > 1 else [best]


def _listed(words: Sequence[str]) -> str:
    """袜子、毛巾和零食."""
    return "和".join(filter(None, ("、".join(words[:-1]), words[-1])))


def _unknown(stated: str) -> str:
    """Their word for goods that no category names, else ''."""
    told = [
        one
        for one in SOLD.finditer(stated)
        if not re.search("(?:[不没别]|不是|并非)$", stated[: one.start()])
    ]
    word = FILLER.sub("", told[0][1] or told[0][2] or "") if told else ""
    if put := _PUT_ONLINE.search(stated):
        word = put[1] or put[2]
    return "" if _NO_GOODS.search(word) else word


def _named(category: Category, text: str) -> list[_Named]:
    found = []
    for pattern in category.words:
        for m in pattern.finditer(text):
            before = text[: m.start()]
            other = category.id in _EDIBLE and _MADE_INTO.match(text, m.end())
            if not UNDONE.search(before) and not other:
                sold = bool(SELLING.search(before))
                found.append(_Named(sold, len(m[0]), m.start(), category.id, m[0]))
    return found


def _joined(found: Sequence[_Named]) -> list[_Named]:
    """红薯粉条, 草莓蛋糕: of names side by side the last one is the thing, the first its kind."""
    ordered = sorted(found, key=lambda one: (one.at, one.length))
    joined = [
        _Named(one.sold or two.sold, one.length + two.length, one.at, two.category, one.word + two.word)
        for one, two in (*pairwise(ordered), *_skipping(ordered))
        if one.end == two.at
    ]  # fmt: skip
    return [*found, *joined]


def _skipping(ordered: Sequence[_Named]) -> Sequence[tuple[_Named, _Named]]:
    return list(zip(ordered, ordered[2:], strict=False))
