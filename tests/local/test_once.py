"""Every message is answered once: repeats, races, restarts, two replicas."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.local.servers import Running, prepared, running, with_guide
from tests.local.visitor import QUESTION, Visitor, quotes, said
from tests.postgres import fresh_database

pytestmark = pytest.mark.slow

MANY = 16


def at_once(send: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    """What `MANY` simultaneous calls answered."""
    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(send, range(MANY)))


def answered_once(visitor: Visitor, answers: list[httpx.Response]) -> bool:
    """All answers are one turn's, and the history knows one question and one reply."""
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    fresh = [a for a in answers if a.headers.get("Idempotent-Replayed") != "true"]
    results = [answer.json() for answer in answers]
    whole = [entry["from"] for entry in visitor.history()] == ["visitor", "bot"]
    return len(fresh) == 1 and whole and all(result == results[0] for result in results)


def test_the_same_message_many_times_at_once_is_one_turn(server_url: str) -> None:
    visitor = Visitor(server_url)
    assert answered_once(visitor, at_once(lambda _: visitor.send(QUESTION, "m-1")))


def test_the_same_id_with_other_words_is_refused_and_changes_nothing(server_url: str) -> None:
    visitor = Visitor(server_url)
    first = visitor.send(QUESTION, "m-1").json()
    other = visitor.send("个体户认证费多少钱", "m-1")
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "conflict"
    assert visitor.send(QUESTION, "m-1").json() == first
    assert len(visitor.history()) == 2


def test_different_messages_at_once_are_each_answered_in_some_order(server_url: str) -> None:
    visitor = Visitor(server_url)
    answers = at_once(lambda n: visitor.send(f"第 {n} 次问：{QUESTION}", f"m-{n}"))
    assert {answer.status_code for answer in answers} == {200}
    entries = visitor.history()
    assert [entry["from"] for entry in entries] == ["visitor", "bot"] * MANY
    pairs = zip(entries[::2], entries[1::2], strict=True)
    assert all(asked["id"] == told["result"]["message_id"] for asked, told in pairs)


def test_a_conversation_goes_on_after_a_restart(data: Path) -> None:
    with running(data) as first:
        visitor = Visitor(first.url)
        visitor.ask(QUESTION)
        before = visitor.history()
    with running(data) as second:
        visitor = visitor.at(second.url)
        assert visitor.history() == before
        assert "300" in said(visitor.ask(QUESTION))
        assert "Index" not in second.printed()


def test_a_killed_server_starts_again_with_everything_it_had_answered(data: Path) -> None:
    with running(data) as first:
        visitor = Visitor(first.url)
        result = visitor.send(QUESTION, "m-1").json()
        first.process.kill()
        first.process.wait()
    with running(data) as second:
        again = visitor.at(second.url).send(QUESTION, "m-1")
        assert again.json() == result
        assert again.headers["Idempotent-Replayed"] == "true"


@pytest.fixture(scope="module")
def replicas(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, guide_chroma_url: str
) -> Iterator[tuple[Running, Running]]:
    """Two servers that share a PostgreSQL database and a Chroma server."""
    folder = tmp_path_factory.mktemp("replicas")
    with fresh_database(postgres_url) as url:
        shared = {
            "KAIDIAN_DATABASE_URL": with_guide(url),
            "KAIDIAN_CHROMA_URL": guide_chroma_url,
        }
        with (
            running(prepared(folder / "one"), **shared) as one,
            running(prepared(folder / "two"), **shared) as two,
        ):
            yield one, two


@pytest.mark.postgres
@pytest.mark.parametrize("_again", range(5))
def test_two_servers_on_one_database_answer_a_message_once(
    replicas: tuple[Running, Running], _again: int
) -> None:
    visitor = Visitor(replicas[0].url)
    both = [visitor, visitor.at(replicas[1].url)]
    answers = at_once(lambda n: both[n % 2].send(QUESTION, "m-1"))
    assert answered_once(visitor, answers)


@pytest.mark.postgres
def test_two_servers_finish_each_turn_before_the_next(replicas: tuple[Running, Running]) -> None:
    visitor = Visitor(replicas[0].url)
    both = [visitor, visitor.at(replicas[1].url)]
    answers = at_once(lambda n: both[n % 2].send("在吗", f"m-{n}"))
    assert {answer.status_code for answer in answers} == {200}
    assert [entry["from"] for entry in visitor.history()] == ["visitor", "bot"] * MANY


@pytest.mark.postgres
def test_two_servers_index_nothing_twice_and_answer_alike(
    replicas: tuple[Running, Running],
) -> None:
    answers = [Visitor(server.url).ask(QUESTION) for server in replicas]
    assert quotes(answers[0]) == quotes(answers[1]) != ""
    assert "Indexing" not in replicas[0].printed() + replicas[1].printed()
