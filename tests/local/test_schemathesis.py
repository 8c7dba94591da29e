"""Schemathesis over our own OpenAPI: whatever it thinks of, no answer is a 5xx."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from tests.local.servers import KEY, Running
from tests.local.visitor import Visitor

pytestmark = pytest.mark.slow

FEWEST_REQUESTS = 5_000
ROUNDS = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Asked:
    """What was sent and what came of it, over all operations."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.session = requests.Session()
        self.statuses: Counter[int] = Counter()
        visitor = Visitor(server.url)
        self.known = visitor.headers | {"X-API-Key": KEY}
        visitor.send("在吗", "m-1")

    def try_out(self, case: Case[Any]) -> None:
        """Sends it as a stranger, and again with every credential and name there is."""
        self.send(case, {})
        if case.path == "/api/stream":
            return  # with a token it is told to for as long as it listens
        familiar(case)
        self.send(case, self.known)
        if "clock" in case.path:
            self.clock_runs()

    def send(self, case: Case[Any], headers: dict[str, str]) -> None:
        answer = case.call(
            base_url=self.server.url, session=self.session, headers=headers, timeout=60
        )
        self.statuses[answer.status_code] += 1
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text[:2000]}"

    def clock_runs(self) -> None:
        """A clock set to another century would end every session."""
        answer = httpx.put(f"{self.server.url}/api/sandbox/clock", json={"now": None})
        assert answer.status_code == 200


def familiar(case: Case[Any]) -> None:
    """Names that exist, which no generator can guess."""
    if isinstance(case.body, dict) and "entrance" in case.body:
        case.body["entrance"] = "demo-merchant"
    if case.query and "shop" in case.query:
        case.query["shop"] = "demo"


@pytest.fixture(scope="module")
def asked(sandbox: Running) -> Iterator[Asked]:
    asked = Asked(sandbox)
    yield asked
    asked.session.close()


def operations(url: str) -> Iterator[Any]:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def test_no_request_that_the_contract_allows_or_forbids_ends_in_a_5xx(asked: Asked) -> None:
    tried = list(operations(asked.server.url))
    for operation in tried:
        for mode in GenerationMode:
            rounds = given(case=operation.as_strategy(generation_mode=mode))
            # An operation without parameters has nothing that could be wrong.
            with suppress(Unsatisfiable):
                ROUNDS(rounds(lambda case: asked.try_out(case)))()
    print(f"{len(tried)} operations, {asked.statuses.total()} requests: {dict(asked.statuses)}")
    assert asked.statuses.total() >= FEWEST_REQUESTS
    assert {200, 201, 202, 401, 404, 422} <= set(asked.statuses)
    assert "Traceback" not in asked.server.printed()
