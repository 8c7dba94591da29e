"""npm's real wechaty gateway as a process; its mock puppet plays WeChat and the people in it."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.needed import lacking

NODE = Path(__file__).parent / "node"
TOKEN = "the-gateways-token"
US = "us"
"""The account's own contact id, to be mentioned in rooms."""


@dataclass
class Gateway:
    """It listens at `port`, and still does after `again`; `arrived` holds all that people got."""

    port: int = 0
    arrived: list[dict[str, str]] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    listening: bool = False
    """Whether our side is connected. What people say meanwhile nobody ever hears: a gateway keeps
    nothing and repeats nothing."""

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ("node", "gateway.cjs", TOKEN, str(self.port))
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=NODE, stdin=pipe, stdout=pipe)
        assert self.process.stdout
        self.port = int(json.loads(self.process.stdout.readline())["port"])
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def does(self, **what: object) -> None:
        """What happens on the phone; see gateway.cjs. Raises OSError where there is none."""
        assert self.process
        assert self.process.stdin
        self.process.stdin.write((json.dumps(what) + "\n").encode())
        self.process.stdin.flush()

    def says(self, person: str, text: str, **where: object) -> None:
        """`where`: room, mentions, and `twice` for a gateway that tells of it a second time."""
        self.does(**{"from": person}, text=text, **where)

    def heard(self, to: str) -> list[str]:
        """What has reached this person, or this room."""
        return [one["text"] for one in self.arrived if one["to"] == to]

    def kill(self) -> None:
        """kill -9."""
        assert self.process
        self.process.kill()
        self.process.wait()
        self.listening = False

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        for line in process.stdout:
            told = json.loads(line)
            if "listening" in told:
                self.listening = told["listening"] and process.poll() is None
            else:
                self.arrived.append(told)


def installed() -> bool:
    """Whether node and the packages are there (`sh requirements/node.sh`)."""
    return bool(shutil.which("node")) and (NODE / "node_modules" / "wechaty-puppet-mock").is_dir()


@contextmanager
def gateway() -> Iterator[Gateway]:
    """Running, on loopback. Without npm's packages the test is skipped, or fails in CI."""
    if not installed():
        lacking("wechaty's gateway is missing: sh requirements/node.sh")
    found = Gateway()
    found.start()
    try:
        yield found
    finally:
        found.kill()
