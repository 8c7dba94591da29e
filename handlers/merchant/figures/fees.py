"""Rates of the guide on the asker's money, and prices a head."""

import re
from decimal import Decimal

from bot.messages import plain
from handlers.merchant.figures.case import CLOSE, SCALE, Case, Money, Sum, money_in, shown, span
from knowledge.documents import Passage

_FEE = re.compile(
    r"手续费|费率|抽(?![奖中签])|扣|到手|分账|几(块|毛|元|钱)|收多少|费用|平台|落袋|剩|账上|到账"
)
USUAL = "微信支付"
_NET = re.compile(r"到手|落袋|剩|账上|到账|净|进账")


def fee(case: Case) -> Sum | None:
    """A rate of the guide on a sum of money; several ways of paying side by side if named."""
    money = _many(case.said) or money_in(case.said)
    if money is None or not _FEE.search(case.said) or re.search(r"罚|赔|封", case.said):
        return None
    rates = _rates(case)
    lines = [_fee_line(money, rate, case.said) for rate in rates]
    return Sum("\n".join(lines), tuple(rates)) if rates else None


def _many(said: str) -> Money | None:
    """`20单 每单45` → 900 yuan, `一天3000 … 30天` → 90000, written as the multiplication."""
    return _orders(said) or _days(said)


def _days(said: str) -> Money | None:
    """So much a day, for so many days."""
    days = re.search(r"(?<![\d.])(\d{1,3})\s*天", re.sub(r"(一|1|每)\s*天", "每日", said))
    daily = re.search(r"(?:一|1|每)\s*天|日均|天天", said)
    money = money_in(said) if days and daily else None
    if not days or not money:
        return None
    return Money(money.yuan * int(days[1]), f"{money.written} × {days[1]}天")


def _orders(said: str) -> Money | None:
    """So many orders of so much each."""
    found = re.search(
        r"(?<![\d.])(\d+)\s*单.{0,6}(?:每单|一单|单价|均价|客单价?)\D{0,3}(\d+(?:\.\d+)?)", said
    )
    count, price = (found[1], found[2]) if found else _priced_first(said)
    if not count:
        return None
    return Money(Decimal(count) * Decimal(price), f"{count}单 × {price}元")


def _priced_first(said: str) -> tuple[str, str]:
    """`客单价120 一天50单`; two empty texts if it is not told so."""
    found = re.search(
        r"(?:每单|均价|客单价?|单价)\D{0,3}(\d+(?:\.\d+)?)[元块]?\D{0,6}(?:1天)?\D{0,4}(?<![\d.])(\d+)\s*单",
        said,
    )
    return (found[2], found[1]) if found else ("", "")


def _fee_line(money: Money, rate: Passage, said: str) -> str:
    ends = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", rate.value)]
    meant = _meant(said, ends[0], ends[-1])
    fees = [money.yuan * share / 100 for share in meant]
    fee = span(fees, "元")
    written = rate.value if len(meant) > 1 else f"{meant[0]:f}%"
    line = f"{rate.row}手续费：{money.written} × {written} = {fee}"
    net = bool(_NET.search(said))
    if net:
        line += f"，到手：{money.written} - {fee} = {span([money.yuan - f for f in fees], '元')}"
    usual = len(meant) > 1 and rate.row == USUAL
    return f"{line}。{_usually(money, meant[0], net) if usual else ''}"


def _usually(money: Money, share: Decimal, net: bool) -> str:
    """What most trades pay: the lowest end of the guide's range (aftersales-rules.md C)."""
    low = money.yuan * share / 100
    left = f"，到手{span([money.yuan - low], '元')}" if net else ""
    return f"普通行业按{share:f}%是{span([low], '元')}{left}。"


def _meant(said: str, low: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    """Both ends of a rate; one where the question names it, or asks for the least or the most."""
    shares = map(Decimal, re.findall(r"(?<![\d.])(\d+(?:\.\d+)?) ?(?:%|个点)", said))
    if named := tuple(dict.fromkeys(one for one in shares if low <= one <= high)):
        return (min(named), max(named)) if len(named) > 1 else named
    if re.search(r"最(少|低)", said):
        return (low,)
    return (high,) if re.search(r"最(多|高)", said) else (low, high)


def _rates(case: Case) -> list[Passage]:
    """The rate cells of the ways of paying that are named; else of the first row, the usual one."""
    for grid in case.grids:
        rates = [
            c for c in grid.cells if "费" in c.column and re.fullmatch(r"[\d.%-]+%", plain(c.value))
        ]
        if rates:
            # The last words count: in “卖100块微信支付手续费 走分账” it is 分账 that is asked.
            named = grid.named(case.said.split(" ")[-1])[0] or grid.named(case.said)[0]
            return [c for c in rates if c.row in named] or rates[:1]
    return []


def per_head(case: Case) -> Sum | None:
    """A price for each, times how many (`8元/人` × 500)."""
    if not re.search(r"花(?=了|掉|费|多|几|出|$)|多少钱|[要得]多少|成本|总共|预算", case.said):
        return None
    if re.search(r"斤|首重|多久|几天|多长时间", case.said):
        return None
    source = case.near_passage(r"\d+元/人", CLOSE)
    price = re.search(r"(\d+)元/人", source.text) if source else None
    if source is None or price is None:
        return None
    heads = re.finditer(
        r"(?<![\d.])(\d+(?:\.\d+)?)(万)?\s*(个|位|名)?(新|人|用户|客|[要得]多少)", case.said
    )
    asked = next((each for each in heads if Decimal(each[1]) > 1), None)
    if not asked and re.search(r"(?<!\d)1\s*(个(?!月)|位|名)|每|人均|单个", case.said):
        return None  # “一个人多少” is the price itself
    base = case.near_passage(r"新增用户\d") if not asked else None
    told = re.search(r"新增用户(\d+(?:\.\d+)?)(万)?", base.text) if base else None
    found = asked or told
    if not found:
        return None
    count = Decimal(found[1]) * SCALE[found[2]]
    text = f"{found[1]}{found[2] or ''}人 × {price[1]}元/人 = {shown(count * int(price[1]))}元。"
    return Sum(text, (source, base) if base else (source,))
