"""Kaidian 开店: the one place where parts are chosen and wired. Commands: `server.py --help`."""

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def refuse_shadowed_packages() -> None:
    """`bot`, `knowledge`, `retrieval`, `handlers` are common names: use ours or none."""
    for name in ("bot", "knowledge", "retrieval", "handlers"):
        spec = find_spec(name)
        found = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if found != ROOT / name:
            sys.exit(f"package `{name}` comes from {found}: run server.py from its checkout")


if __name__ == "__main__":
    refuse_shadowed_packages()

from bot.case_store import CaseRows
from bot.channels.accounts import Directory
from bot.clock import Clock, SettableClock, wall_clock
from bot.commands.arguments import read_arguments
from bot.commands.progress import bar
from bot.conversation import Conversation, TimerHandler, Turn, Vector
from bot.database import open_engine
from bot.delivery.outside import Outside, Surroundings
from bot.delivery.platforms import furnish, open_platforms, read_platforms
from bot.delivery.staff_opening import House, open_staff
from bot.delivery.staff_places import members_of, on_phone
from bot.delivery.worker import Equipment, Worker
from bot.document_store import DocumentRows
from bot.engine import Bot, Recogniser
from bot.errors import KaidianError
from bot.http.joined import join
from bot.http.parts import Parts, new_secret
from bot.intents import Examples, Recognise
from bot.messages import Message
from bot.operations import Knowledge
from bot.order_store import OrderRows
from bot.pass_store import Passes
from bot.plan_token import plan_token
from bot.policy_store import PolicyRows
from bot.settings import Settings, read_settings
from bot.store import Store
from bot.talk_store import Talks
from bot.timer_store import Timers
from handlers import table
from handlers.customer.case_clock import CaseClock
from handlers.customer.evaluate import AfterSales, open_after_sales
from handlers.customer.filing import Filer, Mirror
from handlers.customer.returns import Returns
from handlers.going_on import GoingOn
from handlers.handoff import Calling, Watching
from handlers.merchant.checks import Checks, open_checks
from handlers.merchant.choices import ChoiceHandler
from handlers.merchant.guide import GuideHandler
from handlers.merchant.heard_advertising import open_heard
from handlers.merchant.heard_words import hears
from handlers.merchant.launch import Launch
from handlers.merchant.launch_senses import Senses, learn_senses
from handlers.merchant.licences import LicenceHandler
from handlers.merchant.reminders import KIND as REMINDER
from handlers.merchant.reminders import Reminders
from handlers.orders.base import Orders
from handlers.orders.demo import WEIXIN_DEMO, demo_orders
from handlers.orders.listed import SeveralSources
from handlers.rules.order import Order
from handlers.rules.staff_hours import StaffHours, read_hours
from knowledge.choices import Choice, load_choices
from knowledge.documents import Document
from knowledge.guide import load_guide
from knowledge.intents import guide_questions, load_examples
from knowledge.launch.book import load_launch
from knowledge.launch.senses import load_senses
from knowledge.launch.shapes import LaunchBook
from knowledge.policies import Policy
from knowledge.sounds import Hearing, load_hearing
from knowledge.synonyms import load_synonyms
from knowledge.wording import Wording, load_wording
from retrieval.answerability import answerable
from retrieval.at_hand import AtHand
from retrieval.embed import Embedder, RememberingEmbedder
from retrieval.examples import example_matrix
from retrieval.index import Index
from retrieval.kept import open_quick
from retrieval.search import Scope, Search
from retrieval.vectors import LateVectors, Vectors

DEMO, GO_ON = "demo", "go_on"
LETTERS_ONLY = 1200
"""As many of the guide's questions teach by their letters; few of them are embedded."""
NOTHING_OUTSIDE = Outside()


@dataclass(frozen=True, slots=True)
class Known:
    """What can be told, and how it is found. `scope`: what a shop's conversations may know."""

    embedder: Embedder
    knowledge: Knowledge
    pages: Sequence[Document]
    scope: Callable[[str], Scope]


@dataclass(frozen=True, slots=True)
class Served:
    """What serves merchants, and what tells them and customers apart."""

    merchants: table.Merchants
    recognise: Recognise
    book: LaunchBook
    choices: Sequence[Choice]


def build(settings: Settings, *, demo: bool) -> Parts:
    """One running Kaidian: database, index, search, bot. Indexes what is new, with progress."""
    accounts = read_platforms(settings.accounts, os.environ)
    store, clock, wording = open_store(settings), SettableClock(), load_wording()
    add_shops(store, accounts, clock, demo=demo)
    known = open_known(settings, store)
    served = open_served(settings, store, known, wording)
    holder = "" if settings.database.startswith("sqlite") else new_secret()[:16]
    outside = open_outside(accounts, store, clock, holder)
    rules = open_after_sales(settings.data_dir, known.embedder)
    orders = open_orders(store, demo=demo, outside=outside)
    returns = open_returns(store, rules, orders, wording, outside)
    bot = open_bot(settings, store, known, served, returns, outside, accounts)
    platforms = open_platforms(accounts)
    house = House(store, wording, clock, lambda talk: worker.way(talk), lambda: worker.nudge())
    staff = open_staff(accounts, platforms, outside, house)
    worker = Worker(
        Equipment(
            store, bot, wording, platforms.accounts, platforms.channels, clock=clock, holder=holder,
            webhooks=staff.places, watches=outside.watches, staff=staff.counter,
        )
    )  # fmt: skip
    return Parts(
        settings, store, bot, known.knowledge, wording, clock, known.scope, answerable, rules,
        served.merchants.checks, served.book, demo, worker, orders, outside,
        warm_up(served, known, rules), join(platforms, worker, store, holder, outside),
        served.choices, served.merchants.heard,
    )  # fmt: skip


def open_known(settings: Settings, store: Store) -> Known:
    """The guide and the shops' documents, indexed."""
    embedder = RememberingEmbedder(open_quick(settings.embedding_model))
    index = open_index(settings, store, embedder)
    documents, pages = DocumentRows(store), load_guide()
    search = Search(embedder, index.vectors(), documents, load_synonyms())
    knowledge = Knowledge(index, search, documents)
    at_hand = not settings.chroma_url and chroma_folder(settings).exists()
    knowledge.set_guide(pages, bar("Indexing the guide"))
    if not at_hand:
        knowledge.mend(bar("Indexing again what was lost"))
    return Known(embedder, knowledge, pages, scope_of(store))


def open_served(settings: Settings, store: Store, known: Known, wording: Wording) -> Served:
    """The guide, the launch and the tools."""
    embed, pages = known.embedder.query, known.pages
    guide = GuideHandler(lambda: known.knowledge.search, known.scope, wording)
    book, checks, choices = load_launch(pages), open_checks(), load_choices(pages)
    told = LicenceHandler(book, wording, ChoiceHandler(choices, wording, guide), embed)
    taught, senses = teachers(known.embedder, settings, pages, book)
    launch = Launch(book, wording, told, embed, plan_address(store), senses)
    reminders = open_reminders(store, checks, wording)
    heard = open_heard(embed, not settings.embedding_model)
    merchants = table.Merchants(
        guide, told, launch, checks, reminders, heard, guide.knows, guide.has, guide.of_self
    )
    recognise = Recognise(taught, launch.claims)
    return Served(merchants, recognise, book, choices)


def open_bot(
    settings: Settings,
    store: Store,
    known: Known,
    served: Served,
    returns: Returns,
    outside: Outside,
    accounts: Directory,
) -> Bot:
    """The engine, with a handler for each intent and each kind of timer."""
    wording, going_on = returns.wording, GoingOn(Passes(store), returns.wording)
    handlers = table.handlers(served.merchants, returns, wording) | {GO_ON: going_on}
    timers = timer_handlers(store, returns, outside, read_hours(settings.staff_hours))
    timers[REMINDER] = served.merchants.reminders.remind
    members = members_of(accounts)
    calling = Calling(wording, lambda who: on_phone(who, members))
    patience = timedelta(minutes=settings.handoff_minutes)
    first = claimed_first(going_on, served.recognise)
    hear, embed = hears(open_hearing(known.pages)), known.embedder.query
    return Bot(store, first, handlers, embed, timers, patience, calling, hear)


def add_shops(store: Store, accounts: Directory, clock: Clock, *, demo: bool) -> None:
    """The demo shop and those that the accounts file names, each told once with its secret."""
    if demo:
        store.add_shop(DEMO, new_secret(), True, clock())
    for shop, secret in furnish(store, accounts, new_secret, clock()).items():
        print(f"Shop {shop}: made, as the accounts file names it")
        print(f"Secret for signing buyers (shown only now, keep it): {secret}", flush=True)


def open_hearing(pages: Sequence[Document]) -> Hearing:
    """Knows what is written right from the pages, their questions and the examples."""
    passages = [passage for page in pages for passage in page.passages]
    told = (text for p in passages for text in (p.section, p.text, *p.asks))
    return load_hearing((*told, *(sentence for sentence, _ in load_examples())))


def claimed_first(going_on: GoingOn, recognise: Recogniser) -> Recogniser:
    """Going on elsewhere is no intent of people's questions: its few words are told by rule."""

    async def recognised(
        message: Message, talk: Conversation, vector: Callable[[], Awaitable[Vector]]
    ) -> str:
        if going_on.claims(message, talk):
            return GO_ON
        return await recognise(message, talk, vector)

    return recognised


def open_store(settings: Settings) -> Store:
    """The database, with its tables."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = Store(open_engine(settings.database))
    store.create()
    return store


def open_index(settings: Settings, store: Store, embedder: Embedder | None = None) -> Index:
    """The index over the store's documents."""
    embedder = embedder or open_quick(settings.embedding_model)
    return Index(vectors_of(settings, embedder), embedder, DocumentRows(store))


def chroma_folder(settings: Settings) -> Path:
    """Where the embedded Chroma keeps its files."""
    return settings.data_dir / "chroma"


def warm_up(served: Served, known: Known, rules: AfterSales) -> Callable[[], None]:
    """What a start leaves to the first message; run behind the first requests instead."""

    def warm() -> None:
        served.recognise.prepare()
        known.knowledge.mend()
        known.knowledge.prepare(known.embedder.query("在吗"))
        served.merchants.checks.advertising.compile()
        rules.understand.words.compile()
        # What stays for good need not be looked through for garbage again and again.
        gc.collect()
        gc.freeze()

    return warm


def vectors_of(settings: Settings, embedder: Embedder) -> Callable[[str], Vectors]:
    """Opens the vectors of a generation in Chroma, by its name."""

    def opened(generation: str) -> Vectors:
        from retrieval.chroma import collections, connect

        client = connect(settings.chroma_url, chroma_folder(settings))
        return AtHand(collections(client, embedder)(generation))

    return lambda generation: LateVectors(lambda: opened(generation))


def open_outside(directory: Directory, store: Store, clock: Clock, holder: str) -> Outside:
    """The shops' 微信小店 and the places for alerts that the accounts file names."""
    if not directory.accounts:
        return NOTHING_OUTSIDE
    return Surroundings(store, clock, holder).open(directory)


def open_orders(store: Store, *, demo: bool, outside: Outside = NOTHING_OUTSIDE) -> Orders:
    """Where orders come from: put in the sandbox or imported first, then 微信小店's, then the
    demo shop's."""
    shown = (demo_orders(DEMO, wall_clock),) if demo else ()
    return SeveralSources([OrderRows(store), *outside.orders, *shown])


def open_returns(
    store: Store,
    rules: AfterSales,
    orders: Orders,
    wording: Wording,
    outside: Outside = NOTHING_OUTSIDE,
) -> Returns:
    """The after-sales dialogue."""
    return Returns(
        rules, orders, CaseRows(store), policies_of(store, rules), wording, in_weixin,
        files=lambda order: order.shop in outside.desks,
    )  # fmt: skip


def policies_of(store: Store, rules: AfterSales) -> Callable[[str], Awaitable[Policy]]:
    """The policy in force of a shop."""
    rows = PolicyRows(store)

    async def policy(shop: str) -> Policy:
        stored = await asyncio.to_thread(rows.current, shop)
        return rules.policy(stored.policy if stored else None)

    return policy


def in_weixin(order: Order) -> bool:
    """Whether this order's after-sales are filed in 微信小店 itself."""
    return order.order_no[:13] in WEIXIN_DEMO


def open_reminders(store: Store, checks: Checks, wording: Wording) -> Reminders:
    """Terms, and the timers that remind of them."""
    timers = Timers(store)
    return Reminders(
        checks.figures.deadlines, wording, lambda talk: timers.of_conversation(talk, REMINDER)
    )


def timer_handlers(
    store: Store, returns: Returns, outside: Outside, hours: StaffHours
) -> dict[str, TimerHandler]:
    """What happens when a timer of some kind is due."""
    shelf, wording, desks = CaseRows(store), returns.wording, outside.desks
    clock, watching = CaseClock(shelf, wording), Watching(Talks(store), wording, hours)
    return {
        "case_remind": clock.remind,
        "case_escalate": clock.escalate,
        "case_end": clock.end,
        "case_news": clock.news,
        "case_file": Filer(shelf, desks, wording),
        "case_mirror": Mirror(
            shelf, desks, returns.orders, returns.rules, returns.policies, wording
        ),
        "handoff_waiting": watching.waiting,
        "taken_waiting": watching.unheard,
    }


def scope_of(store: Store) -> Callable[[str], Scope]:
    """What a shop's conversations may know: its own documents and, if it wants, the guide."""

    def scope(shop: str) -> Scope:
        found = store.shop(shop)
        return Scope(shop, bool(found and found["guide"]))

    return scope


def plan_address(store: Store) -> Callable[[Turn], str]:
    """Where the plan of a conversation can be read: a path with a signed token of its own."""

    def address(turn: Turn) -> str:
        talk = turn.conversation
        found = store.shop(talk.shop)
        return f"/plan/{plan_token(talk.id, str(found['secret']) if found else '', turn.now)}"

    return address


def teachers(
    embedder: Embedder, settings: Settings, pages: Sequence[Document], book: LaunchBook
) -> tuple[Examples, Senses]:
    """The intent examples with their vectors; more of the guide's questions without. And what
    teaches the senses of the walkthrough: its own sentences, and those of other intents.
    """
    pairs = (*load_examples(), *guide_questions(pages))
    more = set(guide_questions(pages, LETTERS_ONLY)) - set(pairs)
    sentences = [sentence for sentence, _ in pairs]
    meant = load_senses(book.slots)
    every = [*sentences, *(sentence for some in meant.values() for sentence in some)]
    matrix = example_matrix(embedder, every, settings.data_dir, bar("Learning intents"))
    intents = [intent for _, intent in pairs]
    known = Examples(matrix[: len(pairs)], intents, sentences, sorted(more))
    return known, learn_senses(meant, matrix[len(pairs) :], known)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. What can be explained ends in one message."""
    chosen = read_arguments(arguments)
    try:
        return int(chosen.command(chosen, read_settings(os.environ), sys.modules[__name__]))
    except KaidianError as error:
        print(error.message, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
