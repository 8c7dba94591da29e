"""Eight clients at once, and the processor time of a turn, beside the bare embedding.

A real server process; the clients run on the same cores. The comparison is two threads that embed
the same questions, which is all that two cores can do.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from benchmarks.figures import Figure
from benchmarks.served import served
from retrieval.embed import BundledEmbedder
from tests.evals.answers import rows
from tests.local.servers import Running

CLIENTS, THREADS, QUESTIONS = 8, 2, 240
SETS = ("questions", "questions-more", "questions-fresh")


def measure() -> list[Figure]:
    """Turns and embeddings a second, and processor milliseconds of each."""
    # All different: what was asked just now is not embedded again.
    every = [row["question"] for name in SETS for row in rows(name, "tune")]
    questions = list(dict.fromkeys(every))[:QUESTIONS]
    embedder = BundledEmbedder()
    with served() as server:
        turns, turn_cpu = _served(server, questions)
    started = time.process_time()
    bare = _rate(embedder.query, questions, THREADS)
    bare_cpu = (time.process_time() - started) * 1000 / len(questions)
    return [
        Figure("turns, 8 clients", {"per_second": turns, "cpu_ms": turn_cpu}),
        Figure("embeddings, 2 threads", {"per_second": bare, "cpu_ms": bare_cpu}),
        Figure("ratio", {"per_second": turns / bare, "cpu_ms": turn_cpu / bare_cpu}),
    ]


def _served(server: Running, questions: Sequence[str]) -> tuple[float, float]:
    """Turns a second and processor milliseconds of one.

    One pool of connections: an httpx.Client costs as much as an embedding to make. The sessions
    are opened before: a turn is a message, and each has a conversation of its own.
    """
    with httpx.Client(base_url=server.url, timeout=60) as client:
        asking = [(_opened(client), question) for question in questions]
        _ask(client, _opened(client), questions[0])
        spent = server.processor_ms()
        turns = _rate(lambda pair: _ask(client, *pair), asking, CLIENTS)
        return turns, (server.processor_ms() - spent) / len(questions)


def _rate(work: Callable[[Any], object], things: Sequence[Any], threads: int) -> float:
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        list(pool.map(work, things))
        return len(things) / (time.perf_counter() - started)


def _opened(client: httpx.Client) -> str:
    """The token of a new session."""
    opened = client.post("/api/sessions", json={"entrance": "demo-merchant"})
    return str(opened.raise_for_status().json()["token"])


def _ask(client: httpx.Client, token: str, question: str) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    sent = {"message_id": "1", "text": question}
    client.post("/api/messages", json=sent, headers=bearer).raise_for_status()
