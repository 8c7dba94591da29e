"""What a cheated or harmed buyer may claim."""

import re

from handlers.merchant.figures.case import Case, Sum, money_in, shown


def damages(case: Case) -> Sum | None:
    """Fraud: three times the price, at least 500 yuan (消法第55条)."""
    if not re.search(r"假|冒|欺诈|高仿|骗|虚假", case.said):
        return None
    return _multiplied(case, r"三倍.{0,8}500元", 3, 500, "一般商品欺诈的法定增加赔偿")


def food_damages(case: Case) -> Sum | None:
    """Food below the safety standard: ten times, at least 1000 yuan (食品安全法第148条)."""
    if not re.search(r"食品|吃的|过期|变质|零食|奶粉|不合格|不安全", case.said):
        return None
    return _multiplied(case, r"十倍.{0,16}1000元", 10, 1000, "不合安全标准的食品，法定增加赔偿")


def _multiplied(case: Case, pattern: str, times: int, least: int, label: str) -> Sum | None:
    price = money_in(case.said) if re.search(r"赔|倍", case.said) else None
    source = case.passage(pattern) if price else None
    if price is None or source is None:
        return None
    total = price.yuan * times
    text = f"{label}：{price.written} × {times} = {shown(total)}元"
    if total < least:
        text += f"，不足{least}元按{least}元赔"
    return Sum(f"{text}。", (source,))
