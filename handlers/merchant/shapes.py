"""What kind of answer does a question want? Told by its words. Pure."""

import re

from knowledge.chinese import number_of

_COMPARE = re.compile(
    r"差在|差(多少|几)|差距|两样|一样[吗不么]|差别|区别|不同|不一样|分别|对比|相比|比较|比一?比|比一下|强在|优势|哪个(更|最|比较)?[^几些]{0,4}"
    r"|哪(种|家|边)(更|最|比较)?(好|贵|便宜|快|慢|高|低|多|少|省|强|划算)|还是.{1,8}好|各自|各(是|要|多少|几|占|有|需)|谁(更|最|能|比较)|\bvs\b"
)
_DIFFERENCE = re.compile(
    r"差在|差别|差异|区别|不同|两样|不一样|一样[吗不么]|对比|相比|比较|比一?比|比一下|(?:差|差了)(啥|什么)"
)
_JUDGES = re.compile(r"[短长]板|[优缺]点|[优劣]势|[短长]处|利弊|不足|好处|坏处|毛病|强在")
_DOES = re.compile(r"(怎么|咋|如何|怎样|点样?)(才?能|样)?(个)?(做|搞|弄|整|玩|操作|设置?|办)")
_LIST = re.compile(
    r"有哪|哪些|哪几|几大|哪[三四五六七八两]|几(种|个|类|样|项|块|条|步|款|方面|部分)|[三四五六七八两](种|个|类|样|项|大|块)"
    r"|包括|包含|含哪|都有(啥|什么|些)|有(啥|什么|些)|分别是|清单|材料|要准备|准备(啥|什么)|做(啥|哪|什么)事|列(一)?下|(哪|什么)(方面|内容|环节)|一步一步|分几步|[走过分]几[道关]|先.{1,4}后.{1,3}|每一?[级段步层]|排(个|一?下)?(名|序|队)|从[高大多]到[低小少]|依次|(什么|啥|哪些)花样|逐[个一条项]|挨个|一[个样条]一?[个样条]"
    r"|(?:怎么|咋|如何|怎样)划?分(?![享账销润钱成佣])"
)
_WHY = re.compile(
    r"为个?(什么|啥|何)|凭(什么|啥)|图(什么|啥)|(怎么|咋)(会|给|就|被|那么|这么)|原因|干(嘛|啥|什么)(要|都|不)"
    r"|有(啥|什么)(用|好处|坏处|后果|意义)|点解"
)
_STEPS = re.compile(
    r"怎么(?!回事|算|收|样|就|会|还|说|这)|(?<!会)怎样|如何|咋(?!回事|样|算|就|会|还|收)|步骤|流程|办法|方法|做法|先.{1,8}再|接下来|下一步|该做|要做|注意"
)
_CONFLICT = re.compile(
    r"听(谁|哪|信)|信(谁|哪)|到底(哪|听|信|是|咋|怎)|两(边|篇|个说法|处|头)|说法|不一样|矛盾|冲突|打架|有(的|人)说"
    r"|一[篇处].{1,20}(另)?一[篇处]|哪个(对|准|是真|算数)"
)
_QUANTITY = re.compile(
    r"多少|多久|多长|百分|多[吗么不](?!久|长)|常见[吗么不]|几(?=[个天块钱成倍年次家件多点月小人万岁]|[^种类样哪])|好多(?=钱|天|个)"
)
_EACH = re.compile(
    r"(?:怎么|咋|如何|怎样)划?分(?![享账销润钱成佣])|每|各|逐[个一条项]|挨个|都|全部|分别|一步一步|分几步|[走过]几道|先.{1,4}后"
)
_SUPERLATIVE = re.compile(
    r"(哪一?(个|种|类|家|边|条)|谁|哪)[^，。？]{0,6}(最|更)|最[^，。？]{1,8}(是)?(哪|谁|啥|什么)|里头?.{0,6}最|各(自|是|要|有)"
)
_CHOICE = re.compile(r"哪一?(个|种|家|边|条|款)|谁")
_RANKS = re.compile(r"排(个|一?下)?(名|序|队)|从[高大多]到[低小少]|依次")
_COUNT = re.compile(r"([二两三四五六七八九十]|[2-9])(个|种|大|类|样|项|块|条|步|款|点)")


def wants_comparison(question: str) -> bool:
    """Two or more things side by side."""
    return bool(_COMPARE.search(question))


def wants_difference(question: str) -> bool:
    """What sets two things apart, whatever it is."""
    return bool(_DIFFERENCE.search(question))


def wants_judgement(question: str) -> bool:
    """What is good or bad about something: no table of figures says that."""
    return bool(_JUDGES.search(question))


def asks_to_do(question: str) -> bool:
    """“怎么做才有效果”: what to do, whatever else is named."""
    return bool(_DOES.search(question))


def wants_choice(question: str) -> bool:
    """Which one of them."""
    return wants_extreme(question) or bool(_CHOICE.search(question) and wants_comparison(question))


def wants_ranking(question: str) -> bool:
    """All of them, from the most to the least."""
    return bool(_RANKS.search(question))


def wants_list(question: str) -> bool:
    """Everything of a kind."""
    return bool(_LIST.search(question))


_ACHIEVED = re.compile(
    r"(?:怎么|咋|如何|怎样)(?:才)?(?:做到|做成|实现|办到|弄到|搞到|来的|弄成|搞成|[涨升降缩提][^，。？]{0,4}的)|(?:靠|凭)(?:的是)?(?:什么|啥|哪)"
    r"|(?:什么|啥)(?:办法|法子|招)做到|(?:做|干)了(?:些)?(?:什么|啥)"
)


def wants_way_there(question: str) -> bool:
    """What somebody did to get so far (“是怎么做到的”): the story tells it."""
    return bool(_ACHIEVED.search(question))


_OUTCOME = re.compile(
    r"(咋|怎么)样[了啦]|后来(呢|怎|咋)?|结果(呢|怎|咋|如何|是)|效果(怎|咋|如何|好)|(咋|怎么|什么|啥)了$"
)


def wants_outcome(question: str) -> bool:
    """How it went: what was done is known, what came of it is asked."""
    return bool(_OUTCOME.search(question))


def wants_each(question: str) -> bool:
    """Every one of them, whatever part of them is named."""
    return bool(_EACH.search(question))


def wants_quantity(question: str) -> bool:
    """A number: how much, how many, how long."""
    return bool(_QUANTITY.search(question))


_TERM = re.compile(r"多久|多长时间|[几多]少?天|几个月|几年|何时|什么时候|啥时|几时|期限|时限")
_LASTS = re.compile(r"\d *(天|个?工作日|小时|分钟|个月|自然日|年(?!\d))|t\+1|即时|次日|周期|售后期")


def holds_quantity(text: str, question: str) -> bool:
    """Whether a text holds a number of the kind that the question asks for."""
    if _TERM.search(question):
        return bool(_LASTS.search(text.lower()))
    return any(sign.isdigit() for sign in text) or "免费" in text


def wants_steps(question: str) -> bool:
    """How something is done."""
    return bool(_STEPS.search(question))


def wants_reason(question: str) -> bool:
    """Why, or what for."""
    return bool(_WHY.search(question))


def sees_conflict(question: str) -> bool:
    """The asker has met two statements that do not agree."""
    return bool(_CONFLICT.search(question))


def wanted_count(question: str) -> int | None:
    """How many things of a kind the asker expects (“哪三个”)."""
    found = _COUNT.search(question)
    return (
        number_of(found[1])
        if found and not found[1].isdigit()
        else int(found[1])
        if found
        else None
    )


def wants_extreme(question: str) -> bool:
    """Which of them is the most …"""
    return bool(_SUPERLATIVE.search(question))
