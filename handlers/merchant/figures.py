"""Arithmetic on guide figures, with the calculation shown. Pure.

Every operand stands in the person's message or in a cited passage, so every result is grounded.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.messages import plain
from handlers.merchant.tables import Grid, grid_around
from knowledge.chinese import arabic, simplified
from knowledge.documents import Passage
from retrieval.library import Library
from retrieval.rank import Hit


@dataclass(frozen=True, slots=True)
class Sum:
    """A worked-out figure and what it rests on; corrections are told by whoever words it."""

    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question ready for calculating: numerals as digits, and what was found for it."""

    said: str
    hits: Sequence[Hit]
    library: Library
    today: date

    def grids(self) -> list[Grid]:
        """The tables near the question, nearest first."""
        tables: dict[str, Grid] = {}
        for hit in self.hits:
            if hit.passage.table:
                key = f"{hit.passage.document}\0{hit.passage.table}"
                tables.setdefault(key, grid_around(hit.passage, self.library))
        return list(tables.values())

    def passage(self, pattern: str) -> Passage | None:
        """The nearest passage whose text fits."""
        found = (hit.passage for hit in self.hits if hit.passage.kind != "gap")
        return next((p for p in found if re.search(pattern, plain(p.text))), None)


Rule = Callable[[Case], Sum | None]


def calculated(question: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """The first calculation that the question asks for and the guide has figures for."""
    case = Case(arabic(simplified(plain(question))), hits, library, today)
    if _TOO_LONG.search(case.said):
        return None
    rules: tuple[Rule, ...] = (
        *(_deadline, _metric, _food_damages, _damages, _fee, _per_head),
        *(_years, _others, _total, _difference, _part, _spread),
    )
    return next((found for rule in rules if (found := rule(case))), None)


_TOO_LONG = re.compile(r"\d{13}")
"""Nobody's money, visitors or years have that many digits."""

# -- numbers as people write them

_MONEY = re.compile(r"(\d+(?:\.\d+)?)\s*(亿|万|千|百)?\s*(元|块钱?|rmb|的?流水|的?货|的单)?")
_COUNTED_ELSE = r"\d+(?:\.\d+)?\s*([%％年个天日号月单人次倍成篇家件款位]|分之)"
_SCALE = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, None: 1}


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in yuan, and how the person wrote it."""

    yuan: Decimal
    written: str


def money_in(said: str) -> Money | None:
    """The largest sum of money that is named. A bare small number counts something else."""
    found = [
        Money(Decimal(m[1]) * _SCALE[m[2]], f"{m[1]}{m[2] or ''}元")
        for m in _MONEY.finditer(re.sub(_COUNTED_ELSE, " ", said))
        if m[3] or Decimal(m[1]) * _SCALE[m[2]] >= 10
    ]
    return max(found, key=lambda sum_: sum_.yuan, default=None)


def shown(value: Decimal) -> str:
    """A number without needless zeros, at most two decimals; round ten thousands in 万."""
    if value >= 10_000 and value % 100 == 0:
        return f"{shown(value / 10_000)}万"
    text = f"{value.quantize(Decimal('0.01')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(values: Sequence[Decimal], unit: str) -> str:
    """`1.2-4元`, or `3元` where both ends are the same."""
    low, high = shown(min(values)), shown(max(values))
    return f"{low}{unit}" if low == high else f"{low}-{high}{unit}"


# -- deadlines


def _deadline(case: Case) -> Sum | None:
    """Calendar days from the rejection; day 1 is the next day (the guide's own figure)."""
    day = re.search(r"(?<![\d.])(?:(\d{4})[年.-])?(\d{1,2})[月.-](\d{1,2})(?!\d)[日号]?", case.said)
    if not day or not re.search(r"驳回|打回|退回|没过|拒|毙", case.said):
        return None
    source, rejected = case.passage(r"\d+天内.*重新提交"), _date(day, case.today)
    term = re.search(r"(\d+)天内", source.text) if source else None
    if source is None or rejected is None or term is None:
        return None
    last = rejected + timedelta(days=int(term[1]))
    days = f"{rejected.month}月{rejected.day}日 + {term[1]}天 = {last.month}月{last.day}日"
    return Sum(f"{days}，最晚这天重新提交。驳回次日起算，这是指南自己写的期限。", (source,))


def _date(found: re.Match[str], today: date) -> date | None:
    year = int(found[1] or today.year)
    try:
        return date(year, int(found[2]), int(found[3])) if 2000 <= year <= 2099 else None
    except ValueError:
        return None


# -- metrics by the formula in the table

_NOUNS = {
    "下单用户": r"下单|成交|买单|付款|购买|拍了|买(?!家|过|第)",
    "访客数": r"访客|访问|来看|看|进店|进来|浏览|流量|点进|来了|人进",
    "gmv": r"gmv|销售额|流水|成交额|营业额|卖了?|收入",
    "订单量": r"单|订单",
    "重复购买用户": r"回头|复购|老客|再买|重复|(?:又|再)来|买过?第?[二2]|回购",
    "总用户": r"买家|客户|顾客|用户|总共|一共|客人|人里|个人",
}


def _metric(case: Case) -> Sum | None:
    """A metric from the person's own numbers (转化率, 客单价, 复购率)."""
    for grid in case.grids():
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
    number = r"(\d+(?:\.\d+)?)\s*(万|千)?"
    beside = (
        rf"{number}\s*(?:个|位|元|块|名)?(?:人|访客|客人)?\s*(?:在|就|才|里头?|是)?\s*(?:{words})",
        rf"(?:{words})(?:了|的|数|量|用户|人数|是|有|共|总共|才|就|约|过)*\s*{number}",
    )
    for pattern in beside:
        found = re.search(pattern, said)
        if found:
            return Decimal(found[1]) * _SCALE[found[2]]
    return None


# -- damages


def _damages(case: Case) -> Sum | None:
    """Fraud: three times the price, at least 500 yuan (消法第55条)."""
    if not re.search(r"假|冒|欺诈|高仿|骗|虚假", case.said):
        return None
    return _multiplied(case, r"三倍.{0,8}500元", 3, 500, "一般商品欺诈的法定增加赔偿")


def _food_damages(case: Case) -> Sum | None:
    """Food below the safety standard: ten times, at least 1000 yuan (食品安全法第148条)."""
    if not re.search(r"食品|吃的|过期|变质|零食|奶粉|不合格|不安全", case.said):
        return None
    return _multiplied(case, r"十倍.{0,16}1000元", 10, 1000, "不合安全标准的食品，法定增加赔偿")


def _multiplied(case: Case, pattern: str, times: int, least: int, label: str) -> Sum | None:
    price, source = money_in(case.said), case.passage(pattern)
    if price is None or source is None or not re.search(r"赔|倍", case.said):
        return None
    total = price.yuan * times
    text = f"{label}：{price.written} × {times} = {shown(total)}元"
    if total < least:
        text += f"，不足{least}元按{least}元赔"
    return Sum(f"{text}。", (source,))


# -- fees

_FEE = re.compile(r"手续费|费率|抽|扣|到手|分账|几(块|毛|元|钱)|收多少|费用|平台|落袋|剩|账上|到账")
_NET = re.compile(r"到手|落袋|剩|账上|到账|净|进账")


def _fee(case: Case) -> Sum | None:
    """A rate of the guide on a sum of money; several ways of paying side by side if named."""
    money = _many(case.said) or money_in(case.said)
    if money is None or not _FEE.search(case.said):
        return None
    rates = _rates(case)
    lines = [_fee_line(money, rate, bool(_NET.search(case.said))) for rate in rates]
    return Sum("\n".join(lines), tuple(rates)) if rates else None


def _many(said: str) -> Money | None:
    """`20单 每单45` → 900 yuan, written as the multiplication."""
    found = re.search(
        r"(?<![\d.])(\d+)\s*单.{0,6}(?:每单|一单|单价|均价|客单价?)\D{0,3}(\d+(?:\.\d+)?)", said
    )
    if not found:
        return None
    return Money(Decimal(found[1]) * Decimal(found[2]), f"{found[1]}单 × {found[2]}元")


def _fee_line(money: Money, rate: Passage, net: bool) -> str:
    ends = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", rate.value)]
    fees = [money.yuan * share / 100 for share in (ends[0], ends[-1])]
    fee = span(fees, "元")
    line = f"{rate.row}手续费：{money.written} × {rate.value} = {fee}"
    if net:
        line += f"，到手：{money.written} - {fee} = {span([money.yuan - f for f in fees], '元')}"
    return f"{line}。"


def _rates(case: Case) -> list[Passage]:
    """The rate cells of the ways of paying that are named; else of the first row, the usual one."""
    for grid in case.grids():
        rates = [
            c for c in grid.cells if "费" in c.column and re.fullmatch(r"[\d.%-]+%", plain(c.value))
        ]
        if rates:
            # The last words count: in “卖100块微信支付手续费 走分账” it is 分账 that is asked.
            named = grid.named(case.said.split(" ")[-1])[0] or grid.named(case.said)[0]
            return [c for c in rates if c.row in named] or rates[:1]
    return []


def _per_head(case: Case) -> Sum | None:
    """A price for each, times how many (`8元/人` × 500)."""
    source = case.passage(r"\d+元/人")
    price = re.search(r"(\d+)元/人", source.text) if source else None
    if source is None or price is None or not re.search(r"花|多少钱|成本|总共|预算", case.said):
        return None
    asked = re.search(r"(?<![\d.])(\d+)(万)?\s*(个|位|名)?(新|人|用户|客)", case.said)
    base = case.passage(r"新增用户\d") if not asked else None
    told = re.search(r"新增用户(\d+(?:\.\d+)?)(万)?", base.text) if base else None
    found = asked or told
    if not found:
        return None
    count = Decimal(found[1]) * _SCALE[found[2]]
    text = f"{found[1]}{found[2] or ''}人 × {price[1]}元/人 = {shown(count * int(price[1]))}元。"
    return Sum(text, (source, base) if base else (source,))


# -- the guide's own numbers


def _years(case: Case) -> Sum | None:
    """A yearly price times the years."""
    years = re.search(r"(?<![\d.])(\d{1,2})\s*年(?!级)", case.said)
    if not years or int(years[1]) < 2:
        return None
    cells = [cell for grid in case.grids() for cell in _named_cells(grid, case.said)]
    for passage in [*cells, *(hit.passage for hit in case.hits[:8])]:
        price = _yearly(passage)
        if price:
            ends = [Decimal(n) * _SCALE[unit or None] for n, unit in price]
            written = "-".join(f"{n}{unit}" for n, unit in price) + "元"
            total = span([end * int(years[1]) for end in ends], "元")
            return Sum(f"{written}/年 × {years[1]}年 = {total}。", (passage,))
    return None


def _named_cells(grid: Grid, said: str) -> list[Passage]:
    """The cells of the one thing that is named."""
    things, _ = grid.asked(said)
    axis = (grid.rows, things) if grid.transposed else (things, grid.columns)
    return grid.pick(*axis) if len(things) == 1 else []


def _yearly(passage: Passage) -> list[tuple[str, str]] | None:
    value = plain(passage.value or passage.text)
    per_year = re.search(r"((?:\d+(?:\.\d+)?万?元?-)?\d+(?:\.\d+)?万?)元?/年", value)
    if per_year is None and not ("年" in passage.text.split("：")[0] and passage.value):
        return None
    spec = per_year[1] if per_year else value
    found = re.findall(r"(\d+(?:\.\d+)?)(万?)", spec)
    return [(n, unit or found[-1][1]) for n, unit in found][:2] or None


def _shares(case: Case) -> tuple[Grid, list[Passage]] | None:
    """The nearest column of plain percentages, with the cells of the rows named."""
    for grid in case.grids():
        shares = [c for c in grid.cells if re.fullmatch(r"\d+(\.\d+)?%", c.value)]
        if len(shares) > 2:
            rows, _ = grid.named(case.said)
            return Grid(shares, grid.synonyms), [c for c in shares if c.row in rows]
    return None


def _others(case: Case) -> Sum | None:
    """All shares but the one named."""
    found = _shares(case)
    if not found or not found[1] or not re.search(r"除了|以外|之外|其他|其余|另外", case.said):
        return None
    rest = [c for c in found[0].cells if c not in found[1]]
    return _added(rest) if re.search(r"加|合|一共|总共|多少", case.said) else None


def _total(case: Case) -> Sum | None:
    """Two or more shares of one column added up."""
    found = _shares(case)
    if not found or not re.search(r"加|合(起来|计|共|在)?|一共|总共|总和|一起", case.said):
        return None
    return _added(found[1]) if len(found[1]) > 1 else None


def _added(cells: Sequence[Passage]) -> Sum:
    total = sum((_percent(cell) for cell in cells), Decimal(0))
    names, told = "、".join(c.row for c in cells), " + ".join(c.value for c in cells)
    return Sum(f"{names}合计{told} = {shown(total)}%。", tuple(cells))


def _difference(case: Case) -> Sum | None:
    """How far two shares of one column lie apart."""
    found = _shares(case)
    if not found or len(found[1]) != 2:
        return None
    if not re.search(r"差(多少|几)|(多|少|高|低)(出|了)?(多少|几)|相差", case.said):
        return None
    high, low = sorted(found[1], key=_percent, reverse=True)
    gap = shown(_percent(high) - _percent(low))
    text = f"{high.row}比{low.row}多：{high.value} - {low.value} = {gap}%，即{gap}个百分点。"
    return Sum(text, (high, low))


def _part(case: Case) -> Sum | None:
    """A share of a number that the person names (`200件` × 38%)."""
    found, count = _shares(case), re.search(r"(?<![\d.])(\d+)\s*(件|个|款|单|条)", case.said)
    if not found or len(found[1]) != 1 or not count:
        return None
    cell = found[1][0]
    part = Decimal(count[1]) * _percent(cell) / 100
    return Sum(
        f"{cell.row}约{count[1]}{count[2]} × {cell.value} = {shown(part)}{count[2]}。", (cell,)
    )


def _percent(cell: Passage) -> Decimal:
    return Decimal(cell.value.rstrip("%"))


def _spread(case: Case) -> Sum | None:
    """One number of the message spread over another (“5000单摊到2000个团长头上”)."""
    if not re.search(r"摊|平均|人均|每(人|个|单|天)|一?1?(人|个)(一天)?几", case.said):
        return None
    big = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", case.said) if Decimal(n) > 10]
    known = [
        h.passage for h in case.hits[:6] if any(f"{n:f}" in plain(h.passage.text) for n in big)
    ]
    if len(big) != 2 or not known:
        return None
    unit = "单" if "单" in case.said else ""
    value = shown(max(big) / min(big))
    return Sum(f"平均{max(big):f}{unit} ÷ {min(big):f} = {value}{unit}。", tuple(known[:2]))
