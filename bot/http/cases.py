"""For operators and integrators: after-sale cases, their proof, and acts on them."""

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from bot.case_operations import Asked, CaseDesk
from bot.case_store import CaseRows
from bot.cases import CaseFile
from bot.delivery.deciding import Deciding
from bot.errors import BadInput, Forbidden, NotFound, TooLarge
from bot.http.parts import House, Operating, Operator, Parts
from bot.messages import TEXT_LIMIT, clean
from bot.policy_store import PolicyRows
from handlers.customer.evaluate import Asked as Question
from handlers.rules.case import Application
from handlers.rules.case_facts import case_facts, cases_of, with_refunds
from handlers.rules.explain import explain
from handlers.rules.replay import RulesChangedError, read_request, record, replay
from knowledge.rules.faults import ContentFaultsError

router = APIRouter(prefix="/api/cases", tags=["cases"])

ACTING = frozenset({"owner", "manager", "clerk", "command line"})
"""Roles that may decide cases; every key may read those of its shop."""

CaseId = Annotated[str, Path(min_length=1, max_length=128)]
ActName = Literal["approve", "reject", "confirm_receipt", "refund", "request_evidence", "close"]
Result = TypeVar("Result")


class NewCase(BaseModel):
    """An after-sale that staff file for a buyer. `facts` beat what `text` says."""

    order_no: Annotated[str, Field(min_length=1, max_length=64)]
    shop: Annotated[str, Field(max_length=128)] | None = None
    text: str | None = None
    facts: dict[str, Any] | None = None


class CaseAct(BaseModel):
    """`expected_version`: the version that was read; a newer one answers 409 with what changed."""

    expected_version: Annotated[int, Field(ge=0, le=2**31)]
    reason: Annotated[str, Field(max_length=500)] | None = None


@router.get("")
async def list_cases(
    house: House,
    who: Operating,
    shop: Annotated[str | None, Query(max_length=128)] = None,
    status: Annotated[str, Query(max_length=64, pattern=r"^[A-Z_]*$")] = "",
    order_no: Annotated[str, Query(max_length=64)] = "",
    after: Annotated[str | None, Query(max_length=20, pattern=r"^[0-9]{0,15}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Newest first; `next` continues where this page ends."""
    name = who.for_shop(clean(shop) if shop is not None else None)
    rows, place = CaseRows(house.store), int(after or 0)
    found = await asyncio.to_thread(rows.listed, name, status, place, limit + 1, clean(order_no))
    page = found[:limit]
    more = str(page[-1][0]) if len(found) > limit else None
    return {"items": [case.to_json() for _, case in page], "next": more}


@router.post("", status_code=201)
async def open_one(house: House, who: Operating, asked: NewCase) -> dict[str, Any]:
    """Decide by the rules and open the case. Nothing is opened from a refusal or a question."""
    may_act(who)
    shop = who.for_shop(clean(asked.shop) if asked.shop is not None else None)
    order = await house.orders.by_number(shop, clean(asked.order_no))
    if order is None:
        raise NotFound("没有这个订单")
    if len(asked.text or "") > TEXT_LIMIT:
        raise TooLarge(f"文字最多 {TEXT_LIMIT} 字")
    earlier = await CaseRows(house.store).of_order(shop, order.order_no)
    order = with_refunds(order, earlier)
    stored = await asyncio.to_thread(PolicyRows(house.store).current, shop)
    policy = house.aftersales.policy(stored.policy if stored else None)
    text, now = clean(asked.text or ""), house.clock()
    question = Question(order.to_json(), now, text, _with_cases(asked.facts, earlier, now))
    request = await asyncio.to_thread(_sound, lambda: house.aftersales.request(question, policy))
    decision = house.aftersales.decide(request)
    application = Application(
        uuid.uuid4().hex, shop, order.order_no, order.buyer, None, decision,
        record(request, decision),
    )  # fmt: skip
    desk = CaseDesk(CaseRows(house.store))
    case = await asyncio.to_thread(desk.open, application, earlier, name_of(who), now)
    return case.to_json()


@router.get("/{case_id}")
async def get_case(house: House, who: Operating, case_id: CaseId) -> dict[str, Any]:
    """The case with its whole history."""
    return (await _case(house, who, case_id)).to_json()


@router.get("/{case_id}/explain")
async def explain_case(house: House, who: Operating, case_id: CaseId) -> dict[str, Any]:
    """The stored decision, computed again: `identical` when every byte is the same.

    `lines` tell it in words. Where the rules have changed since, `identical` is null and
    `rules_changed` says from which version to which.
    """
    case = await _case(house, who, case_id)
    return await asyncio.to_thread(_explained, house, case)


@router.post("/{case_id}/{act}")
async def act_on(
    house: House, who: Operating, case_id: CaseId, act: ActName, asked: CaseAct
) -> dict[str, Any]:
    """One act. 409 with what changed when the version is old, or when it is not possible now."""
    may_act(who)
    wanted = Asked(
        clean(case_id), act, asked.expected_version, name_of(who), clean(asked.reason or "")
    )
    deciding = Deciding(house.store, house.clock, house.outside.desks, house.worker.nudge)
    return (await deciding.act(wanted, who.shop)).to_json()


async def _case(house: Parts, who: Operator, case_id: str) -> CaseFile:
    desk = CaseDesk(CaseRows(house.store))
    return await asyncio.to_thread(desk.get, clean(case_id), who.shop)


def _explained(house: Parts, case: CaseFile) -> dict[str, Any]:
    rules, stored = house.aftersales.rules, json.loads(case.record)
    told = {
        "case_id": case.id,
        "recorded": case.record,
        "lines": list(explain(rules, read_request(rules, stored))),
        "decision": dict(case.decision),
    }
    try:
        again = replay(rules, case.record)
    except RulesChangedError as changed:
        return {**told, "replayed": None, "identical": None, "rules_changed": str(changed)}
    same = again == case.record and stored["decision"] == dict(case.decision)
    return {**told, "replayed": again, "identical": same, "rules_changed": None}


def _with_cases(facts: Mapping[str, Any] | None, earlier: Any, now: Any) -> dict[str, Any]:
    """What the order's cases tell, under what staff state."""
    titles = [facts["item"]] if facts and isinstance(facts.get("item"), str) else None
    return {**case_facts(cases_of(earlier, titles), now), **(facts or {})}


def _sound(call: Callable[[], Result]) -> Result:
    try:
        return call()
    except ContentFaultsError as error:
        faults = tuple(str(fault) for fault in error.faults)
        raise BadInput(f"订单或事实有不对的地方：共 {len(faults)} 处", faults) from error


def name_of(who: Operator) -> str:
    """Who acts, as histories tell it."""
    return f"operator:{who.role}@{who.shop or '*'}"


def may_act(who: Operator) -> None:
    """Raises Forbidden for keys that may only read."""
    if who.role not in ACTING:
        raise Forbidden("这把钥匙只能查看，不能处理售后单")
