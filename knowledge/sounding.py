"""Writes how the words of content/sounds.yaml sound, and what else sounds so: run after an edit.

The readings are those of pypinyin, which only this and its test need.
"""

from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

from knowledge.sounds import FOLDER, KEPT, WORDS, alike, load_words


def written(folder: Path = FOLDER) -> str:
    """What the kept file must hold."""
    said = {word: lazy_pinyin(word) for word in load_words(folder / WORDS).words}
    wanted = {alike(sound) for sounds in said.values() for sound in sounds}
    signs: dict[str, list[str]] = {}
    for sign in _common():
        sound = pinyin(sign, style=Style.NORMAL)[0][0]  # the rarer readings mislead
        if alike(sound) in wanted:
            signs.setdefault(sound, []).append(sign)
    lines = ["# Written by `python -m knowledge.sounding` (readings: pypinyin).", "words:"]
    lines += [f"  {word}: {' '.join(sounds)}" for word, sounds in said.items()]
    lines += ["sounds:", *(f'  "{sound}": {"".join(signs[sound])}' for sound in sorted(signs))]
    return "\n".join(lines) + "\n"


def _common() -> list[str]:
    """The simplified characters that people type: the 6,763 of GB 2312."""
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    signs = (pair.decode("gb2312", "ignore") for pair in rows)
    return [sign for sign in signs if sign]


if __name__ == "__main__":
    (FOLDER / KEPT).write_text(written(), encoding="utf-8")
