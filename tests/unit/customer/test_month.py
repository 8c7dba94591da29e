"""A simulated month: staff are slow, and nothing becomes overdue unseen."""

from tests.month import Month


def test_no_deadline_passes_without_an_earlier_alert() -> None:
    month = Month(cases=2000).run()
    assert len(month.shelf.cases) == 2000
    assert len(month.overdue) > 200, "staff are not slow enough for this to mean anything"
    assert month.unseen() == []
