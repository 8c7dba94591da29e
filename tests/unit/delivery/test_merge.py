"""Which messages make one turn, and when it starts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.merge import NextTurn, Pace, as_message, next_turn
from bot.inbox_store import Waiting
from bot.mail import Kind
from bot.messages import TEXT_LIMIT, Choice
from tests.mail import NOW, incoming

PACE = Pace(timedelta(milliseconds=800), timedelta(seconds=3), 4)
OFFERED = (Choice("ship", "查物流"), Choice("refund", "退款"))


def waiting(number: int, ms: float, kind: Kind = "text", **other: Any) -> Waiting:
    """Message `number`, accepted so many milliseconds after NOW."""
    at = NOW + timedelta(milliseconds=ms)
    return Waiting(number, incoming(str(number), kind=kind, **other), at, at)


def numbers(turn: NextTurn) -> list[int]:
    return [each.seq for each in turn.messages]


def starts(turn: NextTurn) -> float:
    """Milliseconds after NOW."""
    return (turn.starts - NOW) / timedelta(milliseconds=1)


def test_one_message_waits_for_a_second_for_a_moment() -> None:
    turn = next_turn([waiting(1, 0)], PACE)
    assert (numbers(turn), starts(turn)) == ([1], 800)


def test_fragments_make_one_turn_that_starts_a_moment_after_the_last() -> None:
    turn = next_turn([waiting(1, 0), waiting(2, 500), waiting(3, 1200)], PACE)
    assert (numbers(turn), starts(turn)) == ([1, 2, 3], 2000)


def test_a_turn_does_not_wait_for_ever() -> None:
    turn = next_turn(
        [waiting(1, 0), waiting(2, 800), waiting(3, 1600)], Pace(PACE.pause, timedelta(seconds=2))
    )
    assert (numbers(turn), starts(turn)) == ([1, 2, 3], 2000)


def test_what_came_too_late_is_the_next_turn_and_this_one_starts_at_once() -> None:
    turn = next_turn([waiting(1, 0), waiting(2, 900)], PACE)
    assert (numbers(turn), starts(turn)) == ([1], 0)


def test_a_turn_gathers_for_so_long_and_so_many_at_most() -> None:
    slow = [waiting(n, 800 * n) for n in range(10)]
    assert numbers(next_turn(slow, PACE)) == [0, 1, 2, 3]
    quick = next_turn([waiting(n, n) for n in range(10)], PACE)
    assert (numbers(quick), starts(quick)) == ([0, 1, 2, 3], 3)


def test_a_long_text_is_not_merged_into_more_than_a_message_may_hold() -> None:
    long = "长" * (TEXT_LIMIT - 10)
    turn = next_turn([waiting(1, 0, text=long), waiting(2, 1, text="二十个字" * 5)], PACE)
    assert numbers(turn) == [1]


def test_taps_events_silent_and_passive_messages_stand_alone() -> None:
    for other in (
        waiting(2, 10, "choice"),
        waiting(2, 10, "event"),
        waiting(2, 10, choice="ship"),
        waiting(2, 10, mergeable=False),
        waiting(2, 10, silent=True),
    ):
        before = next_turn([waiting(1, 0), other, waiting(3, 20)], PACE)
        assert (numbers(before), starts(before)) == ([1], 0)
        alone = next_turn([other, waiting(3, 20)], PACE)
        assert (numbers(alone), starts(alone)) == ([2], 10)


def test_a_clock_that_was_set_back_splits_a_turn_but_loses_nothing() -> None:
    turn = next_turn([waiting(1, 0), waiting(2, -3_600_000)], PACE)
    assert (numbers(turn), starts(turn)) == ([1], 0)


kinds = st.sampled_from(["text", "choice", "event", "image"])
queues = st.lists(st.tuples(st.integers(0, 2000), kinds, st.booleans()), min_size=1, max_size=12)


@given(queues)
def test_every_message_belongs_to_exactly_one_turn_in_order(
    queue: list[tuple[int, Kind, bool]],
) -> None:
    at, left = 0, []
    for number, (gap, kind, silent) in enumerate(queue):
        at += gap
        left.append(waiting(number, at, kind, silent=silent))
    served: list[int] = []
    while left:
        turn = next_turn(left, PACE)
        served += numbers(turn)
        assert turn.starts >= turn.messages[-1].accepted_at
        assert turn.starts <= turn.messages[-1].accepted_at + PACE.pause
        assert len(turn.messages) == 1 or all(
            m.incoming.kind in ("text", "image") for m in turn.messages
        )
        left = left[len(turn.messages) :]
    assert served == list(range(len(queue)))


@given(queues)
def test_a_turn_holds_the_same_messages_whenever_a_worker_looks(
    queue: list[tuple[int, Kind, bool]],
) -> None:
    at, all_of_them = 0, []
    for number, (gap, kind, _) in enumerate(queue):
        at += gap
        all_of_them.append(waiting(number, at, kind))
    late = numbers(next_turn(all_of_them, PACE))
    in_time: Sequence[Waiting] = all_of_them[:1]
    for count in range(1, len(all_of_them) + 1):
        turn = next_turn(all_of_them[:count], PACE)
        in_time = turn.messages
        upcoming = all_of_them[count:]
        if not upcoming or upcoming[0].accepted_at > turn.starts:
            break
    assert [each.seq for each in in_time] == late


def test_the_message_of_a_turn_has_the_first_id_all_lines_and_the_last_moment() -> None:
    run = [
        waiting(1, 0, text="在吗"),
        waiting(2, 5, text="", media=("m1",)),
        waiting(3, 9, text="快递呢"),
    ]
    message = as_message(run, "talk", ())
    assert (message.id, message.text, message.attachments) == ("twin:1", "在吗\n快递呢", ("m1",))
    assert message.at == run[-1].at


def test_a_choice_is_taken_by_tap_by_number_or_by_its_words() -> None:
    tapped = as_message([waiting(1, 0, "choice", choice="ship", text="查物流")], "talk", ())
    assert tapped.choice == "ship"
    for said, choice in (("2", "refund"), ("２", "refund"), ("1.", "ship"), ("退款", "refund")):
        assert as_message([waiting(1, 0, text=said)], "talk", OFFERED).choice == choice
    for said in ("3", "0", "12", "退款多久到", ""):
        assert as_message([waiting(1, 0, text=said)], "talk", OFFERED).choice is None


def test_a_suggestion_taken_by_number_is_as_good_as_typed() -> None:
    offered = (Choice("ask:审核要几天", "审核多久"),)
    message = as_message([waiting(1, 0, text="1")], "talk", offered)
    assert (message.text, message.choice) == ("审核要几天", "ask:审核要几天")


def test_what_is_said_in_a_room_says_so() -> None:
    assert as_message([waiting(1, 0, room="群")], "talk", ()).in_room
    assert not as_message([waiting(1, 0)], "talk", ()).in_room
