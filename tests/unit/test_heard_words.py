"""Words of the trade written by their sound are read as they were meant, and nothing else is."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.conversation import Conversation
from bot.messages import Audience, Message
from handlers.merchant.heard_words import hears
from knowledge.guide import load_guide
from knowledge.sounding import written
from knowledge.sounds import FOLDER, KEPT, Hearing, load_hearing


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    passages = [passage for page in load_guide() for passage in page.passages]
    return load_hearing([text for p in passages for text in (p.section, p.text, *p.asks)])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("转话率多少算好", "转化率多少算好"),
        ("公仲号怎么连", "公众号怎么连"),
        ("小成序备暗要几天", "小程序备案要几天"),
        ("运肥险谁出", "运费险谁出"),
        ("平台拥金多少", "平台佣金多少"),
    ],
)
def test_a_word_of_the_trade_is_heard(hearing: Hearing, said: str, meant: str) -> None:
    assert hearing.heard(said) == meant


@pytest.mark.parametrize(
    "said",
    ["手机壳上主题图案行吗", "体现品牌", "几分钟能好", "在你们宿舍群发", "把箱子封好", "帮我查件"],
)
def test_what_is_a_word_stays(hearing: Hearing, said: str) -> None:
    assert hearing.heard(said) == said


def test_nothing_that_is_written_right_changes(hearing: Hearing) -> None:
    asks = [ask for page in load_guide() for p in page.passages for ask in p.asks]
    changed = [ask for ask in asks if hearing.heard(ask) != ask]
    assert not changed


@given(st.text("转化话率公众仲号认证正费肥运险多少啊1 a", max_size=20))
def test_the_length_stays(hearing: Hearing, said: str) -> None:
    assert len(hearing.heard(said)) == len(said)


def test_the_kept_sounds_are_those_of_the_words() -> None:
    kept = (FOLDER / KEPT).read_text(encoding="utf-8")
    assert kept == written(), "run: python -m knowledge.sounding"


@pytest.mark.parametrize(
    ("audience", "text", "heard"),
    [
        ("merchant", "公仲号怎么连", "公众号怎么连"),
        ("customer", "公仲号怎么连", "公仲号怎么连"),
        ("merchant", "帮我看下“公仲号领券”", "帮我看下“公仲号领券”"),
    ],
)
def test_texts_and_customers_are_read_as_they_write(
    hearing: Hearing, audience: Audience, text: str, heard: str
) -> None:
    talk = Conversation("c", 1, "demo", audience, "web", "v")
    message = Message("m", "c", text, datetime(2026, 11, 22, tzinfo=SHANGHAI))
    assert hears(hearing)(message, talk).text == heard
