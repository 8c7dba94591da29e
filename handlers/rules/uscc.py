"""统一社会信用代码 (GB 32100-2015): well formed or not, and which part is wrong. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc

LENGTH = 18
_NOISE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\-_.·—]")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MISREAD = {"O": "数字0", "I": "数字1", "Z": "数字2", "S": "数字5", "V": "字母U或Y"}
_OLD = 15
"""Digits of the registration numbers that were in use before 2015."""


@dataclass(frozen=True)
class Code:
    """`normalized`: as it should be written. `reason` says what is wrong, or what is not proven."""

    valid: bool
    normalized: str
    reason: str


def check_code(written: str) -> Code:
    """The code as people type it: full-width signs, spaces and hyphens are forgiven."""
    code = _NOISE.sub("", unicodedata.normalize("NFKC", written)).upper()
    wrong = _wrong_length(code) or _wrong_sign(code) or _wrong_region(code) or _wrong_check(code)
    fine = "格式和校验码都对；是否真实登记，请到国家企业信用信息公示系统查"
    return Code(not wrong, code, wrong or fine)


def _wrong_length(code: str) -> str:
    if len(code) == LENGTH:
        return ""
    if len(code) == _OLD and code.isdecimal():
        return "这是15位的旧注册号，现在要用执照上18位的统一社会信用代码"
    return f"长度不对：应当是18位，现在是{len(code)}位"


def _wrong_sign(code: str) -> str:
    for place, sign in enumerate(code, 1):
        if sign not in _ALPHABET:
            meant = f"，是不是{_MISREAD[sign]}" if sign in _MISREAD else ""
            told = f"“{sign}”" if sign.isascii() and sign.isalnum() else "字符"
            return f"第{place}位的{told}不会出现在代码里{meant}"
    return ""


def _wrong_region(code: str) -> str:
    # Letters stand here for registers other than the market's: N for rural collectives.
    if not (code[0] in "123456789ANY" and code[1].isdigit()):
        return "前2位（登记部门和机构类别）不对，企业和个体工商户是91、92"
    return "" if code[2:8].isdigit() else "第3到8位（行政区划）应当是6位数字"


def _wrong_check(code: str) -> str:
    right = uscc.calc_check_digit(code[:-1])
    if code[-1] == right:
        return ""
    return "第18位校验码对不上，前17位里可能有一位抄错，请对照执照重抄"
