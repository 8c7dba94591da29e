"""For integrators: texts checked, codes checked, deadlines, metrics and fees worked out."""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from bot.errors import BadInput, TooLarge
from bot.http.parts import House, Operating
from bot.intents.spelling import spelled
from bot.messages import TEXT_LIMIT
from handlers.rules.choices import choose
from handlers.rules.compliance import check
from handlers.rules.deadlines import resubmission, review
from handlers.rules.fees import charged
from handlers.rules.licences import look_up
from handlers.rules.metrics import diagnose
from handlers.rules.uscc import check_code
from knowledge.choices import Option

router = APIRouter(prefix="/api", tags=["tools"])

YEARS = range(2000, 2100)
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Code = Annotated[str, Path(max_length=200, description="统一社会信用代码；全角、空格、短横都可以")]
Goods = Annotated[str, Query(min_length=1, max_length=100, description="卖什么，如 坚果")]
Day = Annotated[date | None, Query(description="YYYY-MM-DD")]


class Text(BaseModel):
    """A title, a description, a promotion."""

    text: str


class Counts(BaseModel):
    """A shop's own numbers; what is left out is not judged."""

    visitors: Count | None = None
    orders: Count | None = None
    gmv_fen: Count | None = None
    repeat_buyers: Count | None = None
    buyers: Count | None = None
    industry: str | None = Field(default=None, max_length=100)


class Wanted(BaseModel):
    """What to choose (`marketing` or `logistics`), and what there is to say about the shop."""

    about: str = Field(max_length=40)
    situation: str | None = Field(default=None, max_length=400)


class Amount(BaseModel):
    """A sum that was paid; without `method` it is WeChat Pay."""

    amount_fen: Count
    method: str | None = Field(default=None, max_length=100)


@router.post("/compliance/check")
async def check_text(house: House, _who: Operating, asked: Text) -> dict[str, Any]:
    """What the rules of advertising say; spans are code points of the text, end exclusive."""
    if len(asked.text) > TEXT_LIMIT:
        raise TooLarge(f"文字最多 {TEXT_LIMIT} 字")
    look = house.heard.check if house.heard else check
    checked = await asyncio.to_thread(look, asked.text, house.checks.advertising)
    return checked.to_json()


@router.get("/tools/uscc/{code}")
async def uscc(_who: Operating, code: Code) -> dict[str, Any]:
    """Whether the code is well formed, and if not, which part is wrong."""
    found = check_code(code)
    return {"valid": found.valid, "normalized": found.normalized, "reason": found.reason}


@router.get("/tools/deadline")
async def deadline(
    house: House, _who: Operating, rejected_on: Day = None, submitted_on: Day = None
) -> dict[str, Any]:
    """Until when to hand in again after a rejection; when a review ends (`submitted_on`)."""
    days = [day for day in (rejected_on, submitted_on) if day]
    if not days:
        raise BadInput("请写明 rejected_on（驳回日）或 submitted_on（提交日）")
    if any(day.year not in YEARS for day in days):
        raise BadInput(f"日期要在 {YEARS[0]} 到 {YEARS[-1]} 年之间")
    terms = house.checks.figures.deadlines
    told: dict[str, Any] = {}
    if rejected_on:
        told.update(resubmission(rejected_on, house.clock().date(), terms).to_json())
    if submitted_on:
        told["review"] = review(submitted_on, terms).to_json()
    return told


@router.get("/tools/licences")
async def licences(house: House, _who: Operating, goods: Goods) -> dict[str, Any]:
    """Which papers goods need; `nearest` where the launch data do not know them."""
    said = spelled(goods)
    found = look_up(house.launch, said, said)
    category = found.category
    return {
        "known": category is not None,
        "category": {"id": category.id, "label": category.label} if category else None,
        "licences": [{"name": paper.name, "when": paper.when} for paper in found.papers],
        "notes": list(category.notes) if category else [],
        "nearest": [{"id": near.id, "label": near.label} for near in found.nearest],
        "sources": [f"{link.title}：{link.section}" for link in category.links] if category else [],
    }


@router.post("/tools/choices")
async def choices(house: House, _who: Operating, wanted: Wanted) -> dict[str, Any]:
    """Which marketing tool or way to send goods; `never` rewards sharing and is not to be used."""
    known = {choice.id: choice for choice in house.choices}
    if wanted.about not in known:
        raise BadInput("about 写不对，可选的见 details", tuple(known))
    found = choose(spelled(wanted.situation or ""), known[wanted.about])
    return {
        "advised": [_option(option) for option in found.advised],
        "others": [_option(option) for option in found.others],
        "never": [{"label": option.label, "why": option.only} for option in found.choice.never],
        "sources": [f"{link.title}：{link.section}" for link in found.links],
    }


def _option(option: Option) -> dict[str, str]:
    return {
        "id": option.id, "label": option.label, "fits": option.fits,
        "figures": option.figures, "warning": option.warns,
    }  # fmt: skip


@router.post("/tools/metrics")
async def metrics(house: House, _who: Operating, counts: Counts) -> dict[str, Any]:
    """Own figures against the lines of both guides; `missing` names what a metric still lacks."""
    given = counts.model_dump(exclude={"industry"})
    known = house.checks.figures.metrics
    found = diagnose(given, counts.industry or "", known)
    lacking = {
        metric.name: [name for name in (metric.over, metric.under) if not given.get(name)]
        for metric in known
        if metric.id not in {each.metric.id for each in found}
    }
    return {"findings": [each.to_json() for each in found], "missing": lacking}


@router.post("/tools/fees")
async def fees(house: House, _who: Operating, amount: Amount) -> dict[str, Any]:
    """Fees from–to in fen with their sources, when the money comes, and what is not known."""
    figures = house.checks.figures
    found = charged(amount.amount_fen, amount.method or "", figures)
    if not found:
        known = tuple(f"{method.id}（{method.names[0]}）" for method in figures.methods)
        raise BadInput("没有这种收款方式的费率，可选的见 details", known)
    return {
        "items": [each.to_json() for each in found],
        "notes": [{"text": each.text, "source": each.source} for each in figures.notes],
        "settlement": [{"text": each.text, "source": each.source} for each in figures.settlement],
    }
