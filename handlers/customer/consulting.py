"""Before buying: what may be returned, who pays freight, how long things take (facts §7, 消25, 办6-9).

No order is looked at and nothing is promised: the rules in general, with the shop's own policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.conversation import Handler, Outcome, Turn
from bot.messages import Choice, Citation, Reply
from handlers.customer.evaluate import AfterSales
from handlers.customer.ports import Policies
from handlers.customer.talking import Talking, talking
from handlers.rules.decide import Request
from handlers.rules.order import nobodys
from knowledge.policies import Policy
from knowledge.wording import Wording

TOLD = 3
"""Topics answered at once; who asks more asks again."""

_BEFORE = re.compile(
    "还?没(?:有)?(?:买|下单|拍|付款)|(?:买|下单|拍|付款)(?:之)?前|(?:先|想|随便)(?:打听|问问|咨询)|"
    "(?:想|打算|准备|要是|如果|万一)(?:我)?(?:买|拍|下单)(?!错|多|重)|再(?:决定|考虑)?(?:下单|买|拍)(?!一)"
)
_BOUGHT = re.compile("还没(?:有)?(?:买|下单|拍)到|买了|拍了(?!不|没)|收到|到货|签收")
_ASKS = re.compile("[吗么嘛呢不没?？]\\s*$|[?？]|怎么|几|多久|多少|谁|能不能|可不可以|会不会|支持")
# Who waits for their own money or parcel is not told how long it takes in general.
_OWN = re.compile("我(?:的|那)|[还一直迟]没(?:有)?(?:到|退|发|收)|迟迟")


@dataclass(frozen=True)
class Topic:
    """`key`: its template; `row`: the row of the table that it rests on."""

    key: str
    row: str
    words: re.Pattern[str]


def _topic(key: str, row: str, words: str) -> Topic:
    return Topic(f"as_consult_{key}", row, re.compile(words, re.IGNORECASE))


# What the goods are comes before the general rule; the first TOLD that show are answered.
TOPICS = (
    _topic("hygiene", "31", "内衣|内裤|文胸|泳衣|泳装|丝袜|贴身"),
    _topic("sealed", "18", "化妆|护肤|面霜|口红|面膜|精华|食品|零食|奶粉|保健|吃的|医疗|隐形眼镜"),
    _topic("fresh", "26", "水果|生鲜|海鲜|鲜花|蛋糕|坏果|烂果|车厘子|草莓"),
    _topic("custom", "23", "定制|定做|刻字|量身|来图|印字"),
    _topic("digital", "29a", "课程|电子书|激活码|卡券|网课|兑换码"),
    _topic("activated", "20", "手机|平板|手表|激活"),
    _topic("worn", "22a", "吊牌|洗过|穿过|试穿|下水"),
    _topic("exchange", "51a", "换货|换码|换尺?码|换颜色|换大|换小|能换|可以换|换不换"),
    _topic("fault", "34b", "质量|坏了|坏的|破损|碎|瑕疵|发错"),
    _topic("price", "52b", "降价|价保|保价|差价|便宜了"),
    _topic("invoice", "63", "发票|开票|专票"),
    _topic("ships", "6c", "发货|什么时候发|几天发"),
    _topic("paid_back", "16", "到账|退款.{0,4}(?:多久|几天)|(?:多久|几天).{0,4}退(?:款|钱)"),
    _topic("days", "16", "[七7]天|几天|多久|无理由|期限|能退|可以退|退得了|包退|退货|退(?:吗|么|不)"),
    _topic("freight", "16", "运费|邮费|快递费|包邮|邮寄费"),
)  # fmt: skip


def before_buying(text: str) -> bool:
    """Whether somebody asks before there is an order (还没买 先问问)."""
    return bool(_BEFORE.search(text)) and not _BOUGHT.search(text)


def topics_of(text: str) -> tuple[Topic, ...]:
    """What is asked about, the particular before the general."""
    return tuple(topic for topic in TOPICS if topic.words.search(text))[:TOLD]


@dataclass(frozen=True)
class Consulting:
    """Answers from the table and the shop's policy; None where nothing of it was asked about."""

    rules: AfterSales
    policies: Policies
    wording: Wording
    human: Choice

    async def __call__(self, turn: Turn, talk: Talking) -> Outcome | None:
        """Only a question is answered; who wants something done has to show an order."""
        text = turn.message.text
        early = before_buying("\n".join((*talk.said, text)))
        if not early and (_OWN.search(text) or not _ASKS.search(text)):
            return None
        return await self.told(turn, talk, early)

    async def told(self, turn: Turn, talk: Talking, early: bool) -> Outcome | None:
        """What the rules say of the topics; an open door for who only announces a question."""
        topics = topics_of(turn.message.text)
        if not topics and not (early and before_buying(turn.message.text)):
            return None
        policy = await self.policies(turn.conversation.shop)
        said = "".join(self.wording.say(t.key, **_blanks(t.key, policy)) for t in topics)
        if not early and not turn.message.in_room:
            said += self.wording.say("as_consult_order")
        reply = Reply(
            said or self.wording.say("as_consult_open"),
            (self.human,),
            tuple(dict.fromkeys(map(self._cited, topics))),
        )
        decision = replace(self.rules.decide(_asked(turn, policy)), items=())
        flow = _kept(talk, turn).flow()
        return Outcome((reply,), "answered", flow=flow, decision=decision.to_json())

    def _cited(self, topic: Topic) -> Citation:
        row = next(row for row in self.rules.book.table.rows if row.id == topic.row)
        cited, _ = self.rules.book.sources.cite(row.source)
        names = "；".join(f"{c.name}{f'第{c.clause}条' if c.clause else ''}" for c in cited[:2])
        quote = "；".join((row.text, *row.steps))
        return Citation("aftersales", "售后规则", names, quote, self.rules.book.sources.checked)


def _kept(talk: Talking, turn: Turn) -> Talking:
    """The talk goes on about buying: what was asked so far is remembered with it."""
    heard = talk if turn.message.text.strip() in talk.said else talk.hears(turn.message.text)
    return Talking(step="order", intent=turn.intent, said=heard.said, hint=heard.hint)


def _asked(turn: Turn, policy: Policy) -> Request:
    """Row 71a: a rule is asked about, of no order."""
    return Request(nobodys(), policy, turn.now, {"wish": "question"})


def _blanks(key: str, policy: Policy) -> Mapping[str, str]:
    """The policy's values where a template has a blank for them."""
    blanks = {
        "as_consult_days": {"days": str(policy.no_reason_days)},
        "as_consult_freight": {"payer": "店里" if policy.return_freight == "merchant" else "您"},
        "as_consult_fresh": {"hours": str(policy.fresh_hours)},
        "as_consult_ships": {"hours": str(policy.ship_hours)},
        "as_consult_price": {"price": _price(policy.price_protection_days)},
        "as_consult_exchange": {"exchange": _exchange(policy)},
    }
    return blanks.get(key, {})


def _price(days: int) -> str:
    return f"有价保，付款后{days}天内降价可以退差价" if days else "没有价保，降价不退差价"


def _exchange(policy: Policy) -> str:
    payer = "店里" if policy.return_freight == "merchant" else "您"
    return f"能换尺码、颜色，来回运费{payer}出" if policy.exchange_support else "不换货，退了重拍"


@dataclass(frozen=True)
class AboutOrders:
    """A question about rules: of an order where there is one, else of the shop's own pages, else in
    general. The built-in guide is for merchants: a customer is answered from the rules."""

    returns: Handler
    guide: Handler
    consulting: Consulting

    async def __call__(self, turn: Turn) -> Outcome:
        talk, flow = turn.conversation, talking(turn.conversation.flow)
        if talk.audience == "customer" and (talk.buyer_id is not None or flow.order_no):
            return await self.returns(turn)
        answered = await self.guide(turn)
        if talk.audience != "customer" or _of_the_shop(answered):
            return answered
        return await self.consulting.told(turn, flow, early=True) or answered


def _of_the_shop(answered: Outcome) -> bool:
    """Whether a page that the shop uploaded was quoted; built-in pages say when they were checked."""
    cited = [citation for reply in answered.replies for citation in reply.citations]
    return answered.status == "answered" and any(not c.as_of.endswith("核对") for c in cited)
