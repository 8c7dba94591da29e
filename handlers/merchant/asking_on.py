"""What goes on with the last answers: what else, what to do about it, what sets them apart.

“还有别的玩法吗” “那咋提” “差在哪” “那微信小店呢”. Pure.
"""

import re
from collections import Counter
from collections.abc import Sequence

from bot.conversation import Topic
from handlers.merchant.already import known
from handlers.merchant.crossing import across
from handlers.merchant.left_out import bare
from handlers.merchant.shapes import wants_difference, wants_steps
from handlers.merchant.tables import grid_around
from handlers.merchant.unsaid import matters_in
from knowledge.documents import Passage
from retrieval.library import Library

_OURS = re.compile(r"微信|小程序|小店|公众号|视频号|你们|咱们?|这边|这里|这儿")
_THE_REST = re.compile(
    r"^(那|还有)?(剩下?|其[他它余]|别|另外?)的?[那这]?[两三四几]?[个种样家]?(呢|都.{0,4})?$"
)
_WAY = (
    r"(?:玩法|打法|办法|方法|法子|做法|方式|招数?|路子|渠道|途径"
    r"|手段|花样|工具|活动|种类|选择|原因|功能|指标)"
)
_OTHER_WAYS = re.compile(
    rf"^(?:那么?|除了(?:这|那)[个些]?)?还有(?:没有?)?(?:别|其[他它余]|另外?|啥|什么|哪些)?的?{_WAY}?(?:吗|么|没有?|不|呢|嘛)?$"
    rf"|^(?:那么?)?(?:别|其[他它余]|另外?)的?{_WAY}(?:呢|吗|么|有吗|有没有|有哪些|有啥)?$"
)
"""“还有别的玩法吗”."""
_AGAINST = re.compile(
    r"^(?:那么?|这?[俩两]个?|它们|这[俩两]种|到底)*(?:差在哪|差别|区别|有(?:啥|什么)(?:区别|差别|不同|不一样)|差(?:啥|什么|多少)"
    r"|(?:哪个?|谁)[个种家边样]?(?:更|比较|要)?(?:好|强|合适|划算|管用|靠谱))(?:里|儿|点|些|一?些)?(?:呢|啊|呀|一点)?$"
)
_RAISE = re.compile(r"提|拉|涨|升|搞上|弄上|做上|[不没]达标|达不到|没到|[太偏]低|不够|不好看")
_MEANS = re.compile(r"手段|办法|措施")
_ALLOWED = re.compile(
    r"(?:那|这|它)?[个种样]?(?:玩法|活动|做法)?(?:现在)?(?:算不算|算|是不是|违不|会不会|会|能|还能|可以)?"
    r"(?:违规|合规|合法|违法|犯法|做|搞|用|玩|弄)(?:吗|么|不|嘛|没|啊)"
)
_INSTEAD = re.compile(r"可以换成")
_FORBIDDEN = re.compile(r"违规|禁止|避开|封禁")
_COPIES = re.compile(
    r"照搬|照抄|抄|照着|照做|模仿|学(?:他|它|着|不)|(?:这么|这样|也)(?:做|搞|弄|玩|来|整)"
)
FEW = 10
SOME = 3


def spoken_of(topics: Sequence[Topic], question: str) -> Sequence[Topic]:
    """The topics that a question may go on with.

    What was asked of another platform and not answered is one only for “那微信小店呢”.
    """
    if topics and not topics[-1].question and _OURS.search(bare(question)):
        return topics
    return [topic for topic in topics if topic.question]


def asked_of_us(question: str, topics: Sequence[Topic]) -> str:
    """“那微信小店呢” after what was asked of another platform: the same of ours; '' if not so."""
    if not topics or topics[-1].question:
        return ""
    ours = re.sub(r"^(那么?|要是|换成)|呢$", "", bare(question)).strip()
    return f"{ours}{re.sub(r'^(小店|店铺|店|小程序|的)', '', topics[-1].subject)}"


def the_rest(question: str, topics: Sequence[Topic], library: Library) -> list[Passage]:
    """“剩下的呢”: the cells beside those that were told."""
    said = bare(question)
    others = bool(_OTHER_WAYS.search(said))
    if not others and not _THE_REST.search(said):
        return []
    told = [p for topic in topics for p in known(topic, library)]
    items = [p for p in known(topics[-1], library) if p.kind == "item"]
    if items:
        counted = Counter(item.section for item in items)
        most = max(items, key=lambda item: counted[item.section])
        rest = [p for p in library.section(most) if p.kind == "item" and p not in told]
        return [p for p in rest if _INSTEAD.search(p.row)] or _ways_left(items, rest)
    cells = [p for p in told if p.kind == "cell"]
    if not cells or (others and not re.search(_WAY, said)):
        return []  # “还有吗” behind one value asks for no other thing's value
    return [c for c in across(cells[-1], library) if c not in told]


def _ways_left(told: Sequence[Passage], rest: list[Passage]) -> list[Passage]:
    """Behind what is forbidden nobody asks for what else is."""
    return [] if all(_FORBIDDEN.search(p.text) for p in told) else rest


def cautions(question: str, topic: Topic, library: Library) -> list[Passage]:
    """“这玩法我能照搬吗” “违规不” behind a story: what is said against it."""
    said = bare(question)
    if len(said) > FEW + SOME or not (_COPIES.search(said) or _ALLOWED.fullmatch(said)):
        return []
    told = known(topic, library)
    own = [note for one in told for note in library.corrections(one)]
    whole = [p for one in told[:1] for p in library.section(one) if p.kind == "correction"]
    return (own or (whole if _COPIES.search(said) else []))[:1]


_LEAST = re.compile(r"最[少低]|起码|至少|保底|打底")
_MOST_OF = re.compile(r"最[多高]|顶多|封顶|顶格|上限")
_HOLDS_LEAST = re.compile(r"不足\d+元按|最[少低]\d|至少|起步|以上")
_HOLDS_MOST = re.compile(r"最[多高]|上限|封顶|不超过|以下|[-~至到]\d")
_MONEY_OR_TIME = re.compile(
    r"(?:赔|罚|扣|退|收|要|得|是|交)?(?:多少|几)(?:钱|元|块钱?|天|倍|年|次)?|(?:多少|几)(?:呢|啊)?"
)


def bound_of(question: str, topic: Topic, library: Library) -> list[Passage]:
    """“最低赔多少” behind what says so itself: the passage told first, once more."""
    said = bare(question)
    for bound, holds in ((_LEAST, _HOLDS_LEAST), (_MOST_OF, _HOLDS_MOST)):
        rest = re.sub(r"^那|[呢啊]$", "", bound.sub("", said, count=1))
        if bound.search(said) and _MONEY_OR_TIME.fullmatch(rest.strip()):
            return [p for p in known(topic, library)[:1] if holds.search(bare(p.value or p.text))]
    return []


def way_of(question: str, topic: Topic, library: Library) -> list[Passage]:
    """“那咋提” behind a figure: the cell of its row that says what to do about it."""
    said = bare(question)
    if not wants_steps(said) or len(said) > FEW:
        return []
    found: dict[str, Passage] = {}
    for told in known(topic, library):
        new = [way for way in _ways(said, told, library) if way.id not in topic.passages]
        if new:
            found.setdefault(told.row, new[0])
    return [*found.values()][:SOME]


def _ways(said: str, told: Passage, library: Library) -> list[Passage]:
    """What its page says is done about a row: a cell of it, then the item of the same name."""
    same = [p for p in _page(told, library) if p.row and p.row == told.row]
    cells = (p for p in same if p.kind == "cell")
    for cell in sorted(cells, key=lambda cell: not _raised(said, cell)):
        rows, columns = grid_around(cell, library).named(said)
        if set(rows) <= {told.row} and (cell.column in columns or _raised(said, cell)):
            return [cell, *(p for p in same if p.kind == "item")]
    return []


def _raised(said: str, cell: Passage) -> bool:
    return bool(_RAISE.search(said) and _MEANS.search(cell.column))


def _page(passage: Passage, library: Library) -> Sequence[Passage]:
    return library.documents[passage.document].passages


def side_against(question: str, topics: Sequence[Topic], library: Library) -> list[Passage]:
    """“差在哪” “哪个好” behind two things told one after the other: both of them.

    All that sets them apart, or what was told of both.
    """
    if not _AGAINST.search(bare(question)) or len(topics) < 2:
        return []
    told = [next((p for p in known(t, library) if p.kind == "cell"), None) for t in topics[-2:]]
    first, last = told
    if not first or not last or first.table != last.table:
        return []
    grid = grid_around(first, library)
    things, aspects = ([first.column, last.column], [first.row, last.row])
    if not grid.transposed:
        things, aspects = aspects, things
    if len(set(things)) < 2:
        return []
    wanted = grid.aspects() if wants_difference(bare(question)) else aspects[:1]
    return grid.cross(things, wanted)


def carried(question: str, cell: Passage, row: str, library: Library) -> list[Passage]:
    """The cell beside this one in a row spoken of before, where the question names none."""
    if cell.kind != "cell" or cell.row == row or matters_in(question):
        return []
    grid = grid_around(cell, library)
    return [] if grid.named(bare(question))[0] else grid.pick([row], [cell.column])
