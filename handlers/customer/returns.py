"""After-sales with a customer: which order, what is wanted, the verdict, and a case at their word.

Rules decide; words only fill facts. A case is opened only after the customer's own 提交, from a
decision made again at that moment. Nothing here writes: what changes leaves in the Outcome.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.cases import CaseFile
from bot.conversation import Handler, Handoff, Outcome, Turn
from bot.messages import Choice, Reply
from handlers.customer.case_clock import with_case
from handlers.customer.evaluate import AfterSales
from handlers.customer.moments import until, yuan
from handlers.customer.pictures import evidence, needed
from handlers.customer.ports import CaseBook, Policies
from handlers.customer.talking import PICTURES, Talking, talking
from handlers.customer.telling import Telling, Told
from handlers.customer.which import Found, Trouble, Which
from handlers.orders.base import Orders, OrdersUnavailable
from handlers.rules.case import BUYER, Application, CaseRefused, act, is_open, open_case
from handlers.rules.case_facts import case_facts, cases_of, current, with_refunds
from handlers.rules.case_filing import FILED_TYPES, can_be_filed, planned
from handlers.rules.case_moves import NEGOTIATION, OPEN, REVIEW, WAIT_RETURN
from handlers.rules.decide import Request
from handlers.rules.decision import Decision
from handlers.rules.order import Item, Order
from handlers.rules.replay import record
from knowledge.rules.vocabulary import Value
from knowledge.wording import Wording

ROUNDS = 3
"""Questions in a row without getting on; then a person."""

_YES = re.compile(
    r"(?:嗯+|好+的?|行|可以|是的?|对|要|确认|确定|同意|提交|办|帮我|就这样|没问题|ok|yes|申请|"
    r"给我|现在|麻烦|谢谢|你?们|吧|啊|呀|了|嘞|哒|的|[，,。.！!~ ])+",
    re.IGNORECASE,
)
_SUBMITS = re.compile("提交|确认|同意|就这样|可以|好|行|嗯|办|对|是|ok|yes", re.IGNORECASE)
_NO_PICTURE = re.compile(
    "(?:没|扔|丢|删)[^，。]{0,4}(?:照片|图|凭证|视频)|(?:照片|图|视频)[^，。]{0,4}(?:没|扔|丢|删)"
)
_WAYBILL = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{0,4}\d{6,20})(?![0-9A-Za-z])")
_SENT = re.compile("寄了|寄出|寄回|寄走|发回|退回去|单号")
_APPLIED = re.compile("(?:申请|提交)(?:了|好了|过了)")
_COMMANDS = re.compile(
    "系统|指令|管理员|开发者|我是(?:你们|本店|这家)?(?:的)?(?:店长|老板|客服|员工|经理|主管)|忽略|"
    "system|prompt|ignore",
    re.IGNORECASE,
)
_KEYS: dict[Trouble, str] = {
    "which": "as_which_order", "none": "as_no_orders", "prove": "as_prove",
    "digits": "as_prove_digits", "number": "as_prove_number", "refused": "as_not_yours",
    "malformed": "as_malformed", "locked": "as_too_many_tries",
}  # fmt: skip


@dataclass(frozen=True)
class Matter:
    """One order under discussion: what was decided on it, and the case it has."""

    talk: Talking
    order: Order
    request: Request
    decision: Decision
    case: CaseFile | None
    earlier: tuple[CaseFile, ...]


@dataclass(frozen=True)
class Returns:
    """`on_platform(order)`: this order's after-sales are filed in 微信小店 itself, by the buyer.
    `files(order)`: we file them there for the buyer, once they are approved."""

    rules: AfterSales
    orders: Orders
    cases: CaseBook
    policies: Policies
    wording: Wording
    on_platform: Callable[[Order], bool] = lambda _order: False
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex
    files: Callable[[Order], bool] = lambda _order: False

    @property
    def telling(self) -> Telling:
        return Telling(self.wording, self.rules.book)

    async def __call__(self, turn: Turn) -> Outcome:
        try:
            return await self._reply(turn)
        except OrdersUnavailable:
            return self._handed(
                turn, Told(self.wording.say("as_orders_down")), "orders_unavailable"
            )

    async def _reply(self, turn: Turn) -> Outcome:
        talk = await self._heard(turn)
        which = Which(self.orders, self.cases, self.rules.understand.words)
        found = await which(turn, talk)
        if found.order is None:
            return await self._without_order(turn, found)
        matter = await self._matter(turn, found.talking, found.order)
        return self._commanded(turn, matter) or self._decided(turn, matter)

    # -- listening

    async def _heard(self, turn: Turn) -> Talking:
        """The talk with this message in it; taps count as what they say."""
        talk, choice = talking(turn.conversation.flow), turn.message.choice or ""
        if talk.step == "filed":
            talk = replace(talk, step="told", said=(), item="", pictures=())
        talk = replace(talk, intent=turn.intent)
        text = turn.message.text
        if choice.startswith("as:say:"):
            text = text or choice.removeprefix("as:say:")
        if choice.startswith("as:item:"):
            talk = replace(talk, item=choice.removeprefix("as:item:"))
        if not self._is_yes(turn, talk):
            talk = talk.hears(text)
        if turn.message.attachments:
            ids = turn.message.attachments
            new = await self.cases.digests(turn.conversation.id, ids)
            kept = tuple(dict.fromkeys((*talk.pictures, *new)))[:PICTURES]
            talk = replace(talk, pictures=kept)
        return talk

    # -- without an order

    async def _without_order(self, turn: Turn, found: Found) -> Outcome:
        """Safety and a person come before the question whose order it is, and reveal nothing."""
        decision, request = await self._unowned(turn, found)
        if decision.type == "escalate":
            talk = replace(found.talking, step="order")
            return self._escalated(turn, talk, decision, request)
        if turn.intent == "complaint_escalation":
            told = Told(self.wording.say("learning_complaint"))
            flow = replace(found.talking, step="order").flow()
            return replace(self._handed(turn, told, turn.intent), flow=flow, tried=found.tried)
        talk = replace(found.talking, step="order", rounds=found.talking.rounds + 1)
        trouble = found.trouble or "prove"
        if talk.rounds > ROUNDS and trouble not in ("which",):
            told = Told(self.wording.say("handoff_asked"))
            handed = self._handed(turn, told, "identity")
            return replace(handed, flow=talk.flow(), tried=found.tried)
        told = Told(self.wording.say(_KEYS[trouble]), self._taps(found))
        return Outcome(
            (Reply(told.text, told.choices),), "clarify", intent=talk.intent,
            flow=talk.flow(), tried=found.tried, decision=decision.to_json(),
        )  # fmt: skip

    def _taps(self, found: Found) -> tuple[Choice, ...]:
        return (*self.telling.order_choices(found.own), self.telling.human())

    async def _unowned(self, turn: Turn, found: Found) -> tuple[Decision, Request]:
        """The decision on an order nobody is shown: a stand-in, the same for every wrong number."""
        stand_in = Order("0" * 12, "signed", (Item("商品"),))
        words = dict(self.rules.words(found.talking.said, stand_in))
        stated: dict[str, Value] = {k: v for k, v in words.items() if k in _OPEN_FACTS}
        stated |= _whose(found.trouble)
        policy = await self.policies(turn.conversation.shop)
        request = Request(stand_in, policy, turn.now, stated)
        return self.rules.decide(request), request

    # -- with an order

    async def _matter(self, turn: Turn, talk: Talking, order: Order) -> Matter:
        """Decide twice: the ground that was told says which pictures would be complete."""
        shop = turn.conversation.shop
        earlier = tuple(await self.cases.of_order(shop, order.order_no))
        order = with_refunds(order, earlier)
        reused = await self.cases.reused(shop, order.order_no, talk.pictures)
        if reused:
            order = replace(order, evidence_hash_reused=True)
        policy = await self.policies(shop)
        words = dict(self.rules.words(talk.said, order))
        if talk.item:
            words["item"] = talk.item
        facts = {**words, **self._case_facts(order, earlier, words, turn)}
        first = Request(order, policy, turn.now, facts)
        wanted = needed(self.rules.book, order, self.rules.decide(first))
        facts["evidence"] = evidence(len(talk.pictures), wanted)
        request = replace(first, stated=facts)
        titles = [item.title for item in self.rules.decide(request).items]
        mine = cases_of(earlier, titles or None)
        return Matter(talk, order, request, self.rules.decide(request), current(mine), earlier)

    def _case_facts(
        self, order: Order, earlier: Sequence[CaseFile], words: dict[str, Value], turn: Turn
    ) -> dict[str, Value]:
        """What the cases of the named item tell; of the whole order when none is named."""
        item = words.get("item")
        titles = [item] if isinstance(item, str) and item not in ("all", "one") else None
        return dict(case_facts(cases_of(earlier, titles), turn.now))

    # -- commands: 提交, 撤销, a waybill, more pictures

    def _commanded(self, turn: Turn, matter: Matter) -> Outcome | None:
        choice, talk = turn.message.choice or "", matter.talk
        if choice == "as:submit" or (talk.step == "offer" and self._is_yes(turn, talk)):
            return self._submitted(turn, matter)
        if choice == "as:withdraw" or (talk.step == "withdraw" and self._is_yes(turn, talk)):
            return self._withdrawn(turn, matter)
        if choice == "as:keep":
            return self._say(matter, self.wording.say("thanks"), "told")
        if self.on_platform(matter.order):
            return self._platform_news(turn, matter)
        if matter.case and is_open(matter.case):
            return self._sent_back(turn, matter) or self._more_evidence(turn, matter)
        return None

    def _platform_news(self, turn: Turn, matter: Matter) -> Outcome | None:
        """What was done in 微信小店 itself: seen only once the platform has told us."""
        text, seen = turn.message.text, matter.case is not None and is_open(matter.case)
        if _WAYBILL.search(text) and _SENT.search(text):
            return self._say(_unheard(matter), self.wording.say("as_sent_back_platform"), "told")
        if _APPLIED.search(text):
            key = "as_platform_clock" if seen else "as_platform_not_seen"
            return self._say(_unheard(matter), self.wording.say(key), "told")
        return None

    def _is_yes(self, turn: Turn, talk: Talking) -> bool:
        """A plain yes to what we just offered; anything with another word in it is no yes."""
        text = turn.message.text.strip()
        waiting = talk.step in ("offer", "withdraw")
        return waiting and bool(_YES.fullmatch(text)) and bool(_SUBMITS.search(text))

    def _submitted(self, turn: Turn, matter: Matter) -> Outcome:
        """Open the case of the decision as it is now, if it can be opened."""
        decision, talk = matter.decision, matter.talk
        if talk.step != "offer" or not decision.eligible or decision.evidence_required:
            if matter.case and is_open(matter.case):
                return self._decided(turn, matter)
            return self._say(matter, self.wording.say("as_nothing_to_submit"), "told")
        application = Application(
            self.new_id(), turn.conversation.shop, matter.order.order_no, matter.order.buyer,
            turn.conversation.id, decision, record(matter.request, decision), talk.pictures,
        )  # fmt: skip
        try:
            case = open_case(application, matter.earlier, turn.now)
        except CaseRefused as refused:
            said = self.wording.say("as_cannot_submit", why=refused.reason)
            return self._say(matter, said, "told")
        if self.files(matter.order):
            ends = decision.window.ends if decision.window else None
            case = planned(case, turn.now, ends)
        told = self._say(matter, self._filed(case), "filed")
        return with_case(told, 0, case, turn.now)

    def _filed(self, case: CaseFile) -> str:
        limit = until(case.deadline) if case.deadline else ""
        if case.filing == "planned":
            kind = self.wording.say(f"cw_kind_{FILED_TYPES[case.type]}")
            return self.wording.say("cw_planned", until=limit, kind=kind)
        if case.filing == "wanted":
            return self.wording.say("cw_being_filed")
        if len(case.history) > 1:
            key = "as_at_USER_WAIT_RETURN"
            back = self.wording.say(key, until=limit) if case.status == WAIT_RETURN else ""
            return self.wording.say("as_submitted_rule", next=back)
        key = "as_submitted_ticket" if case.status == OPEN else "as_submitted"
        return self.wording.say(key, until=limit)

    def _withdrawn(self, turn: Turn, matter: Matter) -> Outcome:
        if matter.case is None or not is_open(matter.case):
            return self._say(matter, self.wording.say("as_kept"), "told")
        if matter.case.platform_id or matter.case.filing in ("wanted", "filed"):
            return self._say(matter, self.wording.say("cw_withdraw_there"), "told")
        return self._acted(turn, matter, "withdraw", self.wording.say("as_withdrawn"))

    def _sent_back(self, turn: Turn, matter: Matter) -> Outcome | None:
        """A waybill told in chat; on the platform only its own form counts."""
        text, case = turn.message.text, matter.case
        waybill = _WAYBILL.search(text)
        if case is None or not (waybill and _SENT.search(text)):
            return None
        if case.platform_id:
            return self._say(_unheard(matter), self.wording.say("as_sent_back_platform"), "told")
        if case.status != WAIT_RETURN:
            return None
        said = self.wording.say("as_sent_back", waybill=waybill[1])
        return self._acted(turn, matter, "send_back", said, waybill[1])

    def _more_evidence(self, turn: Turn, matter: Matter) -> Outcome | None:
        case, count = matter.case, len(turn.message.attachments)
        if case is None or not count or case.status not in (REVIEW, NEGOTIATION, OPEN):
            return None
        if case.status == OPEN and case.type == "escalate":
            return None
        said = self.wording.say("as_evidence_added", n=str(count))
        grown = replace(
            case, evidence=tuple(dict.fromkeys((*case.evidence, *matter.talk.pictures)))
        )
        return self._acted(turn, replace(matter, case=grown), "add_evidence", said)

    def _acted(self, turn: Turn, matter: Matter, name: str, said: str, note: str = "") -> Outcome:
        """The buyer's act on the case, by the same state machine as everybody's."""
        assert matter.case
        try:
            moved = act(matter.case, name, BUYER, turn.now, note)
        except CaseRefused as refused:
            why = self.wording.say("as_cannot_submit", why=refused.reason)
            return self._say(matter, why, "told")
        told = self._say(matter, said, "filed")
        return with_case(told, matter.case.version, moved, turn.now)

    # -- decisions

    def _decided(self, turn: Turn, matter: Matter) -> Outcome:
        decision, request = matter.decision, matter.request
        if decision.type == "escalate":
            return self._escalated(turn, matter.talk, decision, request, matter.case)
        if decision.type == "ask":
            return self._asked(turn, matter)
        if decision.eligible:
            return self._offered(turn, matter)
        if decision.type == "reject":
            told = self.telling.reject(decision, request)
            return self._tell(turn, matter, told, "told")
        return self._informed(turn, matter)

    def _asked(self, turn: Turn, matter: Matter) -> Outcome:
        rounds = matter.talk.rounds + 1
        matter = replace(matter, talk=replace(matter.talk, rounds=rounds))
        if rounds > ROUNDS:
            told = Told(self.wording.say("handoff_asked"))
            return replace(
                self._handed(turn, told, "failed_turns"),
                flow=replace(matter.talk, step="told").flow(),
                decision=matter.decision.to_json(),
            )
        told = self.telling.ask(matter.decision, matter.request)
        return replace(self._tell(turn, matter, told, "ask"), status="clarify")

    def _offered(self, turn: Turn, matter: Matter) -> Outcome:
        """The verdict; once told, a command changes nothing and is told so."""
        platform = self.on_platform(matter.order) or self._tapped_there(matter)
        told = self.telling.eligible(matter.request, matter.decision, platform)
        talk, n = matter.talk, len(turn.message.attachments)
        if talk.step == "offer" and _COMMANDS.search(turn.message.text):
            told = Told(self.wording.say("as_fixed"), told.choices)
        elif n:
            told = replace(told, text=self._pictures(matter) + told.text)
        waits = matter.decision.evidence_required
        return self._tell(turn, matter, told, "ask" if waits or platform else "offer")

    def _tapped_there(self, matter: Matter) -> bool:
        """Of a shop whose after-sales we file, what the platform's API does not take."""
        decision, many = matter.decision, len(matter.decision.items)
        return self.files(matter.order) and not can_be_filed(
            decision.type, decision.refund_fen, many
        )

    def _pictures(self, matter: Matter) -> str:
        have = len(matter.talk.pictures)
        left = needed(self.rules.book, matter.order, matter.decision) - have
        if matter.decision.evidence_required and left > 0:
            return self.wording.say("as_pictures_more", n=str(have), left=str(left))
        return self.wording.say("as_pictures_got", n=str(have))

    def _informed(self, turn: Turn, matter: Matter) -> Outcome:
        told = self.telling.info(matter.request, matter.decision, matter.case)
        wish = matter.request.stated.get("wish")
        if wish == "question":
            told = replace(told, text=told.text + self._hypothetical(matter))
        if matter.case and matter.case.platform_id and is_open(matter.case):
            told = replace(told, text=self.wording.say("as_platform_clock"))
        open_ = matter.case is not None and is_open(matter.case)
        step = "withdraw" if wish == "withdraw" and open_ else "told"
        # An answered question is done with; the claims before it still stand.
        return self._tell(turn, _unheard(matter), told, step)

    def _hypothetical(self, matter: Matter) -> str:
        stated = {**matter.request.stated, "wish": "return"}
        return self.telling.would_be(self.rules.decide(replace(matter.request, stated=stated)))

    def _escalated(
        self,
        turn: Turn,
        talk: Talking,
        decision: Decision,
        request: Request,
        case: CaseFile | None = None,
    ) -> Outcome:
        """Once is enough: who has been handed over is told that somebody is coming."""
        row = decision.rules[0].id
        told = self.telling.escalate(request, decision)
        if turn.conversation.handoff_id and talk.escalated == row:
            without = _NO_PICTURE.search(turn.message.text)
            key = "as_waiting_no_picture" if without else "as_waiting"
            told = Told(self.wording.say(key))
        talk = replace(talk, step="told", rounds=0, escalated=row)
        called = request.stated.get("wish") == "human" or "handoff" in request.stated
        talk = replace(talk, said=talk.said[:-1]) if called else talk
        handed = self._handed(turn, told, turn.intent)
        return replace(handed, flow=talk.flow(), decision=decision.to_json(), told=case)

    # -- outcomes

    def _handed(self, turn: Turn, told: Told, reason: str) -> Outcome:
        handoff = None if turn.conversation.handoff_id else Handoff(reason)
        return Outcome((Reply(told.text, told.choices),), "handoff", handoff=handoff)

    def _tell(self, turn: Turn, matter: Matter, told: Told, step: str) -> Outcome:
        if told.text == turn.conversation.last_text:
            told = replace(told, text=self._again(matter.decision, step))
        rounds = matter.talk.rounds if step == "ask" else 0
        talk = replace(matter.talk, step=step, rounds=rounds)  # type: ignore[arg-type]
        return Outcome(
            (Reply(told.text, told.choices),), "decision", intent=talk.intent, flow=talk.flow(),
            decision=matter.decision.to_json(), told=matter.case,
        )  # fmt: skip

    def _again(self, decision: Decision, step: str) -> str:
        """The same thing is not said twice in the same words."""
        fen = decision.refund_fen
        if step != "offer":
            return self.wording.say("as_same")
        return self.wording.say(
            "as_offer_again", amount=f"建议退{yuan(fen)}元没有变，" if fen is not None else ""
        )

    def _say(self, matter: Matter, text: str, step: str) -> Outcome:
        talk = replace(matter.talk, step=step, rounds=0)  # type: ignore[arg-type]
        choices = (self.telling.human(),)
        return Outcome(
            (Reply(text, choices),), "flow", intent=talk.intent, flow=talk.flow(),
            decision=matter.decision.to_json(), told=matter.case,
        )  # fmt: skip


def _unheard(matter: Matter) -> Matter:
    """Without the last utterance, which has been dealt with."""
    return replace(matter, talk=replace(matter.talk, said=matter.talk.said[:-1]))


@dataclass(frozen=True)
class AboutOrders:
    """A question about rules: of an order where there is one to look at, else of the guide."""

    returns: Returns
    guide: Handler

    async def __call__(self, turn: Turn) -> Outcome:
        talk = turn.conversation
        customer = talk.audience == "customer"
        mine = talk.buyer_id is not None or talking(talk.flow).order_no != ""
        return await (self.returns if customer and mine else self.guide)(turn)


_OPEN_FACTS = frozenset({"wish", "safety", "handoff", "reason_class"})
"""Facts that may decide before anybody is proven to own an order."""


def _whose(trouble: Trouble) -> dict[str, Value]:
    """A wrong number and wrong digits are told apart neither in words nor in the decision."""
    if trouble == "malformed":
        return {"order_ref": "malformed"}
    if trouble in ("refused", "locked"):
        return {"ownership": "other"}
    return {"ownership": "unproven"}
