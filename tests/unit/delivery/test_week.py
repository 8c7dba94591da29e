"""A simulated week of quotas, on every channel: no result of a case gets lost unseen."""

import pytest

from bot.store import Store
from tests.week import LAWS, Week

ROOMY = ("commkf", "kf", "miniprogram")
"""Five sends in two days, however the person wrote."""


@pytest.mark.parametrize("channel", LAWS)
def test_no_case_runs_out_of_sends_unseen(store: Store, channel: str) -> None:
    """Every result of what slow staff do arrives, or an operator has it among the to-dos; nothing
    is tried that the platform refuses, and nothing is sent so fast that it throws it away."""
    week = Week(store, LAWS[channel]).run()
    assert len(week.news) > 15
    assert week.unseen() == []
    assert week.platform.refused == []
    assert week.platform.discarded == []
    assert "flood-39" in week.told() + week.todos()
    arrived = week.told()
    reached = [case for case, words in week.news if words in arrived]
    # However long the answers were before: the last send waits for the result.
    assert channel not in ROOMY or len(reached) > len(week.news) / 2
