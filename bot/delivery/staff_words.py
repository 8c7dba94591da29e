"""What staff write or tap on the phone to get something done. Pure.

Words for a deed must be nothing else: “拒绝了怎么办” is a question to the guide. What decides a
case always names it by its number; only a chat that one has may go without.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bot.messages import Choice, plain

Verb = Literal[
    "list", "due", "help", "show", "take", "over", "reply", "release", "approve", "reject",
    "refund", "confirm_receipt", "close", "request_evidence", "no",
]  # fmt: skip
ACTS: Final = ("approve", "reject", "refund", "confirm_receipt", "close", "request_evidence")
"""Verbs that decide a case; the names of api.md."""

TAP: Final = "st:"
_NUMBER = r"#?\s*(?P<number>\d{1,9})\s*号?"
_PATTERNS: Final[tuple[tuple[Verb, str], ...]] = (
    (
        "list",
        r"(我的)?待办|(有|还有)?谁在等|(有什么|还有什么|什么)(在等|要办|没办)|有人(在)?等吗",
    ),
    ("due", r"(哪些|有哪些|什么)?(售后单?|单子?)?(哪些)?快(要)?(到期|超时)(了|的|的单)?(吗)?"),
    ("help", r"店员(帮助|怎么用|命令|指令)"),
    ("show", rf"(看|查看)\s*{_NUMBER}"),
    ("take", rf"(接手|接起)\s*({_NUMBER})?"),
    ("release", rf"(交还|还给机器人)\s*({_NUMBER})?"),
    ("approve", rf"同意\s*{_NUMBER}"),
    ("refund", rf"(退款|打款)\s*{_NUMBER}"),
    ("confirm_receipt", rf"(收到退货|确认收货|已收货)\s*{_NUMBER}"),
    ("close", rf"(办完|关闭)\s*{_NUMBER}"),
)
_SAYS: Final = tuple((verb, re.compile(pattern)) for verb, pattern in _PATTERNS)
_REPLY = re.compile(
    r"\s*回复(?:\s*(?:#\s*(?P<a>\d{1,9})\s*号?|(?P<b>\d{1,9})\s*号)[\s:：,，]*|[\s:：]+)(?P<text>\S.*)",
    re.DOTALL,
)
_REASON = re.compile(
    r"\s*(?P<verb>拒绝|不同意|补凭证|要凭证)\s*#?\s*(?P<number>\d{1,9})\s*号?"
    r"(?:[\s,，:：。;；]+(?P<text>[^\s。].*))?[\s。.!！]*",
    re.DOTALL,
)
_TAPPED = re.compile(
    r"st:(?P<verb>[a-z_]+):(?P<number>\d{1,9})(:(?P<version>\d{1,9}))?(:(?P<fen>\d{1,12}))?"
)
_VERBS: Final[dict[str, Verb]] = {verb: verb for verb in get_args(Verb)}


@dataclass(frozen=True, slots=True)
class Command:
    """`number`: whose to-do. `version`: that of the case which the tapped card showed; `fen`: the
    amount that was confirmed by this tap, None where nothing has been confirmed."""

    verb: Verb
    number: int | None = None
    text: str = ""
    version: int | None = None
    fen: int | None = None


def read_command(text: str, choice: str | None = None) -> Command | None:
    """The command, or None: then it is for the guide."""
    if choice is not None:
        return _tapped(choice)
    said = _REPLY.fullmatch(text)
    if said:
        number = said["a"] or said["b"]
        return Command("reply", int(number) if number else None, said["text"].strip())
    why = _REASON.fullmatch(text)
    if why:
        verb: Verb = "request_evidence" if "凭证" in why["verb"] else "reject"
        return Command(verb, int(why["number"]), (why["text"] or "").strip())
    words = plain(text).rstrip("。.!！?？ ")
    for said_verb, pattern in _SAYS:
        found = pattern.fullmatch(words)
        if found:
            number = found.groupdict().get("number")
            return Command(said_verb, int(number) if number else None)
    return None


def _tapped(choice: str) -> Command | None:
    found = _TAPPED.fullmatch(choice)
    if found is None or found["verb"] not in _VERBS:
        return None
    version, fen = found["version"], found["fen"]
    return Command(
        _VERBS[found["verb"]],
        int(found["number"]),
        version=int(version) if version else None,
        fen=int(fen) if fen else None,
    )


def tap(label: str, verb: Verb, number: int, *more: int) -> Choice:
    """A button that is read back as this command."""
    return Choice(":".join([f"st:{verb}", str(number), *map(str, more)]), label)
