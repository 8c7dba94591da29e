"""Numbers of papers in what a merchant says: registration codes are checked, identity numbers not.

The first two signs of a code tell the subject (GB 32100: 91 enterprises, 92 individual businesses).
"""

from __future__ import annotations

import re
import unicodedata

from bot.messages import Citation
from handlers.rules.uscc import Code, check_code

STANDARD = Citation(
    "uscc", "统一社会信用代码", "GB 32100-2015",
    "统一社会信用代码共18位：第1位登记部门，第2位机构类别，第3–8位行政区划，第9–17位主体标识，"
    "第18位是由前17位算出的校验码；企业和个体工商户的前2位是91、92。旧注册号是15位。",
    "2015-10施行",
)  # fmt: skip
SUBJECTS = {"91": "enterprise", "92": "individual"}
_WRITTEN = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z][ ._·\-]?){14,19}[0-9A-Z](?![0-9A-Z])")
_ANY_LENGTH = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{7,24}(?![0-9A-Z])")
_SPELLED = re.compile(r"(?<![0-9a-z])(?:[0-9a-z] ?){9,19}[0-9a-z](?![0-9a-z])")
_TOLD = re.compile(r"校验码|信用代码|长度不对：应当是18位")
"""Our own answer was about a code, so that the next number is one more try."""
_NAMED = re.compile(r"信用代码|税号|执照号|注册号|统一代码|社会代码")
AGAIN = 30
"""Signs of a message that is only one more try."""
_SHAPE = re.compile(r"9[123]\d{6}(?=[0-9]*[A-Z])[0-9A-Z]{7,12}$")
"""A code by its look, though a sign be lost or too many: who registered it, a region, then letters."""
_NOISE = re.compile(r"[ ._·\-]")
_MASKED = re.compile(r"\d{3}\*{8,}[\dX]{2}|\d{2,3}\*[* ._\-]{8,}")


def code_in(text: str, before: str = "") -> Code | None:
    """The first registration code of a message, checked; `before` is what was said to them last.

    Without its name, or a code just spoken of, it is known only by its shape.
    """
    normal = unicodedata.normalize("NFKC", text).upper()
    named = bool(_NAMED.search(normal))
    for found in _WRITTEN.finditer(normal):
        code = _NOISE.sub("", found[0])
        shaped = _SHAPE.search(code)
        if shaped or named or (len(code) == 18 and code[:2] in SUBJECTS):
            return check_code(shaped[0] if shaped else code)
    again = _TOLD.search(before) and len(normal) <= AGAIN
    found_any = _ANY_LENGTH.search(normal) if named or again else None
    return check_code(found_any[0]) if found_any and re.search(r"\d{4}", found_any[0]) else None


def without_codes(said: str) -> str:
    """`spelled` text without them: their digits count no goods."""
    return _SPELLED.sub(lambda m: "" if len(re.findall(r"\d", m[0])) >= 8 else m[0], said).strip()


def subject_of(code: Code) -> str:
    """`individual` or `enterprise` as a sound code tells; '' otherwise."""
    return SUBJECTS.get(code.normalized[:2], "") if code.valid else ""


def holds_identity(text: str) -> bool:
    """Whether an identity number stood there; the door has masked it already."""
    return bool(_MASKED.search(text))
