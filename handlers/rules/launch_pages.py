"""A plan as the JSON of `GET /api/plan` and as a summary that fits one message. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.rules.launch import Plan, PlannedStep, Range
from handlers.rules.launch_dates import resubmit, spoken
from handlers.rules.launch_profile import Profile, goods_of
from knowledge.launch.shapes import LaunchBook

SUMMARY_BYTES = 2048
"""The shortest message that a channel carries (WeChat customer messages), in bytes of UTF-8."""
STATES = {"done": "已办好", "next": "现在做", "blocked": "卡住", "later": "排着", "skipped": "跳过"}


def plan_json(
    book: LaunchBook, profile: Profile, found: Plan, today: date, url: str
) -> dict[str, Any]:
    """The body of `GET /api/plan` (api.md); a bound that nobody knows is null."""
    return {
        "profile": profile_json(book, profile),
        "route": found.route.id,
        "route_label": found.route.label,
        "route_reason": found.route_reason,
        "mode": {
            "id": found.mode.id,
            "label": found.mode.label,
            "reason": "；".join(found.reasons),
        },
        "steps": [_step_json(step) for step in found.steps],
        "missing": list(found.missing),
        "timeline": [
            {
                "step": s.step,
                "from": s.start.isoformat(),
                "to": s.latest.isoformat() if s.latest else None,
                "soonest": s.soonest.isoformat() if s.latest else None,
            }
            for s in found.timeline
        ],
        "costs": {
            "once_fen": list(found.once),
            "yearly_fen": list(found.yearly),
            "unknown": list(found.unpriced),
        },
        "warnings": list(found.warnings),
        "resubmit": _resubmit(book, profile, today),
        "plan_url": url,
    }


def _resubmit(book: LaunchBook, profile: Profile, today: date) -> dict[str, Any] | None:
    """Until when a rejected submission may come again, by the guide's own figure."""
    if not profile.rejected_on:
        return None
    due = resubmit(profile.rejected_on, today, book.resubmit_days)
    return {
        "rejected_on": due.rejected_on.isoformat(),
        "until": f"{due.until}T24:00",
        "days_left": due.left,
    }


def profile_json(book: LaunchBook, profile: Profile) -> dict[str, Any]:
    """What was said, by slot, with what people called it."""
    return {**profile.values, **{f"{k}_said": v for k, v in profile.said.items()}}


def _step_json(one: PlannedStep) -> dict[str, Any]:
    step = one.step
    return {
        "id": step.id,
        "title": one.title,
        "status": one.state,
        "documents": list(step.documents),
        "fee_fen": _fees(one),
        "days": [step.days.least, step.days.most] if step.days else [None, None],
        "days_unit": step.days.unit if step.days else None,
        "blockers": list(one.blockers),
        "notes": list(one.notes),
        "checks": list(step.checks),
        "guide": [f"{link.title}：{link.section}" for link in step.links],
    }


def _fees(one: PlannedStep) -> list[int | None]:
    priced = [fee for fee in one.fees if not fee.unknown]
    if not priced:
        return [None, None] if one.fees else [0, 0]
    most = None if any(f.most is None for f in priced) else sum(f.most or 0 for f in priced)
    return [sum(f.least for f in priced), most]


def yuan(fen: Range) -> str:
    """300元, 1万–5万元, 5万元以上."""
    low, high = fen
    if high is None:
        return f"{_short(low)}元以上"
    if low == high:
        return f"{_short(low)}元"
    return f"{_short(low)}–{_short(high)}元"


def _short(fen: int) -> str:
    # 10,300 元 stays as it is: 1.03万 reads like a guess.
    return f"{fen // 1_000_000}万" if fen and fen % 1_000_000 == 0 else f"{fen / 100:g}"


def known(book: LaunchBook, profile: Profile) -> list[str]:
    """What was said, in short words: 个体户、预包装坚果、约30个品、没有技术团队."""
    found = [told(book, profile, name) for name in book.slots]
    return [text for text in found if text]


def told(book: LaunchBook, profile: Profile, name: str) -> str:
    """One slot of the profile in words; '' while unknown."""
    value, slot = profile.values.get(name), book.slots[name]
    if value is None:
        scope = profile.said.get("scope", "") if name == "scope_ok" else ""
        return f"执照写的{scope}" if scope else ""
    if name == "category":
        form = book.slots["form"].labels.get(str(profile.values.get("form", "")), "")
        return f"卖{form}{goods_of(book, profile)}"
    if name == "form":
        return "" if "category" in profile.values else slot.labels[str(value)]
    if name == "count":
        return f"约{profile.said.get('count') or value}个品"
    if name == "budget" and value == 0:
        return "没有预算"
    if name == "wish":
        return f"想走{slot.labels[str(value)]}"
    if slot.label.startswith("已有"):
        return slot.label if value == "yes" else f"没有{slot.label[2:]}"
    if name == "budget":
        return f"一年{profile.said.get('budget') or f'{value}元'}预算"
    if name == "stores":
        return f"{value}家门店"
    if name == "scope_ok":
        return "经营范围已包含" if value == "yes" else "经营范围没包含"
    if name in ("virtual", "imported", "cross_border", "selfmade"):
        return slot.label if value == "yes" else ""
    if slot.labels:
        return slot.labels.get(str(value), str(value))
    return (
        f"{'有' if value == 'yes' else '没有'}{slot.label}"
        if not slot.wish
        else (f"要{slot.label}" if value == "yes" else f"不要{slot.label}")
    )


def summary(book: LaunchBook, profile: Profile, found: Plan, limit: int = SUMMARY_BYTES) -> str:
    """The plan to forward, within `limit` bytes of UTF-8; what does not fit is left out."""
    lines = _lines(book, profile, found)
    text = lines[0]
    for line in lines[1:]:
        if len(f"{text}\n{line}".encode()) > limit:
            break
        text = f"{text}\n{line}"
    return (
        text
        if len(text.encode()) <= limit
        else text.encode()[: limit - 3].decode(errors="ignore") + "…"
    )


def _lines(book: LaunchBook, profile: Profile, found: Plan) -> list[str]:
    soon, late = found.live
    papers = "（按证照今天就齐算，办证几天资料没写）" if found.waits_for_papers else ""
    todo = " → ".join(s.short for s in found.next_steps[:9])
    lines = [
        f"开店计划：{'、'.join(known(book, profile)) or '还没说情况'}",
        f"走{found.route.label}：{found.route_reason}",
        f"做法：{found.mode.label}",
        *(f"· {reason}" for reason in found.reasons),
        *(f"⚠ {warning}" for warning in found.warnings),
        f"现在先做：{todo or '都办好了'}",
        f"还差{len(found.missing)}样：{'；'.join(found.missing) or '没有'}",
        f"时间：最早{spoken(soon)}，最晚按{spoken(late)}打算{papers}",
        f"费用：{costs(found)}",
    ]
    lines += [
        f"{step.short}要：{'、'.join(step.step.documents)}"
        for step in found.steps
        if step.step.main and step.step.documents and step.state not in ("done", "skipped")
    ]
    return lines


def costs(found: Plan) -> str:
    """What it costs in one line: once, yearly, and what only the platform's pages tell."""
    parts = []
    if found.once != (0, 0):
        parts.append(f"一次性{yuan(found.once)}")
    if found.yearly != (0, 0):
        parts.append(f"每年{yuan(found.yearly)}")
    unknown = [one.partition("：")[0] for one in found.unpriced]
    if unknown:
        parts.append(f"{'另有' if parts else ''}{'、'.join(unknown)}")
    if any("保证金" in name for name in unknown):
        parts.append("保证金和佣金按类目，后台可查")
    return "；".join(parts) or "没有要付的"


def circled(n: int) -> str:
    """①②③…"""
    return chr(0x2460 + n)
