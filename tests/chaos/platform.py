"""The platform's side: brings every message to some node, again and again, until acknowledged."""

import asyncio
import json
import random
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from bot.channels.twin import unruly
from bot.mail import Incoming, Kind
from tests.chaos.node import BAD, KEYED, PLAIN, sent_now
from tests.mail import NOW

PATIENCE = 5.0
"""Seconds that a platform waits for an acknowledgement before it brings the message again."""

QUESTIONS = ("企业号认证费多少钱", "审核要几天", "转人工", "支付费率多少", "谢谢", "个人能开店吗")


def written(events: int, people: int, chance: random.Random, real: bool) -> list[Incoming]:
    """So many messages, the people mixed, each person's in order; then some twice, some late."""
    counts = [0] * people
    plain = []
    for _ in range(events):
        who = chance.randrange(people)
        counts[who] += 1
        name = f"p{who}-{counts[who]:04}"
        kind: Kind = chance.choices(("text", "choice", "event"), (85, 10, 5))[0]
        text = chance.choice(QUESTIONS) if real else name
        account = (KEYED, PLAIN)[who % 2]
        plain.append(Incoming("twin", account, name, f"p{who}", kind, NOW, text))
    return unruly(plain, BAD, chance.random)


@dataclass
class Brought:
    """What the platform saw. `acknowledged` holds message ids."""

    acknowledged: set[str] = field(default_factory=set)
    attempts: int = 0
    refused: int = 0
    broken: int = 0
    waits: list[float] = field(default_factory=list)


async def bring(messages: list[Incoming], ports: list[int], brought: Brought, rate: float) -> None:
    """All of them, about `rate` a second, over one connection per node and carrier."""
    todo: deque[Incoming] = deque(messages)
    carriers = [_carry(todo, ports, place, brought, 16 / rate) for place in range(16)]
    await asyncio.gather(*carriers)


async def _carry(
    todo: deque[Incoming], ports: list[int], place: int, brought: Brought, pause: float
) -> None:
    chance = random.Random(place)
    lines: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}
    while todo:
        message = todo.popleft()
        while not await _handed_over(message, chance.choice(ports), lines, brought):
            await asyncio.sleep(0.1)
        brought.acknowledged.add(message.id)
        await asyncio.sleep(pause * chance.random())
    for _, writer in lines.values():
        writer.close()


async def _handed_over(
    message: Incoming,
    port: int,
    lines: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]],
    brought: Brought,
) -> bool:
    brought.attempts += 1
    begun = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await _asked(message, port, lines)
    except (OSError, TimeoutError, ValueError):
        brought.broken += 1
        _drop(port, lines)
        return False
    if not answer.get("ok"):
        brought.refused += 1
        return False
    brought.waits.append(asyncio.get_running_loop().time() - begun)
    return True


async def _asked(
    message: Incoming,
    port: int,
    lines: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]],
) -> dict[str, object]:
    if port not in lines:
        lines[port] = await asyncio.open_connection("127.0.0.1", port)
    reader, writer = lines[port]
    told = {
        "account": message.account,
        "id": message.id,
        "sender": message.sender,
        "kind": message.kind,
        "sent_at": sent_now(),
        "text": message.text,
    }
    writer.write(json.dumps(told).encode() + b"\n")
    await writer.drain()
    found = json.loads(await reader.readline())
    return dict(found)


def _drop(port: int, lines: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> None:
    with suppress(KeyError):
        lines.pop(port)[1].close()
