"""A turn that kills its own process at its n-th step: `python -m tests.local.killed URL FOLDER`.

Every life is a process of its own, forked after the imports to save their seconds. It looks at what
the life before it left behind, sends that message again, and then dies at the next step of a new
conversation's only turn. Prints one JSON line a step: `step`, `left` and `version` (who had said
what, and the conversation's version, before the repeat), `now` (who had said what after it), `same`
(whether a second repeat gave the same result). Ends with the step that the turn no longer has.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import server
from bot.clock import wall_clock
from bot.conversation import Conversation, Handler, Outcome, Turn
from bot.http.parts import Parts
from bot.messages import Message
from bot.settings import Settings
from handlers import table

QUESTION = "企业号认证费多少钱"
MOST_STEPS = 200


class Fuse:
    """Counts steps once lit, and kills the process at the chosen one."""

    def __init__(self, at: int) -> None:
        self.at, self.count, self.lit = at, 0, False

    def step(self, *_: object, **__: object) -> None:
        if self.lit:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def wired_with(fuse: Fuse) -> None:
    """Steps: before and after every statement, transaction, commit and handler."""
    for name in ("before_cursor_execute", "after_cursor_execute", "begin", "commit", "rollback"):
        sa.event.listen(sa.Engine, name, fuse.step)
    sa.event.listen(sa.Pool, "reset", fuse.step)
    sa.event.listen(sa.Pool, "checkin", fuse.step)
    made = table.handlers

    def handlers(*parts: Any, **named: Any) -> Mapping[str, Handler]:
        return {intent: around(h, fuse) for intent, h in made(*parts, **named).items()}

    table.handlers = handlers  # type: ignore[assignment]


def around(handler: Handler, fuse: Fuse) -> Handler:
    async def handle(turn: Turn) -> Outcome:
        fuse.step()
        outcome = await handler(turn)
        fuse.step()
        return outcome

    return handle


def dying_turn(house: Parts, fuse: Fuse, step: int) -> None:
    """A new conversation and its only message."""
    now, name = wall_clock(), talk_id(step)
    talk = Conversation(name, 0, "demo", "merchant", "demo-merchant", name)
    house.store.start_conversation(talk, f"token of {name}", now, now)
    fuse.lit = True
    asyncio.run(house.bot.reply(Message("m-1", name, QUESTION, now)))
    fuse.lit = False


def left_behind(house: Parts, step: int) -> dict[str, Any]:
    """What is there of the turn that died at `step`, and what once its message came again."""
    left, name = entries(house, step), talk_id(step)
    talk = house.store.conversation(name)
    message = Message("m-1", name, QUESTION, wall_clock())
    results = [json.dumps(asyncio.run(house.bot.reply(message)).result) for _ in range(2)]
    return {
        "step": step,
        "left": left,
        "version": talk.version if talk else None,
        "now": entries(house, step),
        "same": results[0] == results[1],
    }


def talk_id(step: int) -> str:
    return f"talk-{step}"


def entries(house: Parts, step: int) -> list[str]:
    return [line.sender for line in house.store.history(talk_id(step), 0, 100)]


def life(settings: Settings, step: int) -> None:
    """One process: the restart after `step - 1`, then a turn that dies at `step`."""
    fuse = Fuse(step)
    wired_with(fuse)
    house = server.build(settings, demo=True)
    if step > 1:
        print(json.dumps(left_behind(house, step - 1)), flush=True)
    dying_turn(house, fuse, step)


def survived(settings: Settings, step: int) -> bool:
    """Whether the turn came to its end; any death but its own SIGKILL is an error."""
    child = os.fork()
    if child == 0:
        life(settings, step)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return True
    raise SystemExit(f"step {step}: status {status}")


def main(url: str, folder: str) -> None:
    settings = Settings(data_dir=Path(folder), database_url=url)
    for step in range(1, MOST_STEPS):
        if survived(settings, step):
            return
    raise SystemExit(f"a turn of more than {MOST_STEPS} steps")


if __name__ == "__main__":
    main(*sys.argv[1:])
