"""Figures of one run, and how they are shown: as lines, as a Markdown table, as a bar chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

BAR, GAP, LABEL, WIDTH = 18, 10, 190, 420


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing with its named values."""

    name: str
    values: Mapping[str, float]


def lines(figures: Sequence[Figure]) -> str:
    """For a terminal."""
    told = [
        f"  {figure.name:34}" + "  ".join(f"{k} {shown(v)}" for k, v in figure.values.items())
        for figure in figures
    ]
    return "\n".join(told)


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table; figures with the same names share it."""
    names = list(dict.fromkeys(name for figure in figures for name in figure.values))
    rows = [["", *names], ["---", *["---:"] * len(names)]]
    rows += [
        [f.name, *(shown(f.values[n]) if n in f.values else "" for n in names)] for f in figures
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def shown(value: float) -> str:
    """Three digits that matter."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def bars(title: str, figures: Sequence[Figure], value: str) -> str:
    """An SVG of horizontal bars of one value between 0 and 1, readable on light and dark pages."""
    height = 40 + len(figures) * (BAR + GAP)
    drawn = [_bar(place, figure.name, figure.values[value]) for place, figure in enumerate(figures)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL + WIDTH + 60} {height}" '
        'font-family="sans-serif" font-size="13" fill="#6b7280">'
    )
    heading = f'<text x="0" y="18" font-weight="bold">{escape(title)}</text>'
    return "\n".join([head, heading, *drawn, "</svg>"]) + "\n"


def _bar(place: int, name: str, value: float) -> str:
    top = 32 + place * (BAR + GAP)
    colour = "#07a35a" if place == 0 else "#9ca3af"
    length = value * WIDTH
    return (
        f'<text x="0" y="{top + 14}">{escape(name)}</text>'
        f'<rect x="{LABEL}" y="{top}" width="{length:.0f}" height="{BAR}" rx="3" '
        f'fill="{colour}"/>'
        f'<text x="{LABEL + length + 6:.0f}" y="{top + 14}">{value:.2f}</text>'
    )
