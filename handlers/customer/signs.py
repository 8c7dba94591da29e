"""Short signs in a talk in progress: a yes, a waybill, no photo, an order to the machine (pure)."""

from __future__ import annotations

import re

_YES = re.compile(
    r"(?:嗯+|好+的?|行|可以(?![退换补修])|是的?|对|要|确认|确定|同意|提交|交|办|帮我|就这样|没问题|ok|yes|"
    r"申请|给我|现在|麻烦|谢谢|你?们|那就?|就|赶紧|赶快|快点?|直接|尽快|"
    r"吧|啊|呀|了|嘞|哒|的|[，,。.！!~ ])+",
    re.IGNORECASE,
)
# Naming what was offered (行 那退吧) is no other wish.
_OFFERED = {
    "return_refund": re.compile("退货退款|退[货款钱掉]?"),
    "refund_only": re.compile("退[款钱]?"),
    "exchange": re.compile("换[货]?"),
    "reship": re.compile("补[寄发]?"),
    "repair": re.compile("维?修"),
}
_SUBMITS = re.compile("提交|确认|同意|就这样|可以|好|行|嗯|办|对|是|ok|yes", re.IGNORECASE)
_TO_WITHDRAW = re.compile("撤(?:销|回|掉)?|取消(?:掉)?|申请|那个|刚才")
_NO_PICTURE = re.compile(
    "(?:没|扔|丢|删)[^，。]{0,4}(?:照片|图|凭证|视频)|(?:照片|图|视频)[^，。]{0,4}(?:没|扔|丢|删)|"
    "没(?:有)?拍(?!到|清|完)|忘(?:了|记)拍|拍不了"
)
_WAYBILL = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{0,4}\d{6,20})(?![0-9A-Za-z])")
_SENT = re.compile("寄了|寄出|寄回|寄走|发回|退回去|单号")
_APPLIED = re.compile("(?:申请|提交)(?:了|好了|过了)")
_COMMANDS = re.compile(
    "系统|指令|管理员|开发者|我是(?:你们|本店|这家)?(?:的)?(?:店长|老板|客服|员工|经理|主管)|忽略|"
    "system|prompt|ignore",
    re.IGNORECASE,
)


_MAY = re.compile("(?:可以|能|好)[退换补修]")  # 可以退吧 still asks
_HESITATES = re.compile(
    "再(?:想|考虑|看|琢磨|商量|等)[想虑看磨量等一下吧]*|考虑(?:一下|下|考虑)|想(?:一)?想(?:再说)?|犹豫|"
    "先(?:不急|别急|不提交|别提交|不交|等等|放着)|晚点(?:再)?(?:说|提交|弄)|等(?:我|会儿?|一下|下|等)|不急|"
    "问(?:一下|下|问)(?:我|家里|老公|老婆|对象|孩子)"
)
_UPSET = re.compile("[!！]{2}|什么破|太差|太坑|气人|气死|糟心|无语|恶心|倒霉|服了|崩溃|扫兴")
_LATER = re.compile(
    "(?:晚上|晚点|晚些|回家|到家|回头|等[会下]|等一[会下]|待会|一会|明天|明早|后天|下班|稍后|稍等|过会|改天|周末|有空|忙完)"
    "[^，。]{0,10}(?:拍|发|传|补|照)"
)
_TIRED = re.compile("烦死|麻烦死|(?:怎么|为什么|凭什么)(?:还|又|非|一定)要|非(?:要|得)拍|没完没了")
_LONGEST_PAUSE = 14
_NUMBER_ONLY = re.compile(r"[A-Za-z]{0,4}[\d\s-]{4,}")


def is_number(text: str) -> bool:
    """Whether there is nothing but a number: an order's or a phone's, never what somebody says."""
    return bool(_NUMBER_ONLY.fullmatch(text.strip()))


def is_yes(text: str, step: str, verdict: str = "") -> bool:
    """A plain yes to what we just offered; anything with another word in it is no yes.

    Naming again what was offered (行 那退吧; 确认撤, 对 撤销) is a yes as well. `verdict`: its type.
    """
    text = text.strip()
    if step == "withdraw" and _TO_WITHDRAW.search(text):
        rest = _TO_WITHDRAW.sub("", text)
        return not rest or bool(_YES.fullmatch(rest))
    if step not in ("offer", "withdraw") or not _SUBMITS.search(text):
        return False
    named = _OFFERED.get(verdict) if not _MAY.search(text) else None
    rest = named.sub("", text) if named else text
    return bool(_YES.fullmatch(rest)) and bool(_SUBMITS.search(rest))


def hesitates(text: str) -> bool:
    """Whether somebody only wants time (我再想想, 等我问问家里)."""
    return len(text.strip()) <= _LONGEST_PAUSE and bool(_HESITATES.search(text))


def waybill_sent(text: str) -> str:
    """The waybill that a text says something was sent back under; '' when it says none."""
    found = _WAYBILL.search(text)
    return found[1] if found and _SENT.search(text) else ""


def has_applied(text: str) -> bool:
    """Whether somebody says to have applied in 微信小店 itself."""
    return bool(_APPLIED.search(text))


def is_upset(text: str) -> bool:
    """Whether somebody is put out, though not so much that a person has to take over."""
    return bool(_UPSET.search(text))


def later_pictures(text: str) -> bool:
    """Whether pictures are promised for later (晚上回家拍给你)."""
    return bool(_LATER.search(text)) and not _NO_PICTURE.search(text)


def tired_of_pictures(text: str) -> bool:
    """Whether somebody has had enough of being asked for pictures."""
    return bool(_TIRED.search(text))


def to_withdraw(text: str) -> bool:
    """Whether an application is to be taken back, not just a plan."""
    return "撤" in text


def has_no_picture(text: str) -> bool:
    """Whether somebody says there is no picture to show."""
    return bool(_NO_PICTURE.search(text))


def commands(text: str) -> bool:
    """Whether it gives orders to the machine or claims a role."""
    return bool(_COMMANDS.search(text))
