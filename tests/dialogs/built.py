"""A data folder with the guide indexed, made once and kept for the next run.

Vectors take a minute or two to make and depend only on the guide, the examples and the code that
turns them into vectors; the folder is named after a digest of these. A new one starts as a copy of
the last with the same tables, so that only what was edited is embedded; CI starts from nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "var" / "test-cache"
TABLES = ("bot/tables.py", "bot/migrations/versions/*.py")
MAKES_VECTORS = (
    "knowledge/*.py",
    "knowledge/content/guide/*",
    "knowledge/content/intents/*",
    *(f"retrieval/{name}.py" for name in ("chroma", "embed", "examples", "index", "library")),
    "bot/tables.py",
    "bot/document_store.py",
    "server.py",
    "requirements/base.txt",
)
KEPT = 12


def data_folder() -> Path:
    """The kept folder; made now, by the command a user would give, if it is not there. Read it
    only: copy it to where a test may write."""
    folder = CACHE / f"house-{_digest(*TABLES)[:6]}-{_digest(*MAKES_VECTORS)}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            _build(folder)
    return folder


def _digest(*patterns: str) -> str:
    files = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def _build(folder: Path) -> None:
    """In a process of its own, so that Chroma has let go of every file. Whole or not at all."""
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}.unfinished")
    last = _newest(folder.name.rpartition("-")[0])
    if last:
        shutil.copytree(last, unfinished)
    own = {name: value for name, value in os.environ.items() if not name.startswith("KAIDIAN_")}
    done = subprocess.run(
        [sys.executable, "server.py", "ask", "在吗"],
        cwd=ROOT,
        env=own | {"KAIDIAN_DATA_DIR": str(unfinished)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise RuntimeError(f"the house could not be built:\n{done.stderr[-2000:]}")
    unfinished.rename(folder)
    os.utime(folder)
    _forget_old_ones()


def _newest(start: str) -> Path | None:
    return max(_folders(f"{start}-*"), key=lambda path: path.stat().st_mtime, default=None)


def _folders(pattern: str) -> list[Path]:
    return [path for path in CACHE.glob(pattern) if path.is_dir() and not path.suffix]


def _forget_old_ones() -> None:
    """Folders of guides that were edited since."""
    for old in sorted(_folders("house-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
