"""What was learned from the sentences, kept: learning takes seconds, reading it milliseconds.

`learned.npz` beside the rule files holds the weights of the committed sentences, made by

    python -m handlers.customer.learned

A test learns them anew and compares. Who edits the sentences or the words and does not run it gets
them learned at the next start and kept in the data folder. The name of what is kept, and a line in
the file, are a hash of everything that teaches, so nothing stale is ever read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

import bot.intents.spelling
import handlers.customer.counts
import handlers.customer.examples
import handlers.customer.hearing
import handlers.customer.likeness
import knowledge.customer_words
from handlers.customer.examples import Examples, Postings
from handlers.customer.likeness import Leaning, Likeness, Weights
from knowledge import complaints, customer_words, sentences
from knowledge.rules.shape import content_hash

FILE = Path(__file__).parents[2] / "knowledge" / "content" / "rules" / "learned.npz"
_CODE = (
    bot.intents.spelling,
    handlers.customer.counts,
    handlers.customer.examples,
    handlers.customer.hearing,
    handlers.customer.likeness,
    knowledge.customer_words,
)

_SIDES = ("wishes", "harms")
_STEP = 1 / 400
"""The sense of a sentence is kept in steps of so much."""


def taught_by(words: Path = customer_words.FILE) -> str:
    """The hash of all that teaches: words, sentences, and the code that reads them."""
    code = [Path(str(module.__file__)) for module in _CODE]
    return content_hash([words, complaints.FILE, sentences.WISHES, sentences.HARMS, *code])


def find(digest: str, folder: Path | None) -> Likeness | None:
    """What was learned from exactly this: committed, or kept in `folder`; None when neither is."""
    files = [FILE, *([] if folder is None else [_kept(folder, digest)])]
    return next((found for found in (read(file, digest) for file in files) if found), None)


def keep(likeness: Likeness, digest: str, folder: Path | None) -> None:
    """Write it into the data folder; what was kept there before has had its day."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(_kept(folder, "*").name):
        old.unlink(missing_ok=True)
    write(likeness, digest, _kept(folder, digest))


def _kept(folder: Path, digest: str) -> Path:
    return folder / f"aftersales-words-{digest[:16]}.npz"


def write(likeness: Likeness, digest: str, file: Path = FILE) -> None:
    """Half precision is plenty: scores are compared with hundredths."""
    unfinished = file.with_suffix(".tmp.npz")
    arrays: dict[str, Any] = dict(_arrays(likeness))
    np.savez_compressed(unfinished, digest=np.array(digest), **arrays)
    unfinished.replace(file)


def _arrays(likeness: Likeness) -> Iterator[tuple[str, NDArray[np.generic]]]:
    yield "middle", likeness.middle
    for name, weights in (("bare", likeness.bare), ("sensing", likeness.sensing)):
        for side in _SIDES:
            leaning: Leaning = getattr(weights, side)
            yield f"{name}_{side}", leaning.weights.astype(np.float16)
            yield side, np.array(leaning.names)
    yield from _known(likeness.examples)


def _known(known: Examples) -> Iterator[tuple[str, NDArray[np.generic]]]:
    yield "grounds", np.array(known.names)
    yield "starts", known.grams.starts
    yield "rows", known.grams.rows
    yield "values", known.grams.values.astype(np.float16)
    yield "shown", known.shown.astype(np.float16)
    yield "senses", np.clip(np.round(known.senses / _STEP), -127, 127).astype(np.int8)
    yield "bare_examples", known.bare
    yield "sensing_examples", known.sensing


def read(file: Path, digest: str) -> Likeness | None:
    """None for a file that is missing, broken, or was learned from something else."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["digest"]) != digest:
                return None
            bare, sensing = (_read_weights(kept, name) for name in ("bare", "sensing"))
            return Likeness(bare, sensing, _read_known(kept), kept["middle"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _read_weights(kept: Mapping[str, NDArray[np.generic]], name: str) -> Weights:
    wanted, harms = (
        Leaning(tuple(kept[side].tolist()), kept[f"{name}_{side}"].astype(np.float32))
        for side in _SIDES
    )
    return Weights(wanted, harms)


def _read_known(kept: Mapping[str, NDArray[Any]]) -> Examples:
    grams = Postings(kept["starts"], kept["rows"], kept["values"].astype(np.float32))
    shown = kept["shown"].astype(np.float32)
    senses = kept["senses"].astype(np.float32) * np.float32(_STEP)
    weights = (kept[f"{name}_examples"] for name in ("bare", "sensing"))
    return Examples(tuple(kept["grounds"].tolist()), grams, shown, senses, *weights)


def main() -> int:
    """Learn from the committed words and write the committed senses and weights."""
    from handlers.customer.build import learn_committed, sense_committed
    from knowledge.rules.book import load_rule_book
    from retrieval.embed import BundledEmbedder

    book, sense = load_rule_book(), BundledEmbedder().query
    sense_committed(book, sense)
    write(learn_committed(book, sense), taught_by())
    return 0


if __name__ == "__main__":
    sys.exit(main())
