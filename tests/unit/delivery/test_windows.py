"""Send windows: five in 48 hours, three in a minute, and one kept for the result."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.windows import may_send, opened, sends_left, spent
from bot.mail import Limits, Opening, Window
from tests.mail import NOW

SAID = Window(("text", "image", "choice"), timedelta(hours=48), 5)
CAME = Window(("event",), timedelta(minutes=1), 3)
OFFICIAL = Limits(2048, (SAID, CAME))


def test_without_windows_one_may_always_write() -> None:
    assert sends_left(Limits(2048), (), NOW) is None
    assert may_send(Limits(2048), (), NOW, unprompted=False)
    assert spent(Limits(2048), NOW, ()) == ()


def test_nobody_is_written_to_who_never_wrote() -> None:
    assert sends_left(OFFICIAL, (), NOW) == 0
    assert not may_send(OFFICIAL, (), NOW, unprompted=True)


def test_a_message_opens_its_window_and_a_new_one_renews_it() -> None:
    first = opened(OFFICIAL, "text", NOW, ())
    used = spent(OFFICIAL, NOW, spent(OFFICIAL, NOW, first))
    assert sends_left(OFFICIAL, used, NOW) == 3
    later = NOW + timedelta(hours=40)
    assert sends_left(OFFICIAL, opened(OFFICIAL, "text", later, used), later) == 5
    assert sends_left(OFFICIAL, used, NOW + timedelta(hours=48)) == 0


def test_an_answer_leaves_the_last_send_to_a_result() -> None:
    last = (Opening(NOW, used=4), None)
    assert not may_send(OFFICIAL, last, NOW, unprompted=False)
    assert may_send(OFFICIAL, last, NOW, unprompted=True)
    assert not may_send(OFFICIAL, (Opening(NOW, used=5), None), NOW, unprompted=True)


def test_where_there_is_only_one_send_the_answer_may_have_it() -> None:
    one = Limits(2048, (Window(("text",), timedelta(minutes=1), 1),))
    assert may_send(one, (Opening(NOW),), NOW, unprompted=False)


def test_a_send_is_taken_off_the_window_that_closes_first() -> None:
    both = opened(OFFICIAL, "event", NOW, opened(OFFICIAL, "text", NOW, ()))
    after = spent(OFFICIAL, NOW, both)
    assert [opening.used for opening in after if opening] == [0, 1]
    assert sends_left(OFFICIAL, after, NOW) == 7


def test_a_window_that_was_added_since_is_closed_until_something_opens_it() -> None:
    assert sends_left(OFFICIAL, (Opening(NOW),), NOW) == 5
    assert sends_left(Limits(2048, (SAID,)), (Opening(NOW), Opening(NOW)), NOW) == 5


@given(st.integers(0, 20), st.booleans())
def test_whatever_is_sent_a_result_can_still_be_told_unless_results_took_all(
    answers: int, event: bool
) -> None:
    openings = opened(OFFICIAL, "event" if event else "text", NOW, ())
    for _ in range(answers):
        if may_send(OFFICIAL, openings, NOW, unprompted=False):
            openings = spent(OFFICIAL, NOW, openings)
    assert may_send(OFFICIAL, openings, NOW, unprompted=True)
