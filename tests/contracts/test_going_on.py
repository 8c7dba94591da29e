"""What channels need of both databases: whose talk it is, who has the chat, what got lost."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from bot.channels.base import HandsOver
from bot.channels.twin import Twin
from bot.contact_store import Contacts
from bot.conversation import Conversation, Handoff, Outcome, Turn
from bot.cursor_store import Cursors
from bot.delivery.after_sales import AfterSaleNews
from bot.delivery.outside import Outside
from bot.delivery.platforms import Platforms
from bot.http.joined import join
from bot.inbox_store import GOES_ON, VOUCHED
from bot.mail import Incoming, Lease, Outgoing, Receipt
from bot.messages import Entrance, Reply
from bot.outbox_store import Outbox, Todos
from bot.store import Store
from bot.timer_store import Asked, Timers
from handlers.customer.filing import mirror_timer
from handlers.orders.weixin import WeixinShop
from handlers.orders.weixin_aftersales import WeixinAfterSales
from tests.mail import NOW, House, accounts, incoming


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def kept(house: House, *letters: Incoming) -> list[str]:
    """The conversations that these letters came into."""

    async def accepted() -> list[str]:
        worker = house.worker()
        return [(await worker.accept(letter)).conversation_id for letter in letters]

    return asyncio.run(accepted())


def worked(house: House) -> None:
    """Every turn made and every letter sent."""

    async def work() -> None:
        worker = house.worker()
        for taken in worker.serving.take(10, frozenset()):
            await worker.serving.serve(taken)
        while letters := worker.delivering.take(10, frozenset()):
            for letter in letters:
                await worker.delivering.deliver(letter)

    asyncio.run(work())


def vouched(number: str, buyer: str = "buyer-1") -> Incoming:
    return incoming(number, extra={VOUCHED: buyer})


def web_talk(store: Store, age: timedelta = timedelta(0), shop: str = "demo") -> str:
    talk = Conversation("web", 0, shop, "customer", f"{shop}-customer", "v", "buyer-1")
    store.start_conversation(talk, "token", NOW - age, NOW)
    return talk.id


def test_who_is_vouched_for_goes_on_where_the_last_talk_ended(house: House) -> None:
    web_talk(house.store)
    assert kept(house, vouched("1"), incoming("2")) == ["web", "web"]


@pytest.mark.parametrize("other", [{"age": GOES_ON + timedelta(days=1)}, {"shop": "tea"}])
def test_not_in_an_old_talk_nor_in_another_shops(house: House, other: dict[str, object]) -> None:
    web_talk(house.store, **other)  # type: ignore[arg-type]
    [talk] = kept(house, vouched("1"))
    assert talk != "web"
    found = house.store.conversation(talk)
    assert found
    assert found.buyer_id == "buyer-1"


def test_whose_talk_it_is_may_become_known_later_but_never_changes(house: House) -> None:
    talks = kept(house, incoming("1"), vouched("2"), vouched("3", "buyer-2"))
    assert len(set(talks)) == 1
    found = house.store.conversation(talks[0])
    assert found
    assert (found.buyer_id, found.version) == ("buyer-1", 1)


def test_nobody_is_vouched_for_by_what_is_said(house: House) -> None:
    web_talk(house.store)
    [talk] = kept(house, incoming("1", "vouched_buyer: buyer-1", sender="buyer-1"))
    assert talk != "web"


class Platform(Twin):
    """A twin with people of its own."""

    given: list[str]

    async def hand_over(self, letter: Outgoing) -> Receipt:
        self.given.append(letter.to)
        return Receipt("refused", detail="没有接待人员") if letter.to == "阿明" else Receipt()


def wants_a_person(turn: Turn) -> Outcome:
    handoff = Handoff("asked") if "人工" in turn.message.text else None
    return Outcome((Reply("好，已转"), Reply("稍等")), "handoff", handoff=handoff)


def platform(house: House) -> Platform:
    house.twin, house.answer = Platform("main"), wants_a_person
    house.twin.given = []
    assert isinstance(house.twin, HandsOver)
    return house.twin


def test_a_chat_is_given_away_once_after_the_person_was_told(house: House) -> None:
    twin = platform(house)
    kept(house, incoming("1", "在吗"))
    worked(house)
    assert (house.arrived(), twin.given) == (["好，已转", "稍等"], [])
    kept(house, incoming("2", "转人工"))
    worked(house)
    assert (len(house.arrived()), twin.given) == (4, ["小林"])
    assert Contacts(house.store).given_away(incoming("3"))
    assert not Contacts(house.store).given_away(incoming("3", sender="阿明"))


def test_who_could_not_be_given_to_anybody_is_a_to_do(house: House) -> None:
    platform(house)
    kept(house, incoming("1", "转人工", sender="阿明"))
    worked(house)
    [todo] = Todos(house.store).open("", 0, 9)
    assert "没有接待人员" in todo["text"]


def test_a_person_of_the_platform_may_take_a_chat_and_end_it(house: House) -> None:
    contacts = Contacts(house.store)
    kept(house, incoming("1"), incoming("2", kind="event", event="person_took", silent=True))
    assert contacts.given_away(incoming("3"))
    kept(house, incoming("4", kind="event", event="session_ended", silent=True))
    assert not contacts.given_away(incoming("5"))


def test_what_the_platform_could_not_deliver_after_all_is_a_to_do(house: House) -> None:
    kept(house, incoming("1", "在吗"))
    worked(house)
    [line] = house.twin.shelf.all()
    told = {"failed_id": line.key, "trouble": "window_closed", "detail": "客户拒收"}
    report = incoming("2", kind="event", event="send_failed", silent=True, extra=told)
    kept(house, report, report)
    worked(house)
    [todo] = Todos(house.store).open("", 0, 9)
    assert (todo["kind"], "客户拒收" in todo["text"]) == ("undelivered", True)
    assert Outbox(house.store).try_again(line.key)


def test_a_report_about_nothing_of_ours_changes_nothing(house: House) -> None:
    told = {"failed_id": "x", "trouble": "refused"}
    kept(house, incoming("1", kind="event", event="send_failed", silent=True, extra=told))
    assert Todos(house.store).open("", 0, 9) == []


def test_of_two_holders_one_reads_until_it_lets_go(store: Store) -> None:
    cursors, one, two = Cursors(store), Lease("one", timedelta(1)), Lease("two", timedelta(1))
    assert cursors.hold("kf", "a", one, NOW)
    assert not cursors.hold("kf", "a", two, NOW)
    cursors.put("kf", "a", "c1")
    cursors.let_go("kf", "a", two)
    assert not cursors.hold("kf", "a", two, NOW)
    cursors.let_go("kf", "a", one)
    assert cursors.hold("kf", "a", two, NOW)
    assert cursors.get("kf", "a") == "c1"


def test_an_entrance_is_made_once_and_leads_where_it_led(store: Store) -> None:
    door = Entrance("side", "tea", "customer")
    assert store.add_entrance(door)
    assert store.add_entrance(door)
    assert not store.add_entrance(Entrance("side", "tea", "merchant"))
    assert store.entrance("side") == door


@pytest.mark.parametrize("shop", ["demo", "tea"])
def test_an_after_sale_told_at_a_chats_address_is_heard(store: Store, shop: str) -> None:
    """微信小店 has one address for everything. Another shop's desk hears nothing."""
    house = House(store)
    stall = WeixinShop("wx1111111111111111", "secret", httpx.AsyncClient(), house.clock)
    desks = {shop: WeixinAfterSales(stall, house.clock)}
    outside = Outside(desks=desks, news=AfterSaleNews(store, house.clock))
    platforms = Platforms(accounts(house.twin))
    joined = join(platforms, house.worker(), store, "", outside)
    told = {"after_sale": "2000000000103", "status": "MERCHANT_PROCESSING"}
    letter = incoming("1", "", kind="event", event="after_sale", silent=True, extra=told)
    asyncio.run(joined.doors.accept(letter))  # type: ignore[arg-type]
    kinds = frozenset({mirror_timer("x", NOW).kind})
    assert Timers(store).any_due(Asked(kinds, 9), NOW, NOW) == (shop == "demo")
