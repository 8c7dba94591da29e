"""What a merchant wants to be reminded of: which term, from which day, when. Pure.

Over `spelled` text. A wish to be reminded is one of setting, changing, cancelling and listing; a
question for a term whose day is named (“4月30日提交的 什么时候到期”) is answered the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from handlers.merchant.launch_days import coming_day, past_day
from handlers.rules.terms import NO_LEAD, Lead, What
from handlers.rules.window import SHANGHAI
from knowledge.chinese import number_of

Act = Literal["set", "change", "cancel", "list", "tell"]

_N = r"(\d{1,2}|[一二两三四五六七八九十]{1,3})"
_NOT_US = re.compile(
    r"提醒(一?下)?(顾客|客户|买家|客人|用户|消费者|粉丝|会员)|(短信|到货|发货|订阅|物流|消息|系统|平台|温馨)提醒|提醒(用语|话术|文案|语)"
)
_REMINDS = re.compile(
    r"提醒(一?下)?(我|俺|咱)|(设|定|加|弄|来)(个|一个|一下)?[^ ]{0,8}提醒|到(期|时候?|点)[^ ]{0,6}提醒|提前[^ ]{0,8}提醒|[点天号前分]提醒"
    r"|(到时候?|到期|快到|到点|截止前|前一天|提前)[^ ]{0,8}(叫|喊|通知|告诉|催|说)(一?声)?(我|俺|咱)|(叫|喊|催)我一?[声下]"
    r"|别(让|叫)我(忘|错过)|帮我(记|盯)(着|住)|(设|定)个?闹钟|记得(叫|喊|告诉|通知|催)我|给我提个醒|remind me"
)
_CANCEL = re.compile(
    r"(不用|不要|别|无需|不必|取消|撤|删|停|关|去)(了|掉)?[^ ]{0,8}提醒|提醒[^ ]{0,6}(取消|撤|删|关|停|不用|不要)"
)
_LIST = re.compile(
    r"(有|设|定)(了|过)?(哪些|什么|几个|多少)[^ ]{0,4}提醒|(看看?|查)(一?下)?[^ ]{0,4}提醒|提醒[^ ]{0,4}(有哪些|还在|设好|设了吗|设上|列表|呢$)"
)
_CHANGE = re.compile(
    r"(改|换|调|挪)[^ ]{0,10}提醒|提醒[^ ]{0,8}(改|换|调|挪|推迟|往后|往前|早点|晚点)|(改|换)(成|到|为)[^ ]{0,10}(提醒|叫我)"
)
_ASKS_WHEN = re.compile(
    r"什么时候|几号|哪天|来得及|赶得上|怎么算|过期(了)?(没|吗)|到几时|哪一天|哪几天|最晚|最迟|截止|到期|期限到|何时|还(剩|有)(几|多少)天|剩(几|多少)天"
)
_REASON = re.compile(r"(?<!指南)(?<!资料)(?<!听)说(?!一声)|理由|原因|因为|提示|显示|怎么(改|办|弄)")
_AGAIN = re.compile(r"(重新?|再|二次)(提交|交|申请|送审)")
_EVENTS: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("filing", re.compile(r"备案")),
    (
        "resubmit",
        re.compile(
            r"驳回|打回|退回|没(给|审)?过|不给过|没通过|未通过|被(拒|驳|毙)|拒了|驳了|不通过"
        ),
    ),
    ("yearly", re.compile(r"年审|认证")),
    (
        "review",
        re.compile(r"提交|[送提交报]审|递(交)?上去|交(上去|上|了|的|去审)|报上去|审核|过审"),
    ),
)
_TOLD = re.compile(r"(\d{1,2}月\d{1,2}日)(驳回|提交)")
_TERMS: dict[str, What] = {"驳回": "resubmit", "提交": "review"}
_FULL = re.compile(r"(20\d\d) ?[年./-] ?(\d{1,2}) ?[月./-] ?(\d{1,2})")
_AHEAD = {"今天": 0, "今晚": 0, "大后天": 3, "后天": 2, "明天": 1, "明早": 1, "明晚": 1}
_LATER = re.compile(rf"{_N}天(?:之|以)?后|过{_N}天")
_WEEK = re.compile(r"(下下|下|这|本)?个?(?:周|星期)([一二三四五六日天])")
_SOON = re.compile(rf"(半|{_N})个?(小时|钟头|分钟)(?:之|以)?后|过(半|{_N})个?(小时|钟头|分钟)")
_CLOCK = re.compile(
    rf"(凌晨|清早|早上|上午|中午|下午|傍晚|晚上|明早|明晚|今晚|早|晚)? ?{_N}(?:点钟?|:)(?:(半)|一刻|(\d{{1,2}})分?)?"
)
_LEAD = re.compile(rf"提前{_N}天|(?:提)?前{_N}天|(当天|那天|最后一天)|提前{_N}?个?(周|星期|月)")
_WHAT = re.compile(
    r"(?:提醒|叫|喊|催|通知|告诉)(?:一?下)?(?:我|俺|咱)(?:们)?(?:一声|一下)?(?:记得|别忘了?)?([^?]{1,40})"
)
LONG_AGO, SOON = timedelta(days=180), timedelta(days=60)
LATE_HOURS = ("下午", "傍晚", "晚上", "明晚", "今晚", "晚")


@dataclass(frozen=True)
class Asked:
    """`day` is the day of the event, or for `own` the day itself; `moment` an exact one (own)."""

    act: Act
    what: What | None = None
    day: date | None = None
    lead: Lead = NO_LEAD
    moment: datetime | None = None
    text: str = ""
    reason: bool = False
    """They also tell why it was rejected, which somebody else answers."""

    @property
    def dated(self) -> bool:
        """Whether a day or an hour is named."""
        return bool(self.day or self.moment)


def read_asked(said: str, now: datetime) -> Asked | None:
    """What `spelled` text wants of terms and reminders; None for nothing."""
    act = _act(said)
    if act is None:
        return None
    today = now.astimezone(SHANGHAI).date()
    what, day = event_in(said), event_day(said, today)
    if act == "tell":
        reason = bool(_REASON.search(said))
        told = what is not None and day is not None and not reason
        return Asked("tell", what, day) if told else None
    lead = Lead(_lead_days(said), _clock(said))
    if act == "set" and what is None:
        return _own(said, now, lead)
    return Asked(act, what, day, lead, text="", reason=bool(what and _REASON.search(said)))


def _act(said: str) -> Act | None:
    if _NOT_US.search(said):
        return None
    if _CANCEL.search(said):
        return "cancel"
    if _LIST.search(said):
        return "list"
    if _CHANGE.search(said):
        return "change"
    if _REMINDS.search(said):
        return "set"
    return "tell" if _ASKS_WHEN.search(said) else None


def told_term(answer: str, today: date) -> tuple[What, date] | None:
    """The term that our own last answer told (“11月20日驳回”), and its day."""
    found = _TOLD.search(answer)
    if not found:
        return None
    day = past_day(found[1], today)
    return (_TERMS[found[2]], day) if day else None


def event_in(said: str) -> What | None:
    """Which term is meant; what is to be handed in again was rejected."""
    rest = _AGAIN.sub(" ", said)
    found = next((what for what, words in _EVENTS if words.search(rest)), None)
    return "resubmit" if found is None and rest != said else found


def event_day(said: str, today: date) -> date | None:
    """The day something happened on, or will."""
    full, ahead = _full_date(said), coming(said, today)
    past = past_day(_LEAD.sub(" ", said), today)
    if past and ahead and "年" not in said and today - past > LONG_AGO and ahead - today < SOON:
        return full or ahead  # in November, “12月30日交的” is about the one to come
    return full or past or ahead


def coming(said: str, today: date) -> date | None:
    """The day ahead that is named: 明天, 三天后, 下周五, 12月3号."""
    named = max((word for word in _AHEAD if word in said), key=len, default="")
    if named:
        return today + timedelta(days=_AHEAD[named])
    if later := _LATER.search(said):
        return today + timedelta(days=_number(later[1] or later[2]))
    return _full_date(said) or _weekday(said, today) or coming_day(_LEAD.sub(" ", said), today)


def _weekday(said: str, today: date) -> date | None:
    found = _WEEK.search(said)
    if not found:
        return None
    weeks = {"下下": 2, "下": 1}.get(found[1] or "", 0)
    ahead = "一二三四五六日".index(found[2].replace("天", "日")) - today.weekday()
    return today + timedelta(days=ahead + 7 * weeks + (7 if ahead < 0 and not weeks else 0))


def _full_date(said: str) -> date | None:
    found = _FULL.search(said)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _own(said: str, now: datetime, lead: Lead) -> Asked:
    """A reminder of anything: at a day, an hour, or in so long."""
    at = now.astimezone(SHANGHAI)
    what = _WHAT.search(said)
    text = what[1].strip() if what else ""
    if soon := _SOON.search(said):
        return Asked("set", "own", moment=at + _span(soon), text=text)
    day = coming(said, at.date())
    if day is None and lead.at is not None:
        over = datetime.combine(at.date(), lead.at, SHANGHAI) <= at
        day = at.date() + timedelta(days=int(over))
    return Asked("set", "own" if day else None, day, Lead(None, lead.at), text=text)


def _span(found: re.Match[str]) -> timedelta:
    number, unit = found[1] or found[4], found[3] or found[6]
    count = 0.5 if number == "半" else _number(number)
    return timedelta(minutes=count) if unit == "分钟" else timedelta(hours=count)


def _lead_days(said: str) -> int | None:
    found = _LEAD.search(said)
    if not found or (
        found[2] and not re.search(rf"前{_N}天[^ ]{{0,3}}(提醒|叫|喊|通知|告诉)", said)
    ):
        return None
    if found[5]:
        return _number(found[4] or "1") * (30 if found[5] == "月" else 7)
    return 0 if found[3] else _number(found[1] or found[2])


def _clock(said: str) -> time | None:
    found = _CLOCK.search(said)
    if not found:
        return None
    hour, minute = _number(found[2]), 30 if found[3] else int(found[4] or 0)
    if found[1] in LATE_HOURS and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else number_of(text) or 0
