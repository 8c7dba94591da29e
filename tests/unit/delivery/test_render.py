"""Replies as letters: bytes, seams, choices, sources."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contact_store import Contact
from bot.delivery.render import Answering, cut, pieces
from bot.mail import Limits, Window
from bot.messages import Choice, Citation, Reply, clean
from tests.mail import WORDING

YES_NO = (Choice("yes", "要"), Choice("no", "不要"))
SOURCE = Citation("guide/review.md", "审核", "时长", "1–3 个工作日", "2026-10")
SCARCE = (Window(("text",), timedelta(hours=48), 5),)
TO = Contact("c1", "talk", "demo", "twin", "main", "小林", "", (), (), 0)


def texts(replies: tuple[Reply, ...], limits: Limits) -> list[str]:
    return [text for text, _ in pieces(replies, limits, WORDING)]


@given(st.text(max_size=300).map(clean), st.integers(4, 60))
def test_parts_fit_and_hold_everything_but_white_space(text: str, most: int) -> None:
    parts = cut(text, most)
    assert all(0 < len(part.encode()) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_cuts_are_made_at_the_ends_of_sentences() -> None:
    text = "第一句说完了。第二句也说完了！第三句呢？" * 3
    assert all(part[-1] in "。！？" for part in cut(text, 70))


@pytest.mark.parametrize("seam", ["\n\n", "\n", "。", "，", ". "])
def test_the_best_seam_in_reach_is_taken(seam: str) -> None:
    head = "一" * 20 + seam.rstrip()
    assert cut(head + seam[len(seam.rstrip()) :] + "二" * 20, 100)[0] == head


def test_a_closing_quote_stays_with_its_sentence() -> None:
    assert cut("店员说：“今天就发货。”您再等等，好吗？" * 2, 75)[0].endswith("”您再等等，好吗？")
    assert cut("他说：“一二三四五六七八九十。”然后走了很远很远的路", 60)[0].endswith("。”")


def test_no_character_is_broken() -> None:
    assert cut("👩‍🦰" * 40, 10)[0].encode().decode()


def test_choices_become_numbered_lines_where_there_is_no_menu() -> None:
    (text,) = texts((Reply("要退款吗？", YES_NO),), Limits(2048))
    assert text == "要退款吗？\n1. 要\n2. 不要\n回复数字就行。"


def test_choices_stay_choices_where_the_menu_holds_them() -> None:
    assert pieces((Reply("要吗？", YES_NO),), Limits(2048, choices=10), WORDING) == [
        ("要吗？", YES_NO)
    ]
    assert "1. 要" in texts((Reply("要吗？", YES_NO),), Limits(2048, choices=1))[0]


def test_one_line_of_source_follows_the_answer() -> None:
    (text,) = texts((Reply("1–3 个工作日。", (), (SOURCE, SOURCE)),), Limits(2048))
    assert text == "1–3 个工作日。\n来源：《审核》时长（2026-10）"


def test_many_sources_stay_one_line() -> None:
    many = tuple(Citation("d", f"题{n}", "节", "", "2026") for n in range(5))
    (text,) = texts((Reply("答", (), many),), Limits(2048))
    assert text.splitlines()[1] == "来源：《题0》节（2026）；《题1》节（2026）等"


def test_where_sends_are_counted_replies_share_one_letter() -> None:
    two = (Reply("第一条"), Reply("第二条"))
    assert texts(two, Limits(2048)) == ["第一条", "第二条"]
    assert texts(two, Limits(2048, SCARCE)) == ["第一条\n\n第二条"]


def test_the_choices_hang_on_the_last_part_of_a_long_reply() -> None:
    told = pieces((Reply("很长的一句话。" * 40, YES_NO),), Limits(200, choices=2), WORDING)
    assert len(told) > 2
    assert [choices for _, choices in told] == [()] * (len(told) - 1) + [YES_NO]


def test_letters_have_the_same_keys_whoever_makes_them_and_keys_fit_every_platform() -> None:
    replies = (Reply("一"), Reply("二", YES_NO))
    way = Answering(TO, Limits(2048), WORDING, (1,), {"code": "x"})
    first, again = way.post("twin:m1", replies), way.post("twin:m1", replies)
    assert first == again
    keys = [letter.outgoing.key for letter in first.letters]
    assert len(set(keys)) == 2
    assert all(len(key) == 32 and key.isalnum() for key in keys)
    assert way.post("twin:m2", replies).letters[0].outgoing.key != keys[0]
    assert first.letters[0].outgoing.extra == {"code": "x"}
    assert first.offered == YES_NO
    assert not first.letters[0].unprompted
    assert Answering(TO, Limits(2048), WORDING).post("timer:1", replies).letters[0].unprompted


def test_nothing_to_say_is_no_letter() -> None:
    assert Answering(TO, Limits(2048), WORDING, (1,)).post("twin:m1", ()).letters == ()
