"""What was said, in one spelling, and which signals show in it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.intents.spelling import spelled
from knowledge.customer_words import CustomerWords

CHUNK = 300
"""`spelled` reads only the beginning of a long text, so it gets sentences and pieces of them."""

_SENTENCE = re.compile(r"[。！!；;\n]+|(?<=[?？])")
_LETTER = re.compile(r"[^\n]")
_PICTURE = re.compile(
    r"[\[【](?:[^\[\]【】]{0,6}?(?:图|照片|视频|录像|附件|image|photo|video)[^\[\]【】]{0,8})[\]】]",
    re.IGNORECASE,
)
# A formula or a tag (=HYPERLINK("…","点我"), <b>) is nothing that a customer tells.
# Nor is a template (#{7*7}, <%= 7*7 %>), nor a line that plays another speaker (from: bot).
_MACHINE = re.compile(
    r"""=\s*[a-z]{2,}\([^()\n]*\)?|</?[a-z][^<>\n]*>|<%.*?%>|[#$%@]?\{[^{}\n]*\}+|\$\([^()\n]*\)
    |^\s*["'{]*(?:from|to|text|role|content|message|msg|system|assistant|user|bot|subject)["']*\s*[:=：][^\n]*$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_DENIED = re.compile(
    r"(?:没有?|不是|并不|并非|不算|未|别|无|不会|不|没什么|没觉得|没有任何|没说|没发现|不存在|从没|"
    r"没再|没敢|没舍得|没去|没能|不能|从来没|也没有?|没人|没必要|不必|不用|不打算|没打算|没想|"
    r"怕|担心|万一|以免|免得|以防|会不会|不是(?:说|因为|嫌|怪))(?:过|再|怎么|要|想|去|会|它)?$"
)
_NO_DENIAL = re.compile(
    r"(?:是不是|有没有|能不能|会不会|要不要|可不可以|行不行|算不算|动不动|时不时|差不|不得不|好不|"
    r"对不|要不|可不|忍不|是不|这不|能不|恨不|巴不|不知|不但|不仅|不光)$"
)
_DENIED_AFTER = re.compile(r"(?:都|也|倒|是|什么的)?(?:没有?|不存在|不明显)(?=$|[ \n?啊呀吧的但])")


@dataclass(frozen=True)
class Heard:
    """`text`: the utterances, one a line, in one spelling; `pictures` counts uploads shown in it.

    `said`: the utterances as they came, but for what was taken out of them.
    """

    words: CustomerWords
    text: str
    pictures: int
    said: tuple[str, ...]

    def found(self, *names: str) -> Iterator[re.Match[str]]:
        """Where a signal shows and is not denied (没坏, 不是质量问题, 毛病都没有)."""
        for name in names:
            for match in self.words.signals[name].finditer(self.text):
                if not self.denied(match):
                    yield match

    def says(self, *names: str) -> bool:
        """Whether one of the signals shows and is not denied."""
        return any(True for _ in self.found(*names))

    def clause(self, at: int) -> tuple[int, int]:
        """Where the clause around a position begins and ends (clauses end at pauses)."""
        ends = (self.text.find(pause, at) for pause in " \n?")
        begin = max(self.text.rfind(pause, 0, at) for pause in " \n?") + 1
        return begin, min((end for end in ends if end >= 0), default=len(self.text))

    def denied(self, match: re.Match[str]) -> bool:
        """Whether 没, 不是 and the like stand right before it, or 都没有 right after it."""
        return self.refused(match) or bool(_DENIED_AFTER.match(self.text, match.end()))

    def refused(self, match: re.Match[str]) -> bool:
        """Whether 没, 不是 and the like stand right before it."""
        begin, _ = self.clause(match.start())
        before = self.text[max(begin, match.start() - 6) : match.start()]
        return bool(_DENIED.search(before)) and not _NO_DENIAL.search(before)

    def without_signal(self, name: str) -> Heard:
        """The same without the words that show a signal: a quoted rule tells nothing of goods."""
        text = self.words.signals[name].sub(lambda found: _LETTER.sub(" ", found[0]), self.text)
        lines = zip(self.said, self.text.split("\n"), text.split("\n"), strict=False)
        said = (was if line == left else " ".join(left.split()) for was, line, left in lines)
        return replace(self, text=text, said=tuple(said))

    def without(self, *words: str) -> Heard:
        """The same with the goods' own names told as 东西, so that no name is read as a fact."""
        longest = sorted((word for word in words if word), key=len, reverse=True)
        if not longest:
            return self
        named = re.compile("|".join(map(re.escape, longest)))
        return replace(self, text=named.sub("东西", self.text))


def hear(words: CustomerWords, utterances: Sequence[str]) -> Heard:
    """The utterances in one spelling. Total: any text, of any length."""
    utterances = [_MACHINE.sub(" ", said) for said in utterances]
    lines = "\n".join(one_spelling(words, said) for said in utterances)
    pictures = sum(len(_PICTURE.findall(said)) for said in utterances)
    return Heard(words, lines, pictures, tuple(utterances))


def one_spelling(words: CustomerWords, said: str) -> str:
    """One utterance as the patterns read it: pauses are single spaces."""
    pieces = [
        sentence[at : at + CHUNK]
        for sentence in _SENTENCE.split(_PICTURE.sub(" ", said))
        for at in range(0, len(sentence), CHUNK)
    ]
    text = " ".join(spelt for spelt in map(spelled, pieces) if spelt)
    for wrong, right in words.spelling.items():
        text = text.replace(wrong, right)
    return text
