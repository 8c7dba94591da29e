"""For operators and integrators: after-sales decisions and the policies they follow."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, Field

from bot.clock import in_shanghai
from bot.errors import BadInput, NotFound, TooLarge
from bot.http.parts import House, Operating, Operator, Parts
from bot.messages import TEXT_LIMIT, clean
from bot.policy_store import PolicyRows, PolicyVersion
from handlers.customer.evaluate import Asked
from handlers.rules.decision import Decision
from knowledge.policies import Policy
from knowledge.rules.faults import ContentFaultsError

router = APIRouter(prefix="/api", tags=["aftersales"])

YEARS = range(2000, 2100)
LINES = 200
"""Lines that an order may have here; no shop's order comes near."""

TRIED = 50
"""Requests that one simulation may try."""

_STAMP = ("version", "by", "at")
Result = TypeVar("Result")
ShopName = Annotated[str, Path(min_length=1, max_length=128)]
PolicyBody = Annotated[
    dict[str, Any],
    Body(description="the values of the policy; what is left out takes its default"),
]


class Case(BaseModel):
    """What to decide. `facts` beat what `text` says; without `now` it is now."""

    order: dict[str, Any]
    text: str | None = None
    facts: dict[str, Any] | None = None
    now: datetime | None = None
    requester: str | None = Field(default=None, max_length=200)


class Evaluate(Case):
    """`shop`: whose policy; without it the key's own shop's, or the defaults."""

    shop: str | None = Field(default=None, max_length=128)


class Simulate(BaseModel, extra="allow"):
    """A policy to try: under `policy`, or its values bare. `requests` are decided under both."""

    policy: dict[str, Any] | None = None
    requests: list[Case] = Field(default=[], max_length=TRIED)

    @property
    def written(self) -> dict[str, Any]:
        """The policy's values."""
        return (self.model_extra or {}) if self.policy is None else self.policy


@router.post("/aftersales/evaluate")
async def evaluate(house: House, who: Operating, asked: Evaluate) -> dict[str, Any]:
    """The decision with its proof. Pure: nothing is opened, sent or stored."""
    shop = await _shop(house, who, asked.shop)
    policy, _ = await asyncio.to_thread(_policy, house, shop)
    case = _asked(house, asked)
    decision = await asyncio.to_thread(_decide, house, case, policy)
    return decision.to_json()


@router.get("/policies/{shop}")
async def get_policy(house: House, who: Operating, shop: ShopName) -> dict[str, Any]:
    """The shop's policy, with its version, who set it and when; version 0 are the defaults."""
    name = await _shop(house, who, shop)
    policy, version = await asyncio.to_thread(_policy, house, name)
    return _stamped(policy, version)


@router.get("/policies/{shop}/history")
async def policy_history(
    house: House, who: Operating, shop: ShopName, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """Every version, newest first."""
    name = await _shop(house, who, shop)
    found = await asyncio.to_thread(PolicyRows(house.store).history, name, limit)
    return {"items": [{**each.policy, **_stamp(each)} for each in found], "next": None}


@router.put("/policies/{shop}")
async def put_policy(
    house: House, who: Operating, shop: ShopName, written: PolicyBody
) -> dict[str, Any]:
    """Set the policy. Harsher than the law anywhere: 422, with an input that shows it.

    `version`, if given, must be the one that was read: 409 when somebody changed it since.
    """
    name, expected = await _shop(house, who, shop), written.get("version")
    if expected is not None and type(expected) is not int:
        raise BadInput("version 应当是读到的版本号")
    raw = {key: value for key, value in written.items() if key not in _STAMP}
    policy = await asyncio.to_thread(_sound, lambda: house.aftersales.accept(raw), "这份政策不能用")
    rows, by = PolicyRows(house.store), f"{who.role}@{who.shop or '*'}"
    stored = await asyncio.to_thread(rows.put, name, policy.to_json(), by, house.clock(), expected)
    return _stamped(policy, stored)


@router.post("/policies/{shop}/simulate")
async def simulate(house: House, who: Operating, shop: ShopName, tried: Simulate) -> dict[str, Any]:
    """What would change: value by value, and for the given requests before and after.

    Nothing is stored. A policy that could not be saved is refused here in the same words.
    """
    name = await _shop(house, who, shop)
    raw = {key: value for key, value in tried.written.items() if key not in _STAMP}
    return await asyncio.to_thread(_simulate, house, name, raw, tried.requests)


def _simulate(
    house: Parts, shop: str, raw: Mapping[str, Any], requests: list[Case]
) -> dict[str, Any]:
    now, version = _policy(house, shop)
    then = _sound(lambda: house.aftersales.accept(raw), "这份政策不能用")
    cases = [_asked(house, case) for case in requests]
    pairs = [(_decide(house, case, now), _decide(house, case, then)) for case in cases]
    return {
        "ok": True,
        "version": version.version if version else 0,
        "changes": _changes(house, now, then),
        "decisions": [_pair(before, after) for before, after in pairs],
    }


def _pair(before: Decision, after: Decision) -> dict[str, Any]:
    old, new = before.to_json(), after.to_json()
    same = {**old, "policy_version": ""} == {**new, "policy_version": ""}
    return {"before": old, "after": new, "changed": not same}


def _changes(house: Parts, now: Policy, then: Policy) -> list[dict[str, Any]]:
    """The values that differ, and whether the change is kinder to the buyer."""
    specs, old, new = house.aftersales.book.policy.values, now.to_json(), then.to_json()
    return [
        {
            "value": name,
            "label": spec.label,
            "from": old[name],
            "to": new[name],
            "kinder": spec.rank(new[name]) > spec.rank(old[name]),
        }
        for name, spec in specs.items()
        if old[name] != new[name]
    ]


def _decide(house: Parts, asked: Asked, policy: Policy) -> Decision:
    return _sound(lambda: house.aftersales.evaluate(asked, policy), "订单或事实有不对的地方")


def _asked(house: Parts, case: Case) -> Asked:
    """The request with its moment and text checked. Raises TooLarge, BadInput."""
    text = case.text or ""
    if len(text) > TEXT_LIMIT:
        raise TooLarge(f"文字最多 {TEXT_LIMIT} 字")
    now = house.clock() if case.now is None else in_shanghai(case.now)
    if now.year not in YEARS:
        raise BadInput(f"now 应当是 {YEARS[0]}–{YEARS[-1]} 年的时间")
    items = case.order.get("items")
    if isinstance(items, list) and len(items) > LINES:
        raise BadInput(f"一张订单最多 {LINES} 行")
    return Asked(case.order, now, clean(text), case.facts, case.requester)


def _sound(call: Callable[[], Result], problem: str) -> Result:
    """What `call` returns. Raises BadInput with every fault that it found."""
    try:
        return call()
    except ContentFaultsError as error:
        faults = tuple(str(fault) for fault in error.faults)
        raise BadInput(f"{problem}：共 {len(faults)} 处，详见 details", faults) from error


def _policy(house: Parts, shop: str) -> tuple[Policy, PolicyVersion | None]:
    stored = PolicyRows(house.store).current(shop) if shop else None
    return house.aftersales.policy(stored.policy if stored else None), stored


def _stamped(policy: Policy, version: PolicyVersion | None) -> dict[str, Any]:
    return {**policy.to_json(), **_stamp(version)}


def _stamp(version: PolicyVersion | None) -> dict[str, Any]:
    if version is None:
        return {"version": 0, "by": None, "at": None}
    return {"version": version.version, "by": version.by, "at": version.at.isoformat()}


async def _shop(house: Parts, who: Operator, shop: str | None) -> str:
    """The shop to act for; '' where neither request nor key names one."""
    name = who.for_shop(clean(shop) if shop is not None else None)
    if name and await asyncio.to_thread(house.store.shop, name) is None:
        raise NotFound("没有这个店铺")
    return name
