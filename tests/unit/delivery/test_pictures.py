"""Pictures from channels become attachments of the conversation; what is lost is told."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.channels.twin import Shelf, Twin
from bot.delivery.merge import Pace
from bot.mail import Incoming, Limits, Receipt
from bot.pictures import PICTURE_BYTES
from bot.store import Store
from tests.mail import WORDING, House, incoming, said
from tests.unit.delivery.test_worker import brought, history, todo_texts

JPEG = b"\xff\xd8\xff\xe0" + b"a cracked cup" * 20
LOST = WORDING.say("unread_image")
GONE = Receipt("refused", detail="40007 文件不在了")
BUSY = Receipt("retry", detail="连不上平台")


@dataclass
class Showing:
    """A twin whose platform keeps pictures; what stands in `troubles` comes first."""

    twin: Twin = field(default_factory=lambda: Twin("main", shelf=Shelf()))
    files: dict[str, bytes] = field(default_factory=dict)
    troubles: list[Receipt] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    kind: str = "twin"
    account: str = "main"
    limits: Limits = field(default_factory=lambda: Limits(2048))

    @property
    def shelf(self) -> Shelf:
        assert isinstance(self.twin.shelf, Shelf)
        return self.twin.shelf

    async def send(self, letter: object) -> Receipt:
        return await self.twin.send(letter)  # type: ignore[arg-type]

    async def fetch(self, letter: Incoming, name: str, most: int) -> bytes | Receipt:
        self.asked.append(name)
        assert most == PICTURE_BYTES
        if self.troubles:
            return self.troubles.pop(0)
        return self.files.get(name, GONE)


@pytest.fixture
def showing() -> Showing:
    return Showing(files={"m1": JPEG, "m2": JPEG + b"2", "gif": b"GIF89a" + b"0" * 200})


@pytest.fixture
def house(store: Store, showing: Showing) -> House:
    """Its bot says how many attachments it got."""
    return House(
        store,
        showing,  # type: ignore[arg-type]
        lambda turn: said(f"{turn.message.text}|{len(turn.message.attachments)}"),
    )


def picture(number: str, *names: str, silent: bool = False) -> Incoming:
    return incoming(number, "", kind="image", media=names, silent=silent)


def attachments(house: House) -> list[tuple[str, bytes]]:
    with house.store.reading() as db:
        rows = db.exec_driver_sql("SELECT digest, data FROM attachments ORDER BY data").all()
    return [(row.digest, bytes(row.data)) for row in rows]


def test_a_picture_is_kept_and_reaches_the_handler(house: House) -> None:
    brought(house, picture("1", "m1"))
    assert house.arrived() == ["|1"]
    assert attachments(house) == [(hashlib.sha256(JPEG).hexdigest(), JPEG)]
    assert history(house)[0] == ("visitor", "")
    assert todo_texts(house) == []


def test_pictures_and_words_of_one_moment_are_one_turn(house: House) -> None:
    house.pace = Pace(timedelta(seconds=1), timedelta(seconds=3))
    brought(house, incoming("1", "杯子裂了"), picture("2", "m1"), picture("3", "m2"))
    assert house.arrived() == ["杯子裂了|2"]


def test_a_moment_of_weakness_puts_the_turn_off(house: House, showing: Showing) -> None:
    showing.troubles = [BUSY, BUSY]
    brought(house, picture("1", "m1"))
    assert house.arrived() == ["|1"]
    assert showing.asked == ["m1"] * 3
    assert todo_texts(house) == []


def test_a_turn_made_again_fetches_nothing_again(house: House, showing: Showing) -> None:
    house.pace = Pace(timedelta(seconds=1), timedelta(seconds=3))
    showing.files["m9"] = JPEG
    brought(house, picture("1", "m1"))
    showing.asked.clear()
    brought(house, picture("1", "m1"), picture("2", "m1"))
    assert showing.asked == ["m1"], "another message has its own copy"
    assert len(attachments(house)) == 2


def test_a_lost_picture_beside_words_is_told_and_the_words_are_answered(house: House) -> None:
    house.pace = Pace(timedelta(seconds=1), timedelta(seconds=3))
    brought(house, incoming("1", "杯子裂了"), picture("2", "gone"))
    assert house.arrived() == ["杯子裂了|0", LOST]
    (todo,) = todo_texts(house)
    assert "40007" in todo


def test_a_platform_that_stays_away_ends_in_words_and_a_todo(
    house: House, showing: Showing
) -> None:
    house.pace = Pace(timedelta(seconds=1), timedelta(seconds=3))
    showing.troubles = [BUSY] * 9
    brought(house, incoming("1", "杯子裂了"), picture("2", "m1"))
    assert house.arrived() == ["杯子裂了|0", LOST]
    assert len(todo_texts(house)) == 1


def test_what_is_no_picture_is_told_without_a_todo(house: House) -> None:
    house.pace = Pace(timedelta(seconds=1), timedelta(seconds=3))
    brought(house, incoming("1", "看"), picture("2", "gif"))
    assert house.arrived() == ["看|0", LOST]
    assert todo_texts(house) == []
    assert attachments(house) == []


def test_media_that_are_no_pictures_are_not_fetched(house: House, showing: Showing) -> None:
    brought(house, replace(picture("1", "m1"), kind="voice", text="语音转的字"))
    assert showing.asked == []
    assert house.arrived() == ["语音转的字|0"]


def test_what_is_kept_in_silence_is_not_fetched(house: House, showing: Showing) -> None:
    brought(house, picture("1", "m1", silent=True))
    assert showing.asked == []
    assert house.arrived() == []


def test_at_most_nine_pictures_of_one_message(house: House, showing: Showing) -> None:
    names = tuple(f"p{n}" for n in range(12))
    showing.files |= {name: JPEG + name.encode() for name in names}
    brought(house, picture("1", *names))
    assert house.arrived() == ["|9"]


def test_a_voice_beside_words_is_told_too(house: House) -> None:
    house.pace = Pace(timedelta(seconds=1), timedelta(seconds=3))
    brought(house, incoming("1", "杯子裂了"), incoming("2", "", kind="voice", media=("v",)))
    assert house.arrived() == ["杯子裂了|0", WORDING.say("unread_voice")]
