"""What people say before they ask: “晕 这么贵 有便宜点的吗”, “谢谢 最后问下…”. Pure."""

import re

_REACTS = re.compile(
    r"(?:对了?|好+的?|行+|嗯+|哦+|噢+|喔+|啊+|哎[呀哟]?|唉+|诶+|晕+|天[哪呐]?|我去|我靠|妈呀|额+|呃+|ok(?:ay)?|懂|明白|知道|收到|了解|清楚"
    r"|原来(?:如此|这样|是这样)|这样子?|难怪|怪不得|哈+|呵+|不错|可以|厉害|谢+|谢谢[你您]?|多谢|辛苦"
    r"|[这那]么[^，。？?\s几多]{1,2}|太[^，。？?\s]{1,3}|(?:真|好|挺)[^，。？?\s吗么不几多奇]{1,2}|吓人|离谱|先?不管[这那它]个?)"
    r"[啊呀哦噢吧了呢哈嘛嘞的]*"
)
_LEADS = re.compile(
    r"(?:最后|再|还|顺便|那|另外|就|我|想|要|请|麻烦)*(?:请教|问|咨询|确认|打听)(?:一?[下个句]|[你您])*(?:个?问题|个?事)?[啊哈]?"
)
_RUN_ON = re.compile(r"^(?:好+的?|行|嗯+|哦+|ok|懂了|明白了?|知道了?)(?=那)", re.IGNORECASE)
_GAP = re.compile(r"[\s，,。.！!…~～、；;]+")
LEAST = 2


def asked_after(text: str) -> str:
    """The message without the reaction or the words of course before what it asks.

    As it was if nothing would be left.
    """
    rest = text.strip()
    while gap := _GAP.search(rest):
        piece, after = rest[: gap.start()], rest[gap.end() :]
        if len(after) < LEAST or not (_fits(_REACTS, piece) or _fits(_LEADS, piece)):
            break
        rest = after
    rest = _RUN_ON.sub("", rest) or rest
    return rest if rest != text.strip() else text


def _fits(pattern: re.Pattern[str], piece: str) -> bool:
    return not piece or bool(pattern.fullmatch(piece.lower()))
