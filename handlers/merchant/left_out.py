"""What a message leaves out after an answer (“那企业呢” “多少钱”), and putting it back. Pure."""

import re
from functools import partial

from bot.conversation import Topic
from bot.messages import plain
from handlers.merchant.figures.cells import asks_for_all
from handlers.merchant.labels import CONTENT, FRAME
from handlers.merchant.unsaid import matters_in
from knowledge.chinese import arabic, simplified

_POINTS_BACK = re.compile(
    r"^(那|那么|还有|再|另外|它|他|这)|呢$|(这|那)(个|种|样|边|些|家|项|类|条)|前者|后者|刚才|前面(说|那)|第[一二三四五]个"
)
_DAY = r"(?<![\d.])\d{1,2}月\d{1,2}[日号]?"
_YEARS = r"(?<![\d.])\d{1,2}年"
_AMOUNT = r"(?<![\d.])\d+(?:\.\d+)?[万千百]?(?:元|块钱?)?(?![\d%年月日号个人单])"
_COUNT = r"(?<![\d.])\d+(?:个|单|笔|件)(?![人月点小工])"
_OPINION = re.compile(r"有没有|坑|毛病|[缺优]点|好处|问题|风险")
_AGAIN = re.compile(r"来着|再说一?[遍下次]|说过|忘了")
_NOT_PASSED = re.compile(
    r"^(?:要是|如果|万一)?(?:不过|没过|不通过|没通过|过不了)(?=的话|了?$|关|咋|怎)"
)
"""“不过的话呢” behind how long a review takes is no “but”."""
SHORT = 7
NAME = 6
"""Fewer signs than this seldom stand alone."""
LEANS = 5


def points_back(question: str) -> bool:
    """“那…呢”, “这个”: cannot stand alone."""
    return bool(_POINTS_BACK.search(bare(question)))


def is_short(question: str) -> bool:
    """So short that it may lean on the last answer."""
    return len(CONTENT.findall(bare(question))) <= SHORT


def leans(question: str, before: str = "") -> bool:
    """Whether a part of a message can hardly be a question of its own.

    “审核几天” can, `before` it having been asked what 认证 costs.
    """
    if not points_back(question) and matters_in(question) - matters_in(before):
        return False
    few = len(CONTENT.findall(bare(question))) <= LEANS
    return few or points_back(question) or says_nothing(question)


def says_nothing(question: str) -> bool:
    """Hardly a word of its own (“要多少天”): whatever it finds alone is chance."""
    return len("".join(CONTENT.findall(FRAME.sub("", bare(question))))) <= 2


def wants_figures(question: str) -> bool:
    """Whether a calculation of before is asked for again, with something changed."""
    said = bare(question)
    asked = re.search(r"\d|达标|正常|合格|算(高|低|好)|(快|慢|省|多|少|涨|降)了?多少", said)
    on = points_back(said) and not _OPINION.search(said)
    return bool(asked) or on or asks_for_all(said)


def asks_change(question: str) -> bool:
    """“快了多少”."""
    return bool(re.search(r"(快|慢|省|多|少|涨|降|短)了?(多少|几)", bare(question)))


def asks_again(question: str) -> bool:
    """“多少来着”: what was told is wanted once more."""
    return bool(_AGAIN.search(bare(question)))


def names_figure(question: str) -> bool:
    """Whether a number is put in (“五年呢”)."""
    return any(sign.isdigit() for sign in arabic(bare(question)))


def readings(question: str, topic: Topic) -> list[str]:
    """The question with its subject put back, in the ways it may be meant.

    Beside a table either name of the last cell may be the one that goes on.
    """
    said = _without_frame(question)
    row, column = "".join(topic.rows[:1]), "".join(topic.columns[:1])
    both = put_in(question, topic) or (f"{row} {column} {said}" if row or column else "")
    found = [f"{topic.subject} {said}", f"{topic.question} {said}", *filter(None, [both])]
    found += [f"{name} {said}" for name in (row, column) if row and column]
    return list(dict.fromkeys(text.strip() for text in found))


def _without_frame(question: str) -> str:
    rest = re.sub(r"^(那么?|还有|再|另外)|呢$", "", bare(question)).strip()
    return _NOT_PASSED.sub("没通过被驳回", rest)


def put_in(question: str, topic: Topic) -> str:
    """A mere name asked for as the last thing was (“书” after “卖酒要啥”: “书要啥”), else ''."""
    said = _without_frame(question)
    asks = "".join(found[0] for found in FRAME.finditer(bare(topic.subject)))
    mere = len(said) <= NAME and not FRAME.search(said)
    return f"{said}{asks}" if mere and len(asks) > 1 else ""


def changed_figures(question: str, topic: Topic) -> str:
    """The last calculation with another date, number of years or amount; '' if none is given.

    “要是4月28号呢” after “3月30号驳回 最晚几号重交” is the same question with that date.
    """
    said, subject = arabic(bare(question)), arabic(simplified(plain(topic.subject)))
    for figure in (_DAY, _YEARS, _COUNT, _AMOUNT):
        found = re.search(figure, said)
        if found and re.search(figure, subject) and len(said) <= len(found[0]) + 10:
            rest = (said[: found.start()] + said[found.end() :]).strip(" 的呢那要是如果换成还")
            again = re.sub(figure, partial(_in_place_of, found[0]), subject, count=1)
            return f"{again} {rest}".strip()
    return ""


def _in_place_of(new: str, old: re.Match[str]) -> str:
    """`1单` → `50单 每单`: what one of them costs stands behind it."""
    unit = old[0][-1]
    one = old[0] == f"1{unit}" and unit in "单件笔" and new.endswith(unit)
    return f"{new} 每{unit}" if one else new


def bare(question: str) -> str:
    return simplified(plain(question)).strip("?？!！。，, ")
