"""How far long work is, on the terminal."""

from typing import NoReturn

from tqdm import tqdm

from retrieval.index import Progress


def bar(label: str, unit: str = "texts") -> Progress:
    """A progress bar, opened at the first step, so that no work shows none."""
    shown: list[tqdm[NoReturn]] = []

    def step(done: int, total: int) -> None:
        if not shown:
            shown.append(tqdm(total=total, desc=label, unit=f" {unit}"))
        shown[0].update(done - shown[0].n)
        if done >= total:
            shown.pop().close()

    return step
