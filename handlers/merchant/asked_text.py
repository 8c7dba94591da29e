"""What a merchant wants checked, without the words that ask for it. Pure."""

from __future__ import annotations

import re

_TEXT = (
    "文案|标题|广告词|广告语|广告|详情页|详情|海报|主图|活动方案|活动|玩法|话术|朋友圈|推文|口号"
    "|slogan|宣传语|宣传|句子|话|介绍|简介|方案|内容|东西|图"
)
_THIS = rf"(?:这样|这么|这种|这|那)?(?:个|句|段|条|样)?(?:{_TEXT})?(?:写|说|宣传|搞|做|发|用|改)?"
_LOOK = (
    "看一看|看一下|看看|看下|瞅瞅|瞧瞧|检查一下|检查下|检查|检测一下|检测下|检测|审核一下|审核下|审核"
    "|审一下|审下|审审|审|过一下|过目|把把关|把关|查查|查一下|查下|查|看"
)
_VERBS = "用|发|写|过审|过|搞|做|上架|放|说|被罚|罚|违规|违法|有问题|有风险|得通|得了审"
_ASKS = "|".join(
    (
        f"(?:能|可以|行|成|中|会|不会|算|敢|好|过)(?:{_VERBS})?(?:吗|么|不行|不|没|嘛|吧)",
        f"(?:能不能|可不可以|会不会|行不行|敢不敢|算不算)(?:这么|这样)?(?:{_VERBS})?",
        "(?:有没有|有无|有)(?:什么|啥)?(?:问题|风险|毛病|违规|违禁词|敏感词)(?:没有|没|吗|么|不)?",
        "违不违规|合不合规|违规吗|合规吗|合法吗|违法吗|违规不|合规不|要不要紧|过得了审不|过关不",
        "咋样|怎么样|如何|妥不妥|犯法吗|中不中|可以不",
    )
)
_OPENING = re.compile(
    "|".join(
        (
            r"[\s，,。:：!！、~]+",
            r"(?:好的?|行|嗯|哦|再)(?=[\s，,]|改|换)",
            r"(?:那|请问|请|麻烦|劳驾|你好|您好|在吗|老师|亲)(?:你|您)?",
            r"(?:帮|给|替)(?:我|忙|咱|我们)?(?:们)?",
            rf"(?:{_LOOK})(?:一?下)?",
            rf"(?:我|我们)?(?:这|那|下面|以下|几|一)(?:几)?(?:个|句|段|条|则|些|篇|样)(?:的)?"
            rf"(?:新|促销)?(?:{_TEXT})?",
            rf"(?:我|我们|店里|本店)的(?:新|促销)?(?:{_TEXT})",
            rf"(?:{_TEXT})(?:检查|检测|审核)?(?:一?下)?(?=[\s:：，,是写“\"「])",
            rf"(?:我|我们)?(?:想|打算|准备|要)?(?:在)?(?:{_TEXT})?(?:里|上|中)?"
            rf"(?:写|改成|改为|换成|换为|叫|说成)(?:的是|了|着|个|上)?(?=[\s:：，,“\"「\u4e00-\u9fff])",
            rf"(?:{_ASKS})(?=[\s:：，,])",
        )
    )
)
_ALLOWED = re.compile(
    rf"(?:(?:我|我们|咱)?(?:在)?(?:商品|产品|宝贝|直播|店铺?|包装)?(?:{_TEXT}|页面?|间|袋|盒)?(?:里|上|中)?)"
    r"(?:能不能|可不可以|可以不可以|能否|可否|让不让|准不准|许不许|敢不敢)"
    r"(?:再|也|直接|这么|这样)?(?:写|说|发|放|叫|标|打|用|喊|印|吹|宣传|讲)(?:上|成|个|句|一句|点)?"
    r"(?=[“\"「]?[\w])"
)
"""“详情页能不能写史上最低价” asks; “不能写” there is no denial of what follows."""
_CLOSING = re.compile(
    rf"(?:[\s，,。?？!！~、]+|(?:请)?(?:帮|给)?(?:我|忙)?(?:{_LOOK})|{_THIS}(?:的话)?(?:{_ASKS}))$"
)
_ONLY_NAMED = re.compile(rf"(?:{_TEXT}|这|我|们|店|新|的|一下|几?个|几?条|下|里|吧|呗|\s){{1,12}}")
_QUOTED = re.compile('[“"「『](?P<text>[^”"」』]{4,})[”"」』]')
_QUOTES = "“”\"「」『』'‘’"
_AGREES = re.compile(
    "^(?:那|好的?|行|可以|嗯+|ok|成|中)?[\\s，,。!！]*"
    "(?:就(?:用|写|发)?(?:这样|这|它)(?:个|句|条|版)?|用这个|用它|就这样|好的?|行|可以|没问题|就它|ok|成)"
    "[\\s，,。!！吧了啊呗~]*$",
    re.IGNORECASE,
)
_LAYERS = 8


def asked_text(message: str) -> str:
    """The text itself; empty where only the asking is left (“帮我审一下朋友圈文案”)."""
    quoted = _QUOTED.search(message)
    if quoted and len(quoted["text"]) * 2 >= len(message):
        return quoted["text"].strip()
    text = _stripped(message.strip())
    if _ONLY_NAMED.fullmatch(text):
        return ""
    return text.strip(f" \t\r\n，,。:：;；、!！{_QUOTES}")


def _stripped(text: str) -> str:
    allowed = _ALLOWED.match(text)
    text = text[allowed.end() :] if allowed else text
    for _ in range(_LAYERS):  # people ask in layers: 那帮我看下这个标题……行不行
        opening = _OPENING.match(text)
        shorter = text[opening.end() :] if opening else text
        shorter = _CLOSING.sub("", shorter, count=1)
        if shorter == text:
            break
        text = shorter
    return text


def agrees(message: str) -> bool:
    """Whether the message only accepts what was proposed (“行 就这个”)."""
    return bool(_AGREES.match(message.strip()))
