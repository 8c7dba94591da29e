"""Does an answer tell the figure that was asked for, or only something about the matter? Pure.

“KOL一篇软文多少钱” finds that KOLs exist. To say so as if it were the answer pretends to know.
"""

import re
from collections.abc import Sequence

from bot.messages import plain
from knowledge.chinese import arabic, simplified
from knowledge.documents import Passage

_PRICE = re.compile(
    r"多少钱|多少元|[多几]少?钱|几块钱|(?<!哪)几块(?=$| )|几毛|报价|什么价|啥价|价位|收费多少"
    r"|要钱[吗么不]|(?<![能以])收[费钱][吗么不]|花钱[吗么不]|(收不收|要不要|花不花)(费|钱)"
)
_PRICED = re.compile(
    r"\d[\d.]*(万|千|百)?[+＋]?(元|块|万|$)|\d%|免费|不收|不要钱|元/|计费|计提|gmv"
)
_TERM = re.compile(
    r"多久(?!.{0,4}[看做开听参])|多长时间|几个?(月|工作日|小时|钟头|钟)|[几多]少?天|几(秒|分钟)"
)
_LASTS = re.compile(
    r"\d *(天|个?工作日|小时|分钟|个?月|个?自然日|年|日|秒)|[一二三五]年|即时|次日|t\+1"
    r"|每(日|天|季度|周|月)|定期|长期|售后期|周期|工期"
)
_DONE = re.compile(r"下来|办好|办完|办成|批下|批好|弄好|弄完|搞定|下证|拿到")
_VALID = re.compile(r"有效期?[^，。；]{0,4}年|年审|/年|每年")
"""How long something is good for is not how long it takes."""
_WHO = re.compile(
    r"[找去问归跟到](谁(?!的|家)|哪(?!种|个更))|谁[办管发批给收]|哪个?(部门|单位|地方|局)|在?哪(里|儿)?[办申]|上哪"
)
_OFFICE = re.compile(
    r"局|部门|平台|后台|当地|监管|官网|官方|银行|海关|助手|管局|服务商|法务|公众号|模块|工具"
)
_OFFICIAL = re.compile(r"证|照|办|批|申|备案|审|检|登记|注册|投诉|举报")
_COUNTED_UP = re.compile(r"(?:接入|对接|走|找|用)[^，。]{1,8}[、/]")
_MATTER = re.compile(r"认证|备案|审核|注销|退店|关店|提现|过户|迁移|授权|结算|退款")
_PART = re.compile(r"(?<!哪)几个点|抽(多少|几)|提成(多少|几)")
_PARTED = re.compile(r"%|免费|按|计")
_COUNT = re.compile(
    r"[招配备补放设][^，。？]{0,6}(几(个|件|张)|多少(人|货|件|张|个))(?!点|工作日|月|小时)"
)
_SHARE = re.compile(
    r"百分之[几多]|率[^，。？\d]{0,6}(多少|几(?![天年家块钱个]))|多少[^，。？]{0,4}率"
)
_RATE = re.compile(r"[\u4e00-\u9fff]{2}率")
_COMMON = re.compile(r".(费|汇|利|税|效|频|概|功|比|分)率")
"""Rates that are no figure of a shop's, or that have many names."""

_ACT = re.compile(
    r"领取|(?<![占带率])领(?![先导域军])|激活|报名|兑换|解封|解绑|申诉|续费|注销|转让|过户|合并|导出|打印|充值|贷款"
    r"|返还|返现|全免|减免|补贴|加急|排版|美颜|过期作废"
)
"""What is done or given; where no page says the word, none says how it is done."""


def lacks_figure(question: str, text: str) -> bool:
    """Whether a price, a time, a part or a count was asked and what was found first, which is the
    answer's first line, holds nothing of the kind.
    """
    asked, told = simplified(plain(question)), arabic(simplified(plain(text)))
    first = arabic(simplified(plain(text.partition("\n")[0])))
    if _DONE.search(asked):
        first = _VALID.sub("", first)
    if _COUNT.search(asked) and not any(sign.isdigit() for sign in first):
        return True
    for wanted, held in ((_PRICE, _PRICED), (_TERM, _LASTS), (_PART, _PARTED)):
        if wanted.search(asked):
            return not held.search(first)
    return bool(_SHARE.search(asked)) and not any(sign.isdigit() for sign in told)


def asks_who(question: str) -> bool:
    """Whether it asks who sees to something, or where to go for it (“找谁办”)."""
    return bool(_WHO.search(simplified(plain(question))))


def lacks_who(question: str, text: str) -> bool:
    """Whether that is asked, and nobody and no place is told."""
    said = simplified(plain(text))
    return asks_who(question) and not (_OFFICE.search(said) or _names_in(question, said))


def _names_in(question: str, text: str) -> bool:
    """Whether no office is asked for, and the text counts up whom to turn to (“达达、美团”)."""
    return not _OFFICIAL.search(simplified(plain(question))) and bool(_COUNTED_UP.search(text))


def matters_in(question: str) -> set[str]:
    """Which proceedings it names (认证, 审核 …)."""
    return set(_MATTER.findall(simplified(plain(question))))


def other_matter(question: str, passage: Passage) -> bool:
    """Whether it is asked how long one thing takes (认证) and the passage speaks of another."""
    named = matters_in(question) if _TERM.search(simplified(plain(question))) else set()
    told = f"{passage.section}{passage.row}{passage.column}{passage.text}"
    return bool(named) and not any(matter in told for matter in named)


def other_rate(question: str, passages: Sequence[Passage]) -> bool:
    """Whether the figure is asked of a rate (“加购率多少”) that none of the passages names."""
    asked = simplified(plain(question))
    named = [name for name in _RATE.findall(asked) if not _COMMON.search(name)]
    if not named or not _SHARE.search(asked):
        return False
    known = _all_said(passages)
    return not any(name in known for name in named)


def other_act(question: str, passages: Sequence[Passage]) -> bool:
    """Whether something is to be done or given (“怎么激活”) that none of the passages says."""
    named = _ACT.findall(simplified(plain(question)))
    known = _all_said(passages) if named else ""
    return bool(named) and not any(name in known for name in named)


def _all_said(passages: Sequence[Passage]) -> str:
    """All words of the passages and of what they are asked."""
    return "\n".join(
        text for p in passages for text in (p.section, p.row, p.column, p.text, *p.asks)
    )
