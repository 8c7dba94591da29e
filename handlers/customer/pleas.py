"""What only presses for a yes (点个通过, 通融一下, 红包给你) tells nothing of the goods (pure)."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.customer.hearing import Heard

_PRESSES = (
    "点(?:个|一下|下)?(?:通过|同意|批准|就行|就好)|(?:给|帮)(?:我)?(?:点个?)?通过|悄悄|偷偷(?:地)?(?:点|批|给|退)|"
    "神不知鬼不觉|没人(?:会)?知道|发?你?[0-9一二两三五百千]*(?:块|元)?红包|分你|好处费?|特批|放行|通融|"
    "开个?后门|走个?后门|请你(?:喝|吃)|网开一面|行个?方便|批了|审核通过|帮个?忙|求求?你|同意(?:了|处理|办)|按(?:同意|通过|流程|通知)(?:处理|办)?|工单|审批"
)
_PLEA = re.compile(rf"[^ ，。,.!！?？\n]*(?:{_PRESSES})[^ ，。,.!！?？\n]*")


def without_pleas(heard: Heard) -> Heard:
    """The same without clauses that only press; lines stay lines."""
    if not _PLEA.search(heard.text):
        return heard
    said = tuple(_PLEA.sub(" ", line) for line in heard.said)
    return replace(heard, text=_PLEA.sub(" ", heard.text), said=said)
