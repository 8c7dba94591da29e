"""Is an account set up as it must be? Without a network first, then what its platform says.

Nothing is sent to anybody and nothing is stored: only calls that read, or that are bound to fail in
a telling way.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from bot.channels.account_fields import NOT_CHANNELS, is_address
from bot.channels.accounts import Account, Directory
from bot.channels.api import Api
from bot.channels.base import FRESH, Failed, HttpChannel, NotGenuine
from bot.channels.forms import read_json
from bot.channels.permissions import permissions
from bot.channels.rehearsal import ECHO, Pair, address_check, pairs, sealed_event
from bot.channels.told import told_failure
from bot.findings import Finding
from bot.messages import Entrance

PATIENCE = httpx.Timeout(10.0, connect=5.0)
NAMES: Mapping[str, str] = {
    "weixin_shop": "微信小店订单和售后",
    "alert": "告警",
    "commkf": "微信小店自研客服",
    "kf": "微信客服",
    "official": "公众号",
    "miniprogram": "小程序",
    "wecom": "企业微信自建应用",
    "aibot": "企业微信智能机器人",
    "wechaty": "个人微信（wechaty）",
}
_FOR_STAFF = ("wecom", "aibot")
_CLOCK = timedelta(minutes=1)


def on_paper(account: Account, door: Entrance) -> Iterator[Finding]:
    """What the accounts file alone tells."""
    shape = (
        "字段齐全，格式正确"
        if account.kind in ("aibot", "wechaty", "alert")
        else "字段齐全，密钥格式正确"
    )
    yield Finding("fine", f"{shape}；入口 {door.name}，店铺 {door.shop}")
    if account.kind in _FOR_STAFF and door.audience == "customer":
        yield Finding("mind", "这个渠道只有本企业员工能用，入口却是给顾客的", "换成商家入口")
    if account.kind in ("commkf", "kf") and door.audience == "merchant":
        yield Finding("mind", "顾客会从这里进来，入口却是给商家的", "换成顾客入口")
    if account.kind == "wechaty":
        text = "微信没有给个人号开放接口，这个微信号可能被限制或永久封号"
        yield Finding("mind", text, "只用丢得起的号；正式服务顾客请用微信客服")
    values = account.values
    if values.get("mode") == "plain":
        yield Finding(
            "mind",
            "明文模式的签名不管正文，途中可以被改",
            "在后台改成安全模式，并把 mode 改成 secure",
        )
    if values.get("previous_token") or values.get("previous_aes_key"):
        yield Finding(
            "mind",
            "正在换密钥：新旧都认",
            "后台换好一天后，去掉 previous_token 和 previous_aes_key",
        )
    yield from for_staff(account)
    if values.get("push") is False or values.get("active") is False:
        yield Finding(
            "mind",
            "只能当场回复：每条消息答一次，之后的进展通知不到对方",
            "有主动发消息的权限就去掉这一项",
        )


def for_staff(account: Account) -> Iterator[Finding]:
    """Who may act from the phone, and who hears what cannot wait."""
    if account.kind not in _FOR_STAFF:
        return
    staff, told = account.several("staff"), account.several("alert")
    members = [each for each in told if not is_address(each)]
    if not staff:
        text = "没有写 staff：店员在这里只能问指南，不能接手会话、审售后"
        yield Finding("unsure", text, "要在手机上办事，就把店员的 userid 写进 staff")
    else:
        yield Finding("fine", f"{len(staff)} 名店员能在手机上接手会话、审售后")
    if account.kind == "wecom" and staff and not told:
        yield Finding("mind", "没有写 alert：等人工、待审核、快超时不会发到手机", "写上收提醒的人")
    unable = [each for each in members if each not in staff]
    if unable:
        text = f"{len(unable)} 个收提醒的人不在 staff 里，卡片上的按钮点了会被拒绝"
        yield Finding("mind", text, "让他们也办事就加进 staff")
    if told:
        text = "没有试发提醒：收的人要在应用可见范围里，群机器人的地址要没失效"
        yield Finding("unsure", text, "在网页聊天里发一次“人工”，看手机上有没有卡片")


def twice(directory: Directory) -> Iterator[Finding]:
    """Accounts that fight over one callback address at their platform."""
    owners: dict[str, str] = {}
    for account in directory.accounts:
        if account.kind in NOT_CHANNELS:
            continue  # what it is not pushed, it asks for
        app = str(account.values.get("app_id", ""))
        name = f"{account.kind}/{account.name}"
        if app and app in owners:
            yield Finding(
                "mind", f"{owners[app]} 和 {name} 是同一个 AppID，平台只推给一个地址", "留一个"
            )
        owners.setdefault(app, name)


def round_trip(account: Account, channel: HttpChannel, now: datetime) -> Iterator[Finding]:
    """Signed and sealed with its own keys, opened by the channel as a callback would be."""
    for pair in pairs(account):
        which = "旧密钥" if pair.old else "密钥"
        try:
            echo = channel.receive(address_check(account, pair, now)).answer.body
            if pair.key and account.values.get("mode") != "plain":
                channel.receive(sealed_event(account, pair, now))
        except NotGenuine as refusal:
            yield Finding("wrong", f"{which}签名自检没通过：{refusal.message}", "请反馈给开发者")
            continue
        fine = echo == ECHO.encode()
        text = "加密、签名、解密自检通过" if fine else "自检的回声不对"
        yield Finding("fine" if fine else "wrong", f"{which}{text}")
    yield Finding(
        "unsure", "平台后台填的 Token 和 EncodingAESKey 看不到，请对一眼与账号文件是否相同"
    )


async def at_the_platform(
    account: Account, api: Api, client: httpx.AsyncClient, now: datetime
) -> list[Finding]:
    """Clock, access token, trusted address and permissions, as the platform tells them."""
    base = account.text("api_base")
    token, time = await api.tokens.get(), await clock(client, base, now)
    if isinstance(token, Failed):
        return [told_failure(token, f"没拿到访问凭证（{urlsplit(base).hostname}）"), time]
    fine = Finding("fine", "拿到访问凭证，AppID／企业 ID 与密钥对得上")
    return [fine, time, *[each async for each in permissions(account, api)]]


async def clock(client: httpx.AsyncClient, base: str, now: datetime) -> Finding:
    """Our clock against the platform's."""
    try:
        answer = await client.get(base, timeout=PATIENCE)
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except (httpx.HTTPError, ValueError, TypeError):
        return Finding("unsure", "没能拿平台的时间核对时钟")
    apart = abs(theirs - now)
    told = f"本机时钟与平台差 {int(apart.total_seconds())} 秒"
    if apart >= FRESH:
        return Finding(
            "wrong", f"{told}，超过五分钟的回调全部会被拒收", "开启系统对时（NTP）后重试"
        )
    return Finding("mind", told, "开启系统对时（NTP）") if apart > _CLOCK else Finding("fine", told)


async def over_http(
    account: Account, pair: Pair, client: httpx.AsyncClient, address: str, now: datetime
) -> Finding:
    """The address check as the platform's console makes it, through `address`."""
    url = f"{address.rstrip('/')}/channels/{account.kind}/{account.name}"
    check = address_check(account, pair, now)
    try:
        answer = await client.get(url, params=dict(check.query), timeout=PATIENCE)
    except httpx.HTTPError as error:
        return Finding(
            "wrong", f"{url} 连不上（{type(error).__name__}）", "查域名解析、证书、防火墙和反向代理"
        )
    if answer.status_code == 200 and answer.content == ECHO.encode():
        return Finding("fine", f"回调地址答对了：{url}")
    return _not_echoed(url, answer)


_REFUSALS: Mapping[int, tuple[str, str]] = {
    404: ("服务不认识这个账号", "确认服务用的是同一份 KAIDIAN_ACCOUNTS，改过要重启"),
    403: ("服务说签名不对", "账号文件改过密钥就重启服务；反向代理不要改写查询参数"),
    502: ("反向代理后面没有服务", "确认 Kaidian 在跑，代理指向它的端口"),
}


def _not_echoed(url: str, answer: httpx.Response) -> Finding:
    if _error_code(answer) == "stale_callback":
        return Finding("wrong", f"{url} 说时间不对", "服务那台机器的时钟差了五分钟以上，开启对时")
    if 300 <= answer.status_code < 400:
        return Finding("wrong", f"{url} 跳转到别处", "平台不跟随跳转，请直接填最终的 https 地址")
    told, do = _REFUSALS.get(
        answer.status_code, ("回的不是平台要的内容", "地址要直达 Kaidian，中间不能有登录页或缓存")
    )
    return Finding("wrong", f"{url} 答 {answer.status_code}：{told}", do)


def _error_code(answer: httpx.Response) -> str:
    try:
        return read_json(answer.content).form("error").text("code")
    except NotGenuine:
        return ""


def public(address: str) -> Iterator[Finding]:
    """What the address itself tells about whether platforms will call it."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https":
        yield Finding("mind", f"{address} 不是 https", "小程序和小店只收 https；公众号也建议用")
    if re.fullmatch(r"[\d.]+|localhost|.*:.*", host) or "." not in host:
        yield Finding("mind", f"{host} 不是公网域名，平台连不到", "用备过案的域名，公网可达")


def before_switching(findings: list[Finding], through: bool) -> Finding:
    """The last word on a shop: the switch to its own customer service cannot be half done."""
    if any(found.mark == "wrong" for found in findings) or not through:
        lacking = "" if through else "，公网回调地址还没验过"
        return Finding(
            "mind",
            f"先别在小店后台切到自研客服{lacking}：切换后新咨询只发到回调地址，收不到就永远丢了",
            "改好上面各项，再跑 doctor --url https://你的域名",
        )
    return Finding(
        "mind",
        "检查都过了。切换前：先在测试店走一遍收发和转人工；选咨询少的时段；切换后客服工作台不再收到新咨询",
        "由超级管理员在小店后台切换；切换后马上用另一个微信发一句，确认能收到",
    )
