"""Messages that come at the same moment, to one bot or to two bots on one database."""

import asyncio

from bot.conversation import Outcome, Turn
from bot.engine import Lanes
from tests.unit.desk import Desk, log, message, said, talk_of


def test_repeats_at_the_same_moment_are_one_turn(desk: Desk) -> None:
    async def storm() -> list[bool]:
        bot = desk.bot()
        done = await asyncio.gather(*(bot.reply(message()) for _ in range(8)))
        return [answered.replayed for answered in done]

    assert sorted(asyncio.run(storm())) == [False] + [True] * 7
    assert log(desk.store) == [("visitor", "你好"), ("bot", "答你好")]


def test_two_bots_on_one_database_answer_a_repeat_once(desk: Desk) -> None:
    """Both load version 0 and both decide; only one of them gets to write."""
    desk.gate.clear()

    async def race() -> list[bool]:
        bots = (desk.bot(), desk.bot())
        tasks = [asyncio.create_task(bot.reply(message())) for bot in bots]
        await desk.open_when_two_are_inside()
        return [answered.replayed for answered in await asyncio.gather(*tasks)]

    assert sorted(asyncio.run(race())) == [False, True]
    assert log(desk.store) == [("visitor", "你好"), ("bot", "答你好")]
    assert talk_of(desk.store).version == 1


def test_two_bots_on_one_database_answer_two_messages_on_two_versions(desk: Desk) -> None:
    desk.gate.clear()
    seen: list[int] = []

    def counted(turn: Turn) -> Outcome:
        seen.append(turn.conversation.version)
        return said(f"第{turn.conversation.version}版")

    desk.outcome = counted

    async def race() -> None:
        tasks = [asyncio.create_task(desk.bot().reply(message(number))) for number in ("m1", "m2")]
        await desk.open_when_two_are_inside()
        await asyncio.gather(*tasks)

    asyncio.run(race())
    assert talk_of(desk.store).version == 2
    assert sorted(text for sender, text in log(desk.store) if sender == "bot") == ["第0版", "第1版"]
    assert sorted(seen) == [0, 0, 1]


def test_messages_of_one_person_are_served_in_the_order_they_came(desk: Desk) -> None:
    numbers = [f"m{n}" for n in range(10)]

    async def burst() -> None:
        bot = desk.bot()
        await asyncio.gather(*(bot.reply(message(number, number)) for number in numbers))

    asyncio.run(burst())
    assert desk.handled == numbers
    assert [text for sender, text in log(desk.store) if sender == "visitor"] == numbers


def test_a_lane_lets_one_in_at_a_time_in_order_and_is_gone_when_empty() -> None:
    lanes, inside, order = Lanes(), [0], list[int]()

    async def visit(number: int) -> None:
        async with lanes.lane("talk"):
            inside[0] += 1
            assert inside[0] == 1
            order.append(number)
            await asyncio.sleep(0)
            inside[0] -= 1

    async def crowd() -> None:
        await asyncio.gather(*(visit(number) for number in range(20)))

    asyncio.run(crowd())
    assert order == list(range(20))
    assert vars(lanes) == {"_locks": {}, "_waiting": {}}


def test_two_people_do_not_wait_for_each_other() -> None:
    async def meet() -> list[str]:
        lanes, met = Lanes(), asyncio.Barrier(2)

        async def visit(name: str) -> str:
            async with lanes.lane(name):
                await met.wait()
            return name

        return list(await asyncio.gather(visit("one"), visit("two")))

    assert asyncio.run(meet()) == ["one", "two"]


def test_a_visitor_who_gives_up_waiting_does_not_block_the_lane() -> None:
    async def scene() -> str:
        lanes = Lanes()
        first = lanes.lane("talk")
        await first.__aenter__()
        waiting = asyncio.create_task(enter(lanes))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await first.__aexit__(None, None, None)
        return await enter(lanes)

    async def enter(lanes: Lanes) -> str:
        async with lanes.lane("talk"):
            return "in"

    assert asyncio.run(scene()) == "in"
