"""A plan as a page for people: everything set as text, nothing that the browser would run. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from html import escape
from pathlib import Path
from string import Template

from handlers.rules.launch import Plan, PlannedStep
from handlers.rules.launch_dates import Stretch, calendar_known, resubmit, spoken
from handlers.rules.launch_pages import STATES, known, yuan
from handlers.rules.launch_profile import Profile
from knowledge.launch.shapes import Fee, LaunchBook

PAGE = Path(__file__).parent / "widget" / "plan.html"
PER = {"once": "一次性", "yearly": "每年", "sale": "按成交"}


def plan_page(
    book: LaunchBook, profile: Profile, found: Plan, shop: str, today: date, expires: datetime
) -> str:
    """The whole page as HTML."""
    facts = "、".join(known(book, profile)) or "还没说情况，回到聊天里说几样就有计划"
    checked = next((link.as_of for link in found.links), "")
    return Template(PAGE.read_text(encoding="utf-8")).substitute(
        shop=escape(shop),
        today=spoken(today),
        headline=escape(f"走{found.route.label}：{found.mode.label}"),
        facts=escape(facts),
        warnings="".join(
            _tag("p", text, "warn") for text in _warnings(book, profile, found, today)
        ),
        todo=_items(step.short for step in found.next_steps) or _tag("li", "步骤都办好了"),
        missing_title=f"还差 {len(found.missing)} 样" if found.missing else "不差什么",
        missing=_items(found.missing) or _tag("li", "要的都齐了"),
        costs=_costs(found),
        live=escape(_live(found)),
        timeline=_timeline(found),
        time_note=escape(_time_note(found)),
        reasons=_items((found.route_reason, *found.reasons, *_road(found))),
        steps="".join(_step(step) for step in found.steps),
        footer=escape(
            f"资料{checked}。费用和时限提交前以微信后台页面为准。"
            f"这页只读，{spoken(expires.date())}失效；要改，回聊天里说。"
        ),
    )


def _tag(name: str, text: str, kind: str = "") -> str:
    return f"<{name}{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>{escape(text)}</{name}>"


def _items(texts: Iterable[str]) -> str:
    return "".join(_tag("li", text) for text in texts)


def _warnings(book: LaunchBook, profile: Profile, found: Plan, today: date) -> list[str]:
    warnings = list(found.warnings)
    if profile.rejected_on:
        due = resubmit(profile.rejected_on, today, book.resubmit_days)
        left = f"还剩{due.left}天" if due.left >= 0 else "已过"
        warnings.append(
            f"驳回后重交期限：{spoken(due.until)}（{left}；指南写的7天，自然日，以后台通知为准）"
        )
    return warnings


def _road(found: Plan) -> list[str]:
    route = found.route
    return [f"主体：{route.subject}", f"备案：{route.filing}", f"流量：{route.traffic}"]


def _live(found: Plan) -> str:
    soonest, latest = found.live
    start = "证照今天就齐的话，" if found.waits_for_papers else ""
    return f"{start}最早{spoken(soonest)}，最晚按{spoken(latest)}打算"


def _time_note(found: Plan) -> str:
    notes = ["审核常见1–3天，官方上限7个工作日，结果不能保证；工作日按国家节假日安排算。"]
    if found.waits_for_papers:
        notes.append("办证几天，资料里没写，请问当地主管部门。")
    if not calendar_known(found.live[1]):
        notes.append("那一年的调休还没公布，先按周末和法定节假日算。")
    return "".join(notes)


def _timeline(found: Plan) -> str:
    titles = {step.step.id: step.short for step in found.steps}
    start = min((s.start for s in found.timeline), default=date.min)
    days = (
        max(((s.latest or s.soonest) - start).days for s in found.timeline) if found.timeline else 0
    )
    return "".join(_row(titles[s.step], s, start, max(days, 1)) for s in found.timeline)


def _row(title: str, stretch: Stretch, start: date, days: int) -> str:
    name = _tag("span", title)
    if stretch.latest is None:
        unknown = _tag("span", "几天没写", "dates")
        return f'<div class="row">{name}<span class="track"></span>{unknown}</div>'
    left = 100 * (stretch.start - start).days / days
    width = 100 * (stretch.latest - stretch.start).days / days
    place = f"left:{left:.1f}%;width:{width:.1f}%"
    bar = f'<span class="track"><span class="bar" style="{place}"></span></span>'
    dates = f"{spoken(stretch.start)}–{spoken(stretch.latest)}"
    return f'<div class="row">{name}{bar}{_tag("span", dates, "dates")}</div>'


def _costs(found: Plan) -> str:
    rows = []
    unpriced = [one.partition("：") for one in found.unpriced]
    if found.once != (0, 0):
        rows.append(_figure("一次性", yuan(found.once)))
    if found.yearly != (0, 0):
        rows.append(_figure("每年", yuan(found.yearly)))
    rows += [_figure(name, where, plain=True) for name, _, where in unpriced]
    return "".join(rows)


def _figure(name: str, value: str, plain: bool = False) -> str:
    return f"<div>{_tag('dt', name)}{_tag('dd', value, 'plain' if plain else '')}</div>"


def _step(one: PlannedStep) -> str:
    step = one.step
    lines = [f'<span class="state {one.state}">{STATES[one.state]}</span>', _tag("h3", one.title)]
    lines += [_tag("p", text, "block") for text in one.blockers if one.state == "blocked"]
    lines += [_tag("p", f"材料：{'、'.join(step.documents)}")] if step.documents else []
    lines += [_tag("p", f"费用：{_fee(fee)}") for fee in one.fees]
    lines += [_tag("p", f"{text}。") for text in one.notes]
    lines += [_tag("p", f"核一遍：{'；'.join(step.checks)}")] if step.checks else []
    sources = dict.fromkeys(f"{link.section}（{link.as_of}）" for link in step.links)
    lines.append(_tag("p", f"出处：{'；'.join(sources)}", "source"))
    return f"<li>{''.join(lines)}</li>"


def _fee(fee: Fee) -> str:
    return f"{fee.name}，{fee.unknown or f'{PER[fee.per]}{yuan((fee.least, fee.most))}'}"
