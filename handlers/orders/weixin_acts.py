"""What an operator decides on a 微信小店 after-sale, carried out there. Money moves here."""

from __future__ import annotations

from bot.cases import CaseFile
from bot.errors import KaidianError
from handlers.orders.weixin_aftersales import AfterSale, WeixinAfterSales


class NotByApi(KaidianError):
    """The platform offers no call for this; it is done in its own console."""

    code = "not_possible_here"
    status = 409


async def carry_out(
    desk: WeixinAfterSales, case: CaseFile, act: str, reason: str
) -> AfterSale | None:
    """The after-sale as it stands after the act; None where the platform need not know.

    Raises WeixinError with the platform's reason, OrdersUnavailable, and NotByApi.
    """
    number = str(case.platform_id)
    if act == "confirm_receipt":
        return None
    if act == "approve":
        await desk.accept(number, pay=case.type == "refund_only")
    elif act == "refund":
        await desk.accept(number, pay=True)
    elif act == "reject":
        await desk.reject(number, await desk.refusal(), reason)
    else:
        raise NotByApi("这一步请到微信小店后台操作，平台状态会自动同步过来")
    return await desk.read(number)
