"""One spelling for what people type: simplified, without dialect, typos and decoration.

The signals are written in plain Mandarin; this module brings the rest of the world there.
"""

import re

from bot.messages import plain
from knowledge.chinese import simplified

HEAD = TAIL = 200
"""Characters read of a long message: people say what they want at its beginning or its end."""

_NAMED_EMOJI = re.compile(r"\[[^\[\]\s]{1,8}\]")
_PAUSES = re.compile(
    r"(?:[,，。;；、:：!！~～…—_*#\"'“”‘’「」『』()（）【】<>《》|/\\\s]|(?<!\d)[.-]|[.-](?!\d))+"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_TRIPLED = re.compile(r"(\D)\1{2,}")

# How we read a word, and how else people write it.
_SAME = (
    # Cantonese
    ("谢谢", "唔该晒 多谢晒"), ("麻烦", "唔该"), ("不好意思", "唔好意思"), ("行不行", "得唔得"),
    ("是不是", "系唔系 系咪"), ("可不可以", "可唔可以"), ("不是", "唔系"), ("不", "唔"),
    ("的", "嘅"), ("了", "咗"), ("在", "喺"), ("来", "嚟"), ("他", "佢"), ("给", "俾 畀"),
    ("为什么", "点解"), ("怎么", "点样"), ("什么时候", "几时"), ("多少", "几多"),
    ("哪里", "边度"), ("去到哪", "去到边"), ("去哪", "去边"), ("谁", "边个"),
    ("看", "睇"), ("拿", "攞"), ("现在", "而家"),
    ("昨天", "寻日 昨儿个 昨儿 昨日"), ("明天", "听日 明儿个 明儿"), ("前天", "前儿个 前儿"),
    ("今天", "今日 今儿个 今儿"), ("还没", "仲未"), ("还", "仲"), ("多久", "几耐"),
    ("没到", "未到"), ("没有", "冇"), ("什么", "咩 乜"), ("开个", "开间"), ("店", "铺头"),
    ("开个店", "开间铺"), ("个店", "间铺"), ("开店", "开铺"), ("小了", "细咗 细了"),
    ("坏了", "烂咗"), ("有空", "得闲"),
    # other dialects
    ("怎么办", "咋整 咋办"), ("怎么样", "咋样"), ("怎么", "咋个 啷个 咋"),
    ("什么", "啥子 嘛子 啥"), ("什么时候", "啥时候 啥时"), ("没有", "木有 莫得 没得"),
    ("我", "俺"), ("你", "侬 妳 恁"), ("铺", "舖"), ("不用", "甭"), ("行不行", "中不中 得行不"),
    ("知道", "晓得"), ("孩子", "娃儿"), ("在哪", "搁哪"), ("的", "嘞"), ("不懂", "整不明白"),
    ("为什么", "为嘛"),
    # slips of finger and ear
    ("账", "帐"), ("订单", "定单"), ("签收", "签受"), ("退货", "退贷 退活 推货 tuihuo"),
    ("退款", "推款 tuikuan"), ("换货", "换活 换贷 huanhuo"), ("发票", "发漂"),
    ("快递", "快弟 快第"), ("物流", "物留"), ("投诉", "投拆 偷诉"), ("转人工", "转人公"),
    ("转客服", "转克服"), ("找客服", "找克服"), ("客服", "客付 kefu"),
    ("在吗", "在嘛 再吗 在妈 在么 zaima"), ("谢谢", "蟹蟹"), ("你好", "泥好 尼好 拟好"),
    ("复购", "复狗"), ("转化率", "专化率 转换率"), ("客单价", "客单件"), ("手续费", "手序费"),
    ("审核", "审合"), ("星期", "礼拜"), ("星期日", "周日 周天"), ("怎么", "怎莫 肿么"),
    ("为什么", "为何"), ("什么", "神马"), ("没有", "米有"), ("人工", "rengong"),
)  # fmt: skip
_KEPT = ("仲裁", "点解释", "点解决")
"""Words that only look as if they held one of the above."""
_READ = {word: read for read, words in _SAME for word in words.split()} | {w: w for w in _KEPT}
# The longer word stands before the shorter one that begins it.
_ANY = re.compile("|".join(map(re.escape, sorted(_READ, key=len, reverse=True))))


def spelled(text: str) -> str:
    """`text` as the signals read it: one spelling, pauses as single spaces, `?` kept."""
    said = simplified(plain(_NAMED_EMOJI.sub(" ", _ends(text))))
    said = _ANY.sub(lambda m: _READ[m[0]], said)
    said = _PAUSES.sub(" ", _THOUSANDS.sub("", said)).strip()
    return _TRIPLED.sub(r"\1\1", said)


def _ends(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"
