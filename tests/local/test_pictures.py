"""A picture sent on any channel is evidence in the end; what is no picture is asked for again."""

from collections.abc import Iterator

import pytest

from tests.evals.matching import contains
from tests.local.platforms import EVERYWHERE, Both, joined, until
from tests.local.test_channels import lamp

pytestmark = pytest.mark.slow

STAND_IN = tuple(account for account in EVERYWHERE if account != "wechaty")
"""The stand-in sends these; a picture through npm's gateway is test_wechaty's."""

JPEG = b"\xff\xd8\xff\xe0" + b"a crack" * 300


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with joined(tmp_path_factory.mktemp("pictures"), "standin-customer") as both:
        yield both


def shown(both: Both, account: str, person: str, data: bytes) -> str:
    before = len(both.heard(person))
    where = {"account": account, "person": person}
    answer = both.platform.post("/_stand_in/show", params=where, content=data)
    assert answer.json()["status"] == 200
    until(lambda: len(both.heard(person)) > before)
    return "\n".join(both.heard(person)[before:])


@pytest.mark.parametrize("account", STAND_IN)
def test_pictures_are_evidence(customers: Both, account: str) -> None:
    buyer = f"p-{account}"
    order = lamp(customers, buyer, 20 + EVERYWHERE.index(account))
    answer = customers.ask(account, buyer, "落地灯灯罩裂了 想退")
    if account != "commkf":
        assert contains(answer, "订单号"), answer
        answer = customers.ask(account, buyer, f"{order} 0425")
    assert contains(answer, "拍"), answer
    assert contains(shown(customers, account, buyer, JPEG), "1张")
    assert contains(shown(customers, account, buyer, JPEG + account.encode()), "2张")


@pytest.mark.parametrize("account", STAND_IN)
def test_what_is_no_picture_is_asked_for_again(customers: Both, account: str) -> None:
    assert contains(shown(customers, account, f"gif-{account}", b"GIF89a" + b"0" * 300), "再发一次")
