"""One spelling for what people type: simplified, without dialect, typos and decoration.

The signals are written in plain Mandarin; this module brings the rest of the world there.
"""

import re

from bot.messages import plain
from knowledge.chinese import simplified

LIMIT = 400
"""Characters read of one message: who has not said by then what they want will be asked."""

_NAMED_EMOJI = re.compile(r"\[[^\[\]\s]{1,8}\]")
_PAUSES = re.compile(
    r"(?:[,，。;；、:：!！~～…—_*#\"'“”‘’「」『』()（）【】<>《》|/\\\s]|(?<!\d)[.-]|[.-](?!\d))+"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_TRIPLED = re.compile(r"(\D)\1{2,}")

# Order matters: the longer word stands before the shorter one that begins it.
_SAME = {
    # Cantonese
    "唔该晒": "谢谢", "唔该": "麻烦", "多谢晒": "谢谢", "唔好意思": "不好意思", "得唔得": "行不行",
    "系唔系": "是不是", "系咪": "是不是", "可唔可以": "可不可以", "唔系": "不是", "唔": "不",
    "嘅": "的", "咗": "了", "喺": "在", "嚟": "来", "佢": "他", "俾": "给", "畀": "给",
    "点解": "为什么", "点样": "怎么", "几时": "什么时候", "几多": "多少", "边度": "哪里", "边个": "谁", "睇": "看", "攞": "拿",
    "而家": "现在", "寻日": "昨天", "听日": "明天", "今日": "今天", "仲裁": "仲裁", "点解释": "点解释", "点解决": "点解决", "仲未": "还没", "仲": "还",
    "未到": "没到", "冇": "没有", "咩": "什么", "乜": "什么", "开间": "开个", "铺头": "店",
    "开间铺": "开个店", "间铺": "个店", "开铺": "开店", "细咗": "小了", "细了": "小了", "烂咗": "坏了", "得闲": "有空",
    # other dialects
    "咋整": "怎么办", "咋办": "怎么办", "咋样": "怎么样", "咋个": "怎么", "啷个": "怎么",
    "咋": "怎么", "啥子": "什么", "嘛子": "什么", "啥时候": "什么时候", "啥时": "什么时候",
    "啥": "什么", "木有": "没有", "莫得": "没有", "没得": "没有", "俺": "我", "侬": "你",
    "舖": "铺", "妳": "你", "恁": "你", "甭": "不用", "中不中": "行不行", "得行不": "行不行", "晓得": "知道",
    "娃儿": "孩子", "搁哪": "在哪", "嘞": "的", "整不明白": "不懂", "为嘛": "为什么",
    # slips of finger and ear
    "帐": "账", "定单": "订单", "签受": "签收", "退贷": "退货", "退活": "退货", "推货": "退货",
    "推款": "退款", "换活": "换货", "换贷": "换货", "发漂": "发票", "快弟": "快递", "快第": "快递",
    "物留": "物流", "投拆": "投诉", "偷诉": "投诉", "转人公": "转人工",
    "转克服": "转客服", "找克服": "找客服", "客付": "客服", "在嘛": "在吗", "再吗": "在吗", "在妈": "在吗", "在么": "在吗",
    "蟹蟹": "谢谢", "泥好": "你好", "尼好": "你好", "拟好": "你好", "复狗": "复购", 
    "专化率": "转化率", "转换率": "转化率", "客单件": "客单价", "手序费": "手续费", "审合": "审核",
    "礼拜": "星期", "周日": "星期日", "周天": "星期日", "怎莫": "怎么", "为何": "为什么",
    "肿么": "怎么", "神马": "什么", "米有": "没有", "tuihuo": "退货",
    "tuikuan": "退款", "huanhuo": "换货", "kefu": "客服", "rengong": "人工", "zaima": "在吗",
}  # fmt: skip
_ANY = re.compile("|".join(map(re.escape, sorted(_SAME, key=len, reverse=True))))


def spelled(text: str) -> str:
    """`text` as the signals read it: one spelling, pauses as single spaces, `?` kept."""
    said = simplified(plain(_NAMED_EMOJI.sub(" ", text[:LIMIT])))
    said = _ANY.sub(lambda m: _SAME[m[0]], said)
    said = _PAUSES.sub(" ", _THOUSANDS.sub("", said)).strip()
    return _TRIPLED.sub(r"\1\1", said)
