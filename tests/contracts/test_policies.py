"""What every database must do for the policies of shops."""

import pytest

from bot.errors import Conflict
from bot.policy_store import PolicyRows
from bot.store import Store
from tests.contracts.talks import NOW

KIND = {"no_reason_days": 15, "promises": [{"text": "不满意包退"}]}
KINDER = {"no_reason_days": 30, "promises": []}


@pytest.fixture
def rows(store: Store) -> PolicyRows:
    return PolicyRows(store)


def test_a_shop_without_a_policy_has_none(rows: PolicyRows) -> None:
    assert rows.current("tea") is None
    assert rows.history("tea") == []


def test_every_version_is_kept_with_who_and_when(rows: PolicyRows) -> None:
    rows.put("tea", KIND, "owner@tea", NOW)
    rows.put("tea", KINDER, "owner@*", NOW)
    versions = rows.history("tea")
    assert [(v.version, v.policy, v.by, v.at) for v in versions] == [
        (2, KINDER, "owner@*", NOW),
        (1, KIND, "owner@tea", NOW),
    ]
    assert rows.current("tea") == versions[0]


def test_the_same_policy_again_is_no_new_version(rows: PolicyRows) -> None:
    first = rows.put("tea", KIND, "owner@tea", NOW)
    assert rows.put("tea", dict(KIND), "clerk@tea", NOW) == first


def test_shops_have_policies_of_their_own(rows: PolicyRows) -> None:
    rows.put("tea", KIND, "owner@*", NOW)
    assert rows.current("flowers") is None
    assert rows.put("flowers", KINDER, "owner@*", NOW).version == 1


def test_who_read_an_older_version_is_told(rows: PolicyRows) -> None:
    rows.put("tea", KIND, "owner@tea", NOW, expected=0)
    with pytest.raises(Conflict):
        rows.put("tea", KINDER, "owner@tea", NOW, expected=0)
    assert rows.put("tea", KINDER, "owner@tea", NOW, expected=1).version == 2
