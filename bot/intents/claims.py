"""Rule 0: a piece of work in progress claims the messages it waits for."""

import re

from bot.conversation import Conversation

_ANSWERS_CHECK = re.compile(
    "^(?:那|那么|哦|好|行|嗯|再)?[\\s，,]*(?:我|再|先)?(?:给)?"
    "(?:改成|改为|换成|换为|改一下|改了|改好|换个|写成|叫成?|去掉|删掉?|删了)"
    "|^(?:那|那么)[\\s，,]?(?:写|说|叫|用|发).{1,80}"
    "|^(?:那|那么)[\\s，,]?.{2,80}(?:行|可以|能|好|成|中)(?:不|吗|么|吧|嘛|不行)?[?？]?$"
    "|^(?:那|好的?|行|可以|嗯+|ok|成)?[\\s，,。!！]*"
    "(?:就(?:用|写|发)?(?:这|它)(?:个|句|条|版|样)?|用这个|就这样|就它)[\\s，,。!！吧了啊呗~]*$"
    "|^(?:行|好的?|可以|ok|成)[\\s，,。!！吧了啊~]*$",
    re.IGNORECASE,
)
"""A revised wording, or a yes to the one that was proposed."""

_DENIES = (
    r"(?:不对|不是(?:问|说)?(?:[这那它][个种样]?)?(?:意思)?|错了|啊不|哦不|不不+)[\s，,。!！]*"
)
_PUT_RIGHT = re.compile(
    rf"^(?:{_DENIES}(?:我|俺)(?:是|想|要)?(?:问|说|指|讲)的?(?:意思)?是?"
    rf"|(?:{_DENIES})?(?:(?:我|俺)?(?:说|打|搞|写|问|弄|讲)(?:错|岔)了?"
    r"|我(?:是|想|要)?(?:问|说|指|讲)的?(?:意思)?是|我(?:是|想)(?:说|问)|我的意思是|(?<=不对)(?=是)))"
    r"[\s，,。!！]*(?:应该|其实|我们?|俺|咱)?(?:是|问的是)?(?P<right>.{1,12}?)[\s，,。!！吧啊呀哈]*$"
)
DAY_LENGTH = 12
"""A longer message says more than a day."""
REMINDER = "reminder"
"""The flow that waits for the day a term counts from."""
_NO_MORE = re.compile(
    r"^[^?？吗]{0,6}(?:不用|不要|别|无需|不必|取消|撤|停)[^?？顾客户买]{0,8}提醒|提醒.{0,4}取消"
)
"""“不用提醒了” sounds like thanks."""
_DAY = re.compile(r"\d ?[月号日.\-/]|[月号]|今天|昨天|昨晚|前天|天前|刚|周|星期|礼拜")


def put_right(text: str) -> str:
    """What the person meant (“打错了，是珠宝” → `珠宝`); empty unless a question is put right."""
    found = _PUT_RIGHT.match(text.strip())
    return found["right"].strip() if found else ""


def claimed(talk: Conversation, text: str) -> str | None:
    """The intent of a message that the flow in progress waits for, else None."""
    flow = talk.flow
    if talk.audience == "merchant" and _NO_MORE.search(text):
        return "launch_walkthrough"
    if flow is not None and flow.name == REMINDER and len(text) <= DAY_LENGTH:
        return "launch_walkthrough" if _DAY.search(text) else None
    if flow is None or flow.name != "compliance":
        return None
    return "compliance_check" if _ANSWERS_CHECK.search(text.strip()) else None


def awaited(talk: Conversation) -> str | None:
    """The intent of a message that no rule decides while a flow waits for a text, else None."""
    flow = talk.flow
    waiting = flow is not None and flow.name == "compliance" and flow.step == "text"
    return "compliance_check" if waiting else None
