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
    """A worked-out figure and what it rests on."""

    text: str
    passages: tuple[Passage, ...]


Rule = Callable[[str, Sequence[Hit], Library, date], Sum | None]

_MONEY = re.compile(r"(\d+(?:\.\d+)?)\s*(亿|万|千|百)?\s*(元|块钱?|rmb|的?流水|的?货|的单)?")
_SCALE = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, None: 1}
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(万)?(?:-(\d+(?:\.\d+)?)(万)?)?")


def calculated(question: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """The first calculation that the question asks for and the guide has figures for."""
    said = as_numbers(question)
    for rule in (_deadline, _metric, _damages, _fee, _years, _total, _share):
        found = rule(said, hits, library, today)
        if found:
            return found
    return None


def as_numbers(question: str) -> str:
    """The question in plain form with its numerals as digits (`三年` → `3年`, `五十` → `50`)."""
    return arabic(simplified(plain(question)))


def shown(value: Decimal) -> str:
    """A number without needless zeros, at most two decimals; from ten thousand on in 万."""
    if value >= 10_000 and value % 100 == 0:
        return f"{shown(value / 10_000)}万"
    text = f"{value.quantize(Decimal('0.01')):f}"
    return text.rstrip("0").rstrip(".")


def amount_in(said: str) -> Decimal | None:
    """The largest sum of money the person names, in yuan."""
    found = [
        Decimal(m[1]) * _SCALE[m[2]]
        for m in _MONEY.finditer(re.sub(r"\d+(?:\.\d+)?\s*([%％年个天日号月单人次倍成篇家件款位]|分之)", " ", said))
        # A bare small number counts something else (“两份叠着收”).
        if m[3] or Decimal(m[1]) * _SCALE[m[2]] >= 10
    ]
    return max(found, default=None)


def _deadline(said: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """Calendar days from the day of rejection; day 1 is the next day (the guide's own figure)."""
    day = re.search(r"(?:(\d{4})[年.-])?(\d{1,2})[月.-](\d{1,2})[日号]?", said)
    if not day or not re.search(r"驳回|打回|退回|没过|拒", said):
        return None
    source = _passage(hits, r"(\d+)天内.*重新提交")
    rejected = _date(day, today)
    if source is None or rejected is None:
        return None
    days = int(re.search(r"(\d+)天内", source.text)[1])  # type: ignore[index]
    last = rejected + timedelta(days=days)
    text = (
        f"最晚{last.month}月{last.day}日重新提交：{rejected.month}月{rejected.day}日驳回 + {days}天"
        f" = {last.month}月{last.day}日（指南自己的期限，驳回次日算起）。"
    )
    return Sum(text, (source, *library.corrections(source)))


def _date(found: re.Match[str], today: date) -> date | None:
    try:
        return date(int(found[1] or today.year), int(found[2]), int(found[3]))
    except ValueError:
        return None


_NOUNS = {
    "下单用户": r"下单|成交|买单|付款|购买|买(?!家)",
    "访客数": r"访客|访问|看|进店|浏览|流量|点进",
    "gmv": r"gmv|销售额|流水|成交额|营业额|卖",
    "订单量": r"单|订单",
    "重复购买用户": r"回头|复购|老客|再买|重复",
    "总用户": r"买家|客户|顾客|用户|总共|一共",
}


def _metric(said: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """A metric from the person's own numbers, by the formula in the guide's table."""
    for hit in hits:
        if not hit.passage.table:
            continue
        grid = grid_around(hit.passage, library)
        for cell in grid.cells:
            found = _by_formula(said, cell, grid, library) if "/" in cell.value else None
            if found:
                return found
    return None


def _by_formula(said: str, cell: Passage, grid: Grid, library: Library) -> Sum | None:
    above, below = cell.value.split("/", 1)
    top, bottom = _counted(said, above), _counted(said, below)
    if top is None or not bottom or top == bottom:
        return None
    value = top / bottom
    money = "gmv" in plain(above)
    result = f"{shown(value)}元" if money else f"{shown(value * 100)}%"
    limits = [c for c in grid.pick([cell.row], grid.columns) if re.search(r"[>≥]", c.value)]
    lines = [f"{cell.row} = {shown_raw(top)} ÷ {shown_raw(bottom)} = {result}（{cell.value}）。"]
    lines += [f"指南的{limit.column}是{limit.value}。" for limit in limits]
    notes = [note for limit in limits for note in library.corrections(limit)]
    return Sum("".join(lines) + "".join(n.text for n in notes), (cell, *limits, *notes))


def shown_raw(value: Decimal) -> str:
    """A number as the person would write it."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def _counted(said: str, noun: str) -> Decimal | None:
    """The number beside any word that means `noun`."""
    words = _NOUNS.get(plain(noun))
    if words is None:
        return None
    number = r"(\d+(?:\.\d+)?)\s*(万|千)?"
    beside = [
        rf"{number}\s*(?:个|位|元|块|名)?(?:人|访客)?\s*(?:在|就|才|里)?\s*(?:{words})",
        rf"(?:{words})(?:了|的|数|量|用户|人数|是|有|共|总共|才|就|约)*\s*{number}",
    ]
    for pattern in beside:
        found = re.search(pattern, said)
        if found:
            return Decimal(found[1]) * _SCALE[found[2]]
    return None


def _damages(said: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """Punitive damages on a price: three times, at least 500 (消法55); food ten, at least 1000."""
    price = amount_in(said)
    if price is None or "赔" not in said or not re.search(r"假|冒|欺诈|高仿|食品|吃", said):
        return None
    source = _passage(hits, r"赔?价?款?三倍.*500元")
    if source is None:
        return None
    text = f"一般商品欺诈的法定增加赔偿：{shown_raw(price)}元 × 3 = {shown_raw(price * 3)}元"
    text += "，不足500元按500元，即500元。" if price * 3 < 500 else "。"
    return Sum(text, (source,))


def _fee(said: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """A rate of the guide on a sum of money."""
    money = amount_in(said)
    if money is None or not re.search(r"手续费|费率|抽|扣|到手|分账|几(块|毛|元)|收多少|费用|平台", said):
        return None
    rate = _rate(said, hits, library)
    if rate is None:
        return None
    low, high = _bounds(rate.value)
    fees = [money * share / 100 for share in (low, high)]
    fee = _span(fees, "元")
    text = f"{rate.row}手续费：{shown_raw(money)}元 × {rate.value} = {fee}"
    if "到手" in said or "到账" in said:
        text += f"，到手{shown_raw(money)}元 - {fee} = {_span([money - f for f in reversed(fees)], '元')}"
    notes = library.corrections(rate)
    return Sum(f"{text}。" + "".join(note.text for note in notes), (rate, *notes))


def _rate(said: str, hits: Sequence[Hit], library: Library) -> Passage | None:
    """The rate cell of the way of paying that is named; else of the first row, the usual way."""
    for hit in hits:
        cells = library.table(hit.passage) if hit.passage.table else ()
        rates = [c for c in cells if re.fullmatch(r"[\d.%-]+%", plain(c.value)) and "费" in c.column]
        if rates:
            rows, _ = Grid(cells, library.synonyms).named(said.split(" ")[-1])
            rows = rows or Grid(cells, library.synonyms).named(said)[0]
            return next((c for c in rates if c.row in rows), rates[0])
    return None


def _years(said: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """A yearly price times the years."""
    years = re.search(r"(\d{1,2})\s*年(?!级)", said)
    if not years or int(years[1]) < 2:
        return None
    for hit in hits[:8]:
        value = plain(hit.passage.value or hit.passage.text)
        price = re.search(r"(\d+(?:\.\d+)?万?(?:-\d+(?:\.\d+)?万?)?)元?/年", value)
        if price or "年" in hit.passage.column + hit.passage.row:
            spec = price[1] if price else value
            bounds = _RANGE.match(spec)
            if bounds:
                return _times(hit.passage, spec, bounds, int(years[1]), library)
    return None


def _times(source: Passage, spec: str, bounds: re.Match[str], years: int, library: Library) -> Sum:
    low = Decimal(bounds[1]) * (10_000 if bounds[2] else 1)
    high = Decimal(bounds[3] or bounds[1]) * (10_000 if bounds[4] or (bounds[2] and not bounds[3]) else 1)
    total = _span([low * years, high * years], "元")
    unit = "" if spec.endswith("元") else "元"
    text = f"{spec}{unit}/年 × {years}年 = {total}。"
    notes = library.corrections(source)
    return Sum(text + "".join(note.text for note in notes), (source, *notes))


def _total(said: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """Two or more shares of one column added up."""
    if not re.search(r"加|合(起来|计|共)?|一共|总共|总和|一起占", said):
        return None
    for hit in hits:
        if not hit.passage.table:
            continue
        grid = grid_around(hit.passage, library)
        rows, _ = grid.named(said)
        cells = [c for c in grid.cells if c.row in rows and re.fullmatch(r"\d+(\.\d+)?%", c.value)]
        if len(cells) > 1:
            total = sum((Decimal(c.value[:-1]) for c in cells), Decimal(0))
            told = " + ".join(c.value for c in cells)
            names = "和".join(c.row for c in cells)
            return Sum(f"{names}合计{told} = {shown(total)}%。", tuple(cells))
    return None


def _share(said: str, hits: Sequence[Hit], library: Library, today: date) -> Sum | None:
    """One number of the message spread over another (“5000单摊到2000个团长头上”)."""
    if not re.search(r"摊|平均|人均|每(人|个|单|天)|一?1?(人|个)(一天)?几", said):
        return None
    numbers = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", said)]
    known = [h.passage for h in hits[:6] if any(shown_raw(n) in plain(h.passage.text) for n in numbers)]
    big = [n for n in numbers if n > 10]
    if len(big) != 2 or not known or not min(big):
        return None
    value = shown(max(big) / min(big))
    unit = "单" if "单" in said else ""
    text = f"平均{shown_raw(max(big))}{unit} ÷ {shown_raw(min(big))} = {value}{unit}。"
    return Sum(text, tuple(known[:2]))


def _passage(hits: Sequence[Hit], pattern: str) -> Passage | None:
    return next((h.passage for h in hits if re.search(pattern, plain(h.passage.text))), None)


def _bounds(rate: str) -> tuple[Decimal, Decimal]:
    found = [Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", rate)]
    return found[0], found[-1]


def _span(values: Sequence[Decimal], unit: str) -> str:
    low, high = (shown(value) for value in (values[0], values[-1]))
    return f"{low}{unit}" if low == high else f"{low}-{high}{unit}"
