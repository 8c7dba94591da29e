"""Numbers as people write them."""

_DIGITS = r"\d[\d.]{0,11}"
_CHINESE = "一二两三四五六七八九十百千万零"
NUMBER = (
    rf"(?:(?!百货|百分|万一|万能|千万[别不要])(?:{_DIGITS}|[二两三四五六七八九十百千万][{_CHINESE}]{{0,9}}"
    rf"|一[一二三四五六七八九十百千万][{_CHINESE}]{{0,9}}))"
)
"""A number of two or more: a lone 一 is mostly a word like “一下”."""
NUM = rf"(?:{_DIGITS}|[{_CHINESE}俩半几]{{1,10}})"
"""Any number, also 一, 半 and 几."""
