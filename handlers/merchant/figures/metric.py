"""A metric by the formula that a table gives (转化率, 客单价, 复购率)."""

import re
from decimal import Decimal

from bot.messages import plain
from handlers.merchant.figures.case import SCALE, Case, Sum, shown
from handlers.merchant.tables import Grid
from knowledge.documents import Passage

_FEE = re.compile(r"手续费|费率|抽成|抽我|扣(我|掉|多少|几)|到手|几个点")
_NOUNS = {
    "下单用户": r"下了?单|成交|买单|付款|购买|拍了|买(?!家|过|第)",
    "访客数": r"访客|访问|来看|看|进店|进来|浏览|流量|点进|来了|人进",
    "gmv": r"gmv|销售额|流水|成交额|营业额|卖了?|收入",
    "订单量": r"(?<!客)单|订单",
    "重复购买用户": r"回头|复购|老客|再买|重复|(?:又|再)来|买过?第?[二2]|回购",
    "总用户": r"买家|客户|顾客|用户|总共|一共|客人|人里|个人",
}


def metric(case: Case) -> Sum | None:
    """A metric from the person's own numbers (转化率, 客单价, 复购率)."""
    if len(re.findall(r"\d+", case.said)) < 2 or _FEE.search(case.said):
        return None
    for grid in case.grids:
        for cell in grid.cells:
            found = _by_formula(case.said, cell, grid) if "/" in cell.value else None
            if found:
                return found
    return None


def _by_formula(said: str, cell: Passage, grid: Grid) -> Sum | None:
    above, below = cell.value.split("/", 1)
    top, bottom = _counted(said, above), _counted(said, below)
    money = "gmv" in plain(above)
    if top is None or not bottom or top == bottom or (not money and top > bottom):
        return None
    value = top / bottom
    result = f"{shown(value)}元" if money else f"{shown(value * 100)}%"
    limits = [c for c in grid.pick([cell.row], grid.columns) if re.search(r"[>≥]", c.value)]
    text = f"{top:f} ÷ {bottom:f} = {result}，这是{cell.row}（{cell.value}）。"
    text += "".join(f"指南的{limit.column}是{limit.value}。" for limit in limits)
    return Sum(text, (cell, *limits))


def _counted(said: str, noun: str) -> Decimal | None:
    """The number beside any word that means `noun`."""
    words = _NOUNS.get(plain(noun))
    if words is None:
        return None
    # A length of time (GMV一个月20万) counts nothing.
    number = r"(?<![\d.])(\d+(?:\.\d+)?)(?![\d.])\s*(万|千)?(?!个?(?:月|天|日|年|周|小时))"
    beside = (
        rf"{number}(?:个|位|元|块|名)?(?:人|访客|客人)?(?:在|就|才|里头?|是)?(?:{words})",
        rf"(?:{words})(?:了|的|数|量|用户|人数|是|有|共|总共|才|就|约|过)*{number}",
        rf"{number}\s*(?:个|位|元|块|名)?(?:人|访客|客人)?\s*(?:在|就|才|里头?|是)?\s*(?:{words})",
        rf"(?:{words})(?:了|的|数|量|用户|人数|是|有|共|总共|才|就|约|过)*\s*{number}",
    )
    for pattern in beside:
        found = re.search(pattern, said)
        if found:
            return Decimal(found[1]) * SCALE[found[2]]
    return None
