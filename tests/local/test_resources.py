"""What one worker costs, and that it is ready when the index exists."""

import time
from pathlib import Path

import pytest

from tests.local.servers import running
from tests.local.visitor import Visitor

pytestmark = pytest.mark.slow

RESIDENT_KB = 450 * 1024
QUESTIONS = (
    "企业号认证费多少钱",
    "个体户可以开吗",
    "审核要几天",
    "支付费率是多少",
    "食品要什么证",
    "今天天气怎么样",
)


def test_one_worker_stays_small(data: Path) -> None:
    with running(data) as server:
        for _ in range(5):
            visitor = Visitor(server.url)
            for question in QUESTIONS:
                visitor.ask(question)
        resident = server.resident_kb()
        libraries = Path(f"/proc/{server.process.pid}/maps").read_text()
    print(f"resident after {5 * len(QUESTIONS)} turns: {resident // 1024} MB")
    assert resident <= RESIDENT_KB
    assert "/torch/" not in libraries


def test_a_start_with_an_index_makes_no_vectors(data: Path) -> None:
    started = time.monotonic()
    with running(data) as server:
        print(f"ready after {time.monotonic() - started:.1f} s")
        assert "texts/s" not in server.printed()
