"""From the accounts file to staff at work: who may act, where they hear alerts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.channels.accounts import Directory
from bot.clock import Clock
from bot.delivery.deciding import Deciding
from bot.delivery.outside import Outside
from bot.delivery.platforms import Platforms
from bot.delivery.staff import StaffCounter
from bot.delivery.staff_cases import CaseCounter
from bot.delivery.staff_places import Cards, Marking, Places, members_of
from bot.delivery.staff_said import Speech
from bot.mail import Way, Webhook
from bot.staff_store import Matters
from bot.store import Store
from bot.talk_operations import TalkDesk
from knowledge.wording import Wording


@dataclass(frozen=True, slots=True)
class House:
    """What staff work with. `way` and `nudge` are the worker's."""

    store: Store
    wording: Wording
    clock: Clock
    way: Callable[[str], Way | None]
    nudge: Callable[[], None]


@dataclass(frozen=True, slots=True)
class StaffRoom:
    """`counter` does what staff ask for, `places` is where each shop's staff hear alerts."""

    counter: StaffCounter
    places: Mapping[str, Webhook]


def open_staff(
    directory: Directory, platforms: Platforms, outside: Outside, house: House
) -> StaffRoom:
    """Everything the file names; nothing is called yet."""
    store, speech = house.store, Speech(house.wording)
    channels = platforms.opened.all()
    deciding = Deciding(store, house.clock, outside.desks, house.nudge)
    counter = StaffCounter(
        store,
        speech,
        platforms.accounts,
        members_of(directory),
        deciding,
        TalkDesk(store, house.wording, house.way),
        house.clock,
        Marking(channels),
        house.nudge,
    )
    cards = Cards(store, speech, CaseCounter(store, deciding, Matters(store), speech))
    places = Places(directory, channels, cards, outside.webhooks).of_shops()
    return StaffRoom(counter, places)
