"""A message over HTTP beside the bare embedding of the same message, in one run; and flow turns.

A real server process and one client, one question a message; the two are measured in turn, so that
a machine that gets slower slows both. Figures are ratios; milliseconds are only for orientation.
"""

import statistics
import time
from collections.abc import Callable, Sequence

import httpx

from benchmarks.figures import Figure
from benchmarks.served import served
from retrieval.embed import BundledEmbedder
from tests.evals.answers import rows

QUESTIONS = 150
DOORS = {"merchant": "demo-merchant", "customer": "demo-customer"}
WALK = (
    "想开店 卖坚果 厂里拿货都是袋装 个体户 没技术 三十来个品", "没有公众号", "执照写的日用百货",
    "要几天", "一共要花多少钱", "改成五十款", "上一步", "总结", "暂停", "继续",
)  # fmt: skip
"""Turns of a launch that rules decide: none of them embeds anything."""
WALKS = 10


def measure() -> list[Figure]:
    """p50 and p95 in milliseconds of turn and embedding, their ratios; the server's memory."""
    asked = [row["question"] for row in rows("questions", "tune")][:QUESTIONS]
    wished = [
        row["message"] for row in rows("intents", "tune") if row.get("audience") == "customer"
    ]
    embedder = BundledEmbedder()
    with served() as server:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            turns, bare = _pairs(client, embedder, DOORS["merchant"], asked)
            customers = _pairs(client, embedder, DOORS["customer"], wished[:QUESTIONS])
            flow = [ms for _ in range(WALKS) for ms in _walk(client)]
        memory = server.resident_kb() / 1024
    walked = {
        "turn_p95_ms": _at(flow, 95),
        "ratio_p95_to_embedding_p50": _at(flow, 95) / _at(bare, 50),
    }
    return [
        Figure("a merchant's question", _beside(turns, bare)),
        Figure("a customer's message", _beside(*customers)),
        Figure("a turn of the launch", walked),
        Figure("the server", {"resident_mb": memory}),
    ]


def _beside(turns: Sequence[float], bare: Sequence[float]) -> dict[str, float]:
    return {
        "turn_p50_ms": _at(turns, 50), "turn_p95_ms": _at(turns, 95),
        "embedding_p50_ms": _at(bare, 50), "embedding_p95_ms": _at(bare, 95),
        "ratio_p50": _at(turns, 50) / _at(bare, 50), "ratio_p95": _at(turns, 95) / _at(bare, 95),
    }  # fmt: skip


def _pairs(
    client: httpx.Client, embedder: BundledEmbedder, door: str, questions: Sequence[str]
) -> tuple[list[float], list[float]]:
    turns, bare = [], []
    for question in questions:
        session = client.post("/api/sessions", json={"entrance": door}).json()
        bearer = {"Authorization": f"Bearer {session['token']}"}
        sent = {"message_id": "1", "text": question}
        turns.append(_ms(lambda: client.post("/api/messages", json=sent, headers=bearer)))  # noqa: B023
        bare.append(_ms(lambda: embedder.query(question)))  # noqa: B023
    return turns, bare


def _walk(client: httpx.Client) -> list[float]:
    """Milliseconds of each turn of one walkthrough. Raises AssertionError if one embeds."""
    session = client.post("/api/sessions", json={"entrance": DOORS["merchant"]}).json()
    bearer = {"Authorization": f"Bearer {session['token']}"}
    taken = []
    for number, text in enumerate(WALK):
        sent = {"message_id": str(number), "text": text}
        begun = time.perf_counter()
        answer = client.post("/api/messages", json=sent, headers=bearer)
        taken.append((time.perf_counter() - begun) * 1000)
        assert "embed;dur=0.0" in answer.headers["Server-Timing"], text
    return taken


def _ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _at(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]
