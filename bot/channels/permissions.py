"""May this account do what we need of it? Asked with calls that change nothing.

agent/get, kf/account/list (p/94661), basics/info/get: documented. callback/check: documented.
Typing to nobody: a refusal of the person (40003) proves that the interface itself is open.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from bot.channels.accounts import Account
from bot.channels.api import Api
from bot.channels.base import Failed
from bot.channels.forms import Form
from bot.channels.official import TYPING
from bot.channels.told import told_failure
from bot.findings import Finding

_PAGE, _PAGES = 100, 20
_NOT_PERMITTED = (48001, 48002, 48004)


async def permissions(account: Account, api: Api) -> AsyncIterator[Finding]:
    """What the platform says about this account's rights."""
    for asked in _ASKED.get(account.kind, ()):
        yield await asked(account, api)


async def _agent(account: Account, api: Api) -> Finding:
    found = await api.get("cgi-bin/agent/get", {"agentid": account.text("agent_id")})
    if isinstance(found, Failed):
        return told_failure(found, "查不到这个应用")
    if found.number("close") == 1:
        return Finding("wrong", "应用在管理后台被停用了", "在应用详情里启用")
    return Finding("fine", f"应用“{found.text('name')}”能用，服务器 IP 可信")


async def _kf_account(account: Account, api: Api) -> Finding:
    wanted = account.text("open_kfid")
    for page in range(_PAGES):
        body = {"offset": page * _PAGE, "limit": _PAGE}
        found = await api.post("cgi-bin/kf/account/list", body)
        if isinstance(found, Failed):
            return told_failure(found, "查不到客服账号")
        rows = found.forms("account_list")
        mine = [row for row in rows if row.text("open_kfid") == wanted]
        if mine:
            return _managed(mine[0])
        if len(rows) < _PAGE:
            break
    return Finding(
        "wrong",
        "open_kfid 不在这个应用能看到的客服账号里",
        "核对 open_kfid；在微信客服后台把这个账号交给本应用的 API 管理",
    )


def _managed(row: Form) -> Finding:
    if row.given.get("manage_privilege") is False:
        do = "微信客服后台 → 通过 API 管理微信客服账号 → 企业内部开发 → 勾选这个账号"
        return Finding("wrong", f"客服账号“{row.text('name')}”没有交给 API 管理", do)
    return Finding("fine", f"客服账号“{row.text('name')}”能管，服务器 IP 可信")


async def _shop(_account: Account, api: Api) -> Finding:
    found = await api.get("channels/ec/basics/info/get")
    if isinstance(found, Failed):
        return told_failure(found, "查不到店铺")
    return Finding(
        "fine", f"凭证属于店铺“{found.form('info').text('nickname')}”，服务器 IP 在白名单"
    )


async def _push(account: Account, api: Api) -> Finding:
    if not account.flag("push"):
        return Finding("fine", "按账号文件不主动发消息，没有查客服消息权限")
    body = {"touser": "doctor", "command": "Typing"}
    found = await api.post(TYPING[account.kind], body)
    if isinstance(found, Failed) and (found.code in _NOT_PERMITTED or not found.code):
        return told_failure(found, "客服消息接口")
    return Finding("fine", "有客服消息权限，服务器 IP 在白名单")


async def _reached(_account: Account, api: Api) -> Finding:
    body = {"action": "all", "check_operator": "DEFAULT"}
    found = await api.post("cgi-bin/callback/check", body)
    if isinstance(found, Failed):
        return Finding("unsure", f"平台没有替我们探测回调地址：{found.receipt.detail}")
    lost = [row.text("package_loss") for row in found.forms("ping")]
    if not lost:
        return Finding("mind", "平台解析不了回调地址的域名", "在后台核对回调地址；查域名解析")
    if all(each == "0%" for each in lost):
        return Finding("fine", "平台能连到后台里填的回调地址")
    return Finding("mind", f"平台连回调地址会丢包（{'、'.join(lost)}）", "查服务器网络和防火墙")


_Ask = Callable[[Account, Api], Awaitable[Finding]]
_ASKED: Mapping[str, tuple[_Ask, ...]] = {
    "wecom": (_agent,),
    "kf": (_kf_account,),
    "commkf": (_shop,),
    "official": (_push, _reached),
    "miniprogram": (_push, _reached),
}
