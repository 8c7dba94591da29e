"""Short signs in a talk in progress: a yes, a waybill, no photo, an order to the machine (pure)."""

from __future__ import annotations

import re

_YES = re.compile(
    r"(?:嗯+|好+的?|行|可以|是的?|对|要|确认|确定|同意|提交|办|帮我|就这样|没问题|ok|yes|申请|"
    r"给我|现在|麻烦|谢谢|你?们|吧|啊|呀|了|嘞|哒|的|[，,。.！!~ ])+",
    re.IGNORECASE,
)
_SUBMITS = re.compile("提交|确认|同意|就这样|可以|好|行|嗯|办|对|是|ok|yes", re.IGNORECASE)
_TO_WITHDRAW = re.compile("撤(?:销|回|掉)?|取消(?:掉)?|申请|那个|刚才")
_NO_PICTURE = re.compile(
    "(?:没|扔|丢|删)[^，。]{0,4}(?:照片|图|凭证|视频)|(?:照片|图|视频)[^，。]{0,4}(?:没|扔|丢|删)"
)
_WAYBILL = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{0,4}\d{6,20})(?![0-9A-Za-z])")
_SENT = re.compile("寄了|寄出|寄回|寄走|发回|退回去|单号")
_APPLIED = re.compile("(?:申请|提交)(?:了|好了|过了)")
_COMMANDS = re.compile(
    "系统|指令|管理员|开发者|我是(?:你们|本店|这家)?(?:的)?(?:店长|老板|客服|员工|经理|主管)|忽略|"
    "system|prompt|ignore",
    re.IGNORECASE,
)


_NUMBER_ONLY = re.compile(r"[A-Za-z]{0,4}[\d\s-]{4,}")


def is_number(text: str) -> bool:
    """Whether there is nothing but a number: an order's or a phone's, never what somebody says."""
    return bool(_NUMBER_ONLY.fullmatch(text.strip()))


def is_yes(text: str, step: str) -> bool:
    """A plain yes to what we just offered; anything with another word in it is no yes.

    To an offered withdrawal, naming it again (确认撤, 对 撤销) is a yes as well.
    """
    text = text.strip()
    if step == "withdraw" and _TO_WITHDRAW.search(text):
        rest = _TO_WITHDRAW.sub("", text)
        return not rest or bool(_YES.fullmatch(rest))
    waiting = step in ("offer", "withdraw")
    return waiting and bool(_YES.fullmatch(text)) and bool(_SUBMITS.search(text))


def waybill_sent(text: str) -> str:
    """The waybill that a text says something was sent back under; '' when it says none."""
    found = _WAYBILL.search(text)
    return found[1] if found and _SENT.search(text) else ""


def has_applied(text: str) -> bool:
    """Whether somebody says to have applied in 微信小店 itself."""
    return bool(_APPLIED.search(text))


def has_no_picture(text: str) -> bool:
    """Whether somebody says there is no picture to show."""
    return bool(_NO_PICTURE.search(text))


def commands(text: str) -> bool:
    """Whether it gives orders to the machine or claims a role."""
    return bool(_COMMANDS.search(text))
