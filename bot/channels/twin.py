"""A platform in memory, or in a file that several processes share, which misbehaves on demand.

It stands in wherever no real account is at hand: in tests, in `make chaos`, in a demo. What it does
wrong is what platforms do: send a message twice or late, refuse for a while, take a letter and then
say that it failed.
"""

import asyncio
import fcntl
import json
import os
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.mail import Incoming, Limits, Outgoing, Receipt


@dataclass(frozen=True, slots=True)
class Mood:
    """Shares (0 to 1) of sends and messages that go wrong, and seconds that a send takes.

    `fails`: not delivered. `lies`: delivered, but reported as failed. `limits`: rate limited.
    `raises`: the connection breaks. `repeats`, `reorders`: messages that come again, or too late.
    """

    fails: float = 0.0
    lies: float = 0.0
    limits: float = 0.0
    raises: float = 0.0
    repeats: float = 0.0
    reorders: float = 0.0
    takes: float = 0.0


WELL_BEHAVED = Mood()


@dataclass(frozen=True, slots=True)
class Delivered:
    """One letter as it reached the person, in order of arrival."""

    key: str
    account: str
    to: str
    text: str
    choices: tuple[str, ...] = ()


class Shelf:
    """What has arrived, in memory."""

    def __init__(self) -> None:
        self._lines: list[Delivered] = []
        self._lock = threading.Lock()

    def put(self, letter: Delivered, *, once: bool) -> bool:
        """Whether it was put there; `once`: not if its key is there already."""
        with self._lock:
            if once and any(line.key == letter.key for line in self._lines):
                return False
            self._lines.append(letter)
            return True

    def all(self) -> list[Delivered]:
        return list(self._lines)


class FileShelf:
    """The same in a file of JSON lines, which many processes may write at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys: set[str] = set()
        self._read = 0
        self._lock = threading.Lock()

    def put(self, letter: Delivered, *, once: bool) -> bool:
        """Whether it was put there; `once`: not if its key is there already."""
        with self._lock, self._alone() as file:
            self._catch_up(file)
            if once and letter.key in self._keys:
                return False
            line = (json.dumps(asdict(letter), ensure_ascii=False) + "\n").encode()
            os.write(file, line)
            return True

    def all(self) -> list[Delivered]:
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        return [Delivered(**line | {"choices": tuple(line["choices"])}) for line in found]

    @contextmanager
    def _alone(self) -> Iterator[int]:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go by the system, even when we are killed
            yield file
        finally:
            os.close(file)

    def _catch_up(self, file: int) -> None:
        new = os.pread(file, os.fstat(file).st_size - self._read, self._read)
        self._keys.update(json.loads(line)["key"] for line in new.splitlines())
        self._read += len(new)


@dataclass(slots=True)
class Twin:
    """A `bot.mail.Channel` that delivers onto a shelf, in a mood."""

    account: str
    limits: Limits = field(default_factory=lambda: Limits(2048))
    shelf: Shelf | FileShelf = field(default_factory=Shelf)
    mood: Mood = WELL_BEHAVED
    chance: Callable[[], float] = field(default_factory=lambda: random.Random(0).random)
    kind: str = "twin"

    async def send(self, letter: Outgoing) -> Receipt:
        """Raises ConnectionError when in a mood to: real clients have bugs."""
        if self.mood.takes:
            await asyncio.sleep(self.mood.takes * self.chance())
        if self._moved(self.mood.raises):
            raise ConnectionError("the line is dead")
        if self._moved(self.mood.limits):
            return Receipt("rate_limited", retry_after=timedelta(seconds=0.2), detail="太频繁")
        if self._moved(self.mood.fails):
            return Receipt("retry", detail="平台忙")
        if len(letter.text.encode()) > self.limits.text_bytes:
            return Receipt("refused", detail="文字太长")
        return await asyncio.to_thread(self._arrived, letter)

    def _arrived(self, letter: Outgoing) -> Receipt:
        taps = tuple(choice.id for choice in letter.choices)
        line = Delivered(letter.key, self.account, letter.to, letter.text, taps)
        self.shelf.put(line, once=self.limits.idempotent)
        if self._moved(self.mood.lies):
            return Receipt("retry", detail="超时，不知道送到没有")
        return Receipt(platform_id=f"twin-{letter.key}")

    def _moved(self, share: float) -> bool:
        return share > 0 and self.chance() < share


def unruly(messages: Sequence[Incoming], mood: Mood, chance: Callable[[], float]) -> list[Incoming]:
    """`messages` as a platform would bring them: some twice, some a few places late."""
    brought = [m for message in messages for m in [message] * (1 + (chance() < mood.repeats))]
    places = [
        (place + (10 * chance() if chance() < mood.reorders else 0), place)
        for place in range(len(brought))
    ]
    return [brought[place] for _, place in sorted(places)]
