"""The last day of a term that the guide names."""

import re
from datetime import date, timedelta

from handlers.merchant.figures.case import Case, Sum


def deadline(case: Case) -> Sum | None:
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
