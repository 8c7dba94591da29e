"""Which fields an account of each kind has, and what they must look like."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.channels.crypto import BadKey, aes_key

Value = str | bool | int | tuple[str, ...]
Check = Callable[[Value], str | None]
"""What is wrong, in Chinese and without the value; None where nothing is."""


@dataclass(frozen=True, slots=True)
class Field:
    """`default` None: it must be given. A given value must be of the default's type.

    `is_list`: several texts, each checked; a single one may stand without brackets.
    """

    check: Check
    default: Value | None = None
    is_flag: bool = False
    is_number: bool = False
    is_list: bool = False


def _matches(pattern: str, advice: str) -> Check:
    shape = re.compile(pattern)
    return lambda value: None if shape.fullmatch(str(value)) else advice


def _aes(value: Value) -> str | None:
    try:
        aes_key(str(value))
    except BadKey as error:
        return str(error)
    return None


def _base(value: Value) -> str | None:
    return None if _BASE.fullmatch(str(value)) else "应是 https:// 开头的地址（本机可用 http://）"


_BASE = re.compile(
    r"https://[A-Za-z0-9.-]+(:\d+)?(/[\w./-]*)?"
    r"|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/[\w./-]*)?"
)
_LINE = re.compile(
    r"wss://[A-Za-z0-9.-]+(:\d+)?(/[\w./-]*)?"
    r"|ws://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/[\w./-]*)?"
)


def _line(value: Value) -> str | None:
    return None if _LINE.fullmatch(str(value)) else "应是 wss:// 开头的地址（本机可用 ws://）"


_GATEWAY = re.compile(
    r"(127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+"
    r"|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\]|[A-Za-z0-9_-]+):\d{1,5}"
)


def _gateway(value: Value) -> str | None:
    # Chats travel in the clear between us and the gateway.
    found = _GATEWAY.fullmatch(str(value))
    if found and 0 < int(str(value).rpartition(":")[2]) < 65536:
        return None
    return "应是本机或内网的 主机:端口（这段路不加密）"


def _any(_value: Value) -> None:
    return None


def _flag(default: bool) -> Field:
    return Field(_any, default, is_flag=True)


_APP = Field(_matches(r"wx[0-9a-f]{16}", "应是 wx 开头的 18 位 AppID"))
_CORP = Field(_matches(r"[a-zA-Z0-9]{10,40}", "应是企业 ID，在管理后台“我的企业”里"))
_SECRET = Field(_matches(r"\S{8,200}", "应是一串不含空格的密钥"))
_TOKEN = Field(_matches(r"[A-Za-z0-9]{3,32}", "应是 3 到 32 位字母或数字"))
_KEY = Field(_aes)
_NO_KEY = Field(lambda value: None if value == "" else _aes(value), "")
_NO_TOKEN = Field(lambda value: None if value == "" else _TOKEN.check(value), "")
_MODE = Field(_matches("secure|compatible|plain", "应是 secure、compatible 或 plain"), "secure")

_ROTATION = {"previous_token": _NO_TOKEN, "previous_aes_key": _NO_KEY}
_WEIXIN = {
    "app_id": _APP,
    "secret": _SECRET,
    "token": _TOKEN,
    "aes_key": _NO_KEY,
    "mode": _MODE,
    "api_base": Field(_base, "https://api.weixin.qq.com"),
    **_ROTATION,
}
_WECOM = {
    "corp_id": _CORP,
    "secret": _SECRET,
    "token": _TOKEN,
    "aes_key": _KEY,
    "api_base": Field(_base, "https://qyapi.weixin.qq.com"),
    **_ROTATION,
}

_HOOK = re.compile(
    r"https://[A-Za-z0-9.-]+(:\d+)?/[^\s#]*"
    r"|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/[^\s#]*"
)


def _hook(value: Value) -> str | None:
    good = _HOOK.fullmatch(str(value))
    return None if good else "应是 https:// 开头的完整地址（本机可用 http://）"


_MEMBER = re.compile(r"[A-Za-z0-9][\w.@-]{0,63}", re.ASCII)
MOST_MEMBERS: Final = 200


def _member(value: Value) -> str | None:
    good = _MEMBER.fullmatch(str(value))
    return None if good else "里应是通讯录里的账号（userid），不能用 @all"


def _told(value: Value) -> str | None:
    """Somebody who gets alerts, or the address of a group robot."""
    if "://" not in str(value):
        return _member(value)
    return "的群机器人" + refused if (refused := _hook(value)) else None


def is_address(told: str) -> bool:
    """Whether this one of `alert` is a group robot's address, not a member."""
    return "://" in told


_STAFF = Field(_member, (), is_list=True)

NOT_CHANNELS: Final = frozenset({"weixin_shop", "alert"})
"""Accounts that nobody chats through: a 微信小店's orders and after-sales, a place for alerts."""

KINDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "commkf": {**_WEIXIN, "openid_checked": _flag(False)},
    "kf": {
        **_WECOM,
        "open_kfid": Field(_matches(r"wk[\w-]{1,62}", "应是 wk 开头的客服账号 ID")),
        "servicer": Field(_matches(r"[\w.@-]{0,64}", "应是接待人员的 userid"), ""),
    },
    "official": {**_WEIXIN, "push": _flag(True), "menus": _flag(True), "transfer": _flag(False)},
    "miniprogram": {**_WEIXIN, "push": _flag(True), "transfer": _flag(False)},
    "wecom": {
        **_WECOM,
        "agent_id": Field(_any, is_number=True),
        "active": _flag(True),
        "staff": _STAFF,
        "alert": Field(_told, (), is_list=True),
    },
    "weixin_shop": _WEIXIN,
    "alert": {
        "url": Field(_hook),
        "form": Field(_matches("wecom|json", "应是 wecom 或 json"), "wecom"),
    },
    "aibot": {
        "bot_id": Field(_matches(r"[\w-]{3,100}", "应是机器人 ID")),
        "secret": _SECRET,
        "address": Field(_line, "wss://openws.work.weixin.qq.com"),
        "staff": _STAFF,
    },
    "wechaty": {
        "endpoint": Field(_gateway, "127.0.0.1:8788"),
        "token": Field(_matches(r"[\w.-]{3,200}", "应是网关启动时设的 token")),
    },
}


def checked(
    fields: Mapping[str, Field], given: Mapping[object, object], environ: Mapping[str, str]
) -> tuple[dict[str, Value], list[str]]:
    """Every field's value, and what is wrong."""
    values: dict[str, Value] = {}
    faults: list[str] = []
    for name, field in fields.items():
        value, fault = _one(field, given.get(name), environ)
        if fault:
            faults.append(f"{name} {fault}")
        else:
            values[name] = value
    if not faults and values.get("mode", "plain") != "plain" and not values["aes_key"]:
        faults.append("aes_key 不能缺：mode 是 secure 或 compatible")
    return values, [*faults, *_alerts(values)]


def _alerts(values: Mapping[str, Value]) -> list[str]:
    """An application that may not write cannot alert its members."""
    told = values.get("alert", ())
    members = [each for each in told if not is_address(each)] if isinstance(told, tuple) else []
    mute = values.get("active") is False and bool(members)
    return ["alert 里有员工，active 就不能是 false：提醒要主动发"] if mute else []


def _one(field: Field, given: object, environ: Mapping[str, str]) -> tuple[Value, str | None]:
    if given is None:
        return ("", "不能缺") if field.default is None else (field.default, None)
    if field.is_list:
        return _several(field, given, environ)
    if field.is_flag:
        return (given, None) if isinstance(given, bool) else (False, "应是 true 或 false")
    if field.is_number:
        fine = isinstance(given, int) and not isinstance(given, bool) and given > 0
        return (given, None) if fine else (0, "应是正整数")  # type: ignore[return-value]
    if not isinstance(given, str):
        return "", "应是文字，请加引号"
    text, missing = _from_environment(given, environ)
    if missing:
        return "", f"用到的环境变量 {missing} 没有设置"
    return text, field.check(text)


def _several(field: Field, given: object, environ: Mapping[str, str]) -> tuple[Value, str | None]:
    items = given if isinstance(given, list) else [given]
    plain = Field(field.check)
    found = [_one(plain, item, environ) for item in items]
    values = tuple(str(value) for value, _ in found)
    faults = [fault for _, fault in found if fault]
    if len(values) > MOST_MEMBERS:
        faults.append(f"最多写 {MOST_MEMBERS} 个")
    if len(set(values)) < len(values) and not faults:
        faults.append("有人写了两次")
    return values, "；".join(dict.fromkeys(faults)) or None


_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _from_environment(text: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """`text` with its variables filled in, and the first that is not set."""
    missing = [name for name in _VARIABLE.findall(text) if not environ.get(name)]
    if missing:
        return "", missing[0]
    return _VARIABLE.sub(lambda found: environ[found[1]], text), ""
