"""Numbers as people write them."""

from bot.intents.lexicon.pattern import any_of

NUMBER = any_of(
    r"""
    (?:\d[\d.]*|[二两三四五六七八九十百千万][一二两三四五六七八九十百千万零]*
    + |一[一二三四五六七八九十百千万][一二两三四五六七八九十百千万零]*)
    """
)
NUM = r"(?:\d[\d.]*|[零一二三四五六七八九十百千万两俩半几]+)"
