"""Words of the trade written with other characters of the same sound, read as they were meant.

Voice input and hasty typing write 转话率 and 公仲号. Nothing is read otherwise than it is written
unless what is written is no word: no pair of it stands in any of our texts, and none of its
characters makes a word with the one beside it.

How the words of content/sounds.yaml and the characters like them sound is kept beside the rules:
`python -m knowledge.sounding` writes it, so that a running server needs no dictionary of sounds.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from bot.errors import Faults
from knowledge.yaml_text import parse_yaml

FOLDER = Path(__file__).parent / "content"
WORDS = "sounds.yaml"
KEPT = "rules/sounds.yaml"
SHORT = 2
"""So few characters must sound the same and not only alike, and one of them be right."""

_EVERYWHERE = frozenset(
    "的了和与跟给让被把对子用我你他她它们这那个有在是不没也都就还会要能可以自到来去上下大小一几为"
    "得过时说前后里外开发中多少好看做想点吗呢吧啊人出再才又很太最啥咋什么哪谁怎样天年月日家"
)
"""Characters that stand beside anything: a short word is not heard in them."""
_RUN = re.compile("[\u4e00-\u9fff]+")
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))
Sounds = Mapping[str, frozenset[str]]
"""How a character is read: syllables without their tone."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the trade and how it sounds."""

    text: str
    sounds: tuple[str, ...]


def alike(sound: str) -> str:
    """What many people neither say nor hear apart: zh/z, ch/c, sh/s, n/l, ng/n."""
    for retroflex, flat in _ALIKE:
        sound = flat + sound.removeprefix(retroflex) if sound.startswith(retroflex) else sound
    sound = "l" + sound[1:] if sound.startswith("n") else sound
    return sound.removesuffix("g") if sound.endswith("ng") else sound


class Hearing:
    """Reads texts; made once, at the start. `texts`: whatever is known to be written right."""

    def __init__(self, words: Iterable[Word], sounds: Sounds, texts: Iterable[str]) -> None:
        self._sounds = sounds
        self._known = frozenset(map("".join, pairwise("\n".join(texts))))
        self._by_sound: dict[str, list[Word]] = {}
        for word in words:
            self._by_sound.setdefault(alike(word.sounds[0]), []).append(word)

    def heard(self, text: str) -> str:
        """`text` with such words as they are spelled; of the same length, mostly the same."""
        for run in _RUN.finditer(text):
            if self._strange(run[0]):
                text = text[: run.start()] + self._mended(run[0]) + text[run.end() :]
        return text

    def _strange(self, run: str) -> bool:
        return any(a + b not in self._known for a, b in pairwise(run))

    def _mended(self, run: str) -> str:
        start = 0
        while start < len(run):
            meant = self._meant(run, start)
            if meant:
                run = run[:start] + meant + run[start + len(meant) :]
            start += len(meant) or 1
        return run

    def _meant(self, run: str, start: int) -> str:
        """The longest word that is heard at `start` and not written there, or ''."""
        sounds = {alike(sound) for sound in self._sounds.get(run[start], ())}
        near = {word.text: word for sound in sounds for word in self._by_sound.get(sound, ())}
        for text in sorted(near, key=len, reverse=True):
            if run.startswith(text, start):
                return ""
            if self._is_meant(near[text], run, start):
                return text
        return ""

    def _is_meant(self, word: Word, run: str, start: int) -> bool:
        written = run[start : start + len(word.text)]
        if len(written) < len(word.text) or not self._sounds_like(written, word):
            return False
        other = [n for n, (a, b) in enumerate(zip(written, word.text, strict=True)) if a != b]
        if len(other) == len(written):
            return False
        if len(written) <= SHORT and any(written[n] in _EVERYWHERE for n in other):
            return False
        return not any(self._makes_sense(run, start + n) for n in other)

    def _sounds_like(self, written: str, word: Word) -> bool:
        exact = len(written) <= SHORT
        for char, right, sound in zip(written, word.text, word.sounds, strict=True):
            said = self._sounds.get(char, frozenset())
            same = sound in said if exact else alike(sound) in {alike(one) for one in said}
            if char != right and not same:
                return False
        return True

    def _makes_sense(self, run: str, at: int) -> bool:
        """Whether a character belongs to one beside it."""
        beside = (run[max(at - 1, 0) : at + 1], run[at : at + 2])
        return any(len(pair) == 2 and pair in self._known for pair in beside)


def load_hearing(texts: Iterable[str], folder: Path = FOLDER) -> Hearing:
    """`texts` are written right. Raises Faults: the words changed since their sounds were kept."""
    spoken = load_words(folder / WORDS)
    kept = parse_yaml((folder / KEPT).read_text(encoding="utf-8"))
    words = [Word(text, tuple(said.split())) for text, said in kept["words"].items()]
    if [word.text for word in words] != list(spoken.words):
        raise Faults("the words that are heard", ("run: python -m knowledge.sounding",))
    sounds: dict[str, set[str]] = {}
    for sound, signs in kept["sounds"].items():
        for sign in signs:
            sounds.setdefault(sign, set()).add(sound)
    known = chain(texts, spoken.words, spoken.apart)
    return Hearing(words, {sign: frozenset(found) for sign, found in sounds.items()}, known)


@dataclass(frozen=True, slots=True)
class Spoken:
    """`words` of the trade; those `apart` sound like one of them and are meant as they stand."""

    words: tuple[str, ...]
    apart: tuple[str, ...]


def load_words(file: Path = FOLDER / WORDS) -> Spoken:
    """Raises Faults: lists of words are missing, or a word is not written in characters."""
    found = parse_yaml(file.read_text(encoding="utf-8"))
    faults: list[str] = []
    lists = {key: _listed(found, key, faults) for key in ("words", "apart")}
    if faults:
        raise Faults("the words that are heard", tuple(faults))
    return Spoken(lists["words"], lists["apart"])


def _listed(found: Any, key: str, faults: list[str]) -> tuple[str, ...]:
    rows = found.get(key) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        faults.append(f"{WORDS}: `{key}` must be a list of lines of words")
        return ()
    words = tuple(dict.fromkeys(word for row in rows for word in str(row).split()))
    wrong = [word for word in words if len(word) < SHORT or not _RUN.fullmatch(word)]
    faults += [f"{WORDS}: “{word}” must be two characters or more" for word in wrong]
    return words
