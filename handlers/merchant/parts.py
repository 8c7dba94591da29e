"""One message, several questions: where does one end and the next begin? Pure."""

import re

from bot.messages import plain
from handlers.merchant.labels import CONTENT, FRAME
from knowledge.chinese import simplified

MOST = 4
SAYS = 2
"""Fewer signs than this besides the words of any question name nothing."""
NAMED = 14
ALONE = 2
_HAPPENED = re.compile(r"刚|昨|今天|前天|已经|了$|了[^解]|过$|让我|听说|想[问了]")
"""What tells of the asker rather than of what is asked."""

_BREAK = re.compile(
    r"[\n。！!；;，,？?]+|\s+|(?:还有就是|再就是|还有|另外|顺便(?:问下|问一下|问)?|然后|以及|再问下|再问)(?=.{3,})"
)
_ASKS = re.compile(
    r"多少|多久|几|啥|什么|哪|谁|怎么|怎样|咋|如何|[吗么呢]$|为何|能不|行不|要不要|是不是|可不可以|有没有|可以不|收不收|不$|没$|会不会|用不用|该不该|算不算|能否|是否"
)
# Tails that ask for a yes, not for something else.
_TAIL = re.compile(
    r"^(是?对?[吗么不]|行[不吗]|可以[吗不么]?|能[不吗]|好[吗不]|怎么[样办回]?事?|咋[办整]|为(什么|啥)|听谁的?|各说.*|求.*|谢.*|请问|说说|帮我.{0,4})$"
)
# What cannot begin a question of its own: it goes on with the one before.
_GOES_ON = re.compile(
    r"^(?:(?:个保|电商|消|消保|广告|食品)法|法律|法规|国家|官方|平台|指南|规定)(?:里|上)?(?:咋|怎么|怎样|是怎么|有没有)?(?:规定|说|写|讲|要求)的?$"
    r"|^(跟|和|与|比|哪个|哪种|分别|各|都|为(啥|什么|何)|凭(啥|什么)|图(啥|什么)).{0,8}$"
)
_NAMED_FIRST = re.compile(r"[^多几啥什哪谁怎咋如吗么]{2,8}呢")
"""“微信里边呢 有哪些办法”: what the next question is about."""
_ABOUT_ME = re.compile(r"(我|俺|咱)们?(是|家是|这是|做|卖|开).{1,10}")
_LEAD = re.compile(
    r"^(请问|想问(一?下)?|问一?下|我想问(一?下)?|那个|你好|您好|老板|麻烦问下|是这样)+"
)


def questions_in(text: str) -> list[str]:
    """At most four questions, each able to stand alone; a single one comes back as it was."""
    asked: list[str] = []
    context = ""
    pieces = _pieces(text)
    for place, piece in enumerate(pieces, 1):
        if _NAMED_FIRST.fullmatch(piece) and not asked and place < len(pieces):
            context = piece.removesuffix("呢")
        elif asked and place == len(pieces) and _ABOUT_ME.fullmatch(piece):
            asked = [f"{piece} {one}" for one in asked]
        elif asked and _GOES_ON.match(piece):
            asked[-1] += f" {piece}"
        elif _is_question(piece):
            asked.append(f"{context} {piece}".strip())
        elif asked and len(piece) <= 4:
            asked[-1] += f" {piece}"
        else:
            context = piece if len(piece) <= 12 else ""
    return asked[:MOST] if len(asked) > 1 else [text]


def core_of(text: str) -> str:
    """The one question of a message that also tells what happened (“店审核过了 现在怎么拉人”).

    '' if nothing is told beside it, or the question alone does not say what it is about.
    """
    pieces = _pieces(text)
    asked = [piece for piece in pieces if _is_question(piece)]
    beside = [piece for piece in pieces if piece not in asked]
    if len(asked) != 1 or not any(_HAPPENED.search(piece) for piece in beside):
        return ""
    return asked[0] if _content(asked[0]) >= ALONE else ""


def stands(part: str) -> bool:
    """Whether a part says what it asks for, so that to leave it unanswered would be noticed."""
    return _content(part) >= SAYS


def _content(part: str) -> int:
    """Signs besides the words of any question."""
    return len(CONTENT.findall(FRAME.sub("", simplified(plain(part)))))


def short(part: str) -> str:
    """A part as it is named in a reply."""
    said = part.strip(" ?？。，,!！")
    if len(said) <= NAMED:
        return said
    return said[: NAMED - 1].rstrip("0123456789.") + "…"  # half a number would be another one


def _pieces(text: str) -> list[str]:
    found = [_LEAD.sub("", piece.strip()) for piece in _BREAK.split(plain(text))]
    return [piece for piece in found if piece]


def _is_question(piece: str) -> bool:
    enough = len(piece) >= (3 if piece.endswith("呢") else 4)
    return enough and bool(_ASKS.search(piece)) and not _TAIL.match(piece)
