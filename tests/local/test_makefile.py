"""A missing prerequisite is named with the command that brings it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dialogs.built import ROOT

NOWHERE = "http://127.0.0.1:9/simple"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a fresh clone as the first steps of `make` touch."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "server.py").write_text("print('started')\n", encoding="utf-8")
    return folder


def make(checkout: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`make WORDS` there; pip reaches no index."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("KAIDIAN_", "PIP_", "PYTHON"))}
    offline = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": NOWHERE,
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
    }
    return subprocess.run(
        ["make", *words],
        cwd=checkout,
        env=own | offline | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def program(folder: Path, name: str, script: str) -> str:
    """An executable shell script."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def tools(folder: Path, *names: str) -> str:
    """A PATH that has only these programs of ours."""
    folder.mkdir(exist_ok=True)
    for name in (*names, "sh", "cat", "cksum", "tr"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return str(folder)


def told(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    """It stopped, and said all of this."""
    assert done.returncode != 0
    assert "started" not in done.stdout
    return all(word in done.stderr for word in words)


def test_no_python_at_all(checkout: Path, tmp_path: Path) -> None:
    done = make(checkout, "run", PATH=tools(tmp_path / "bin", "make"))
    assert told(done, "Python 3.11, 3.12 or 3.13", "install")


def test_a_python_that_does_not_fit(checkout: Path, tmp_path: Path) -> None:
    old = program(tmp_path / "old", "python3", "exit 1")
    assert told(make(checkout, "run", f"PYTHON={old}"), old, "is not Python 3.11, 3.12 or 3.13")


def test_a_named_python_that_is_not_there(checkout: Path) -> None:
    assert told(make(checkout, "run", "PYTHON=/nowhere/python3"), "/nowhere/python3", "PYTHON=")


def test_a_python_without_venv(checkout: Path, tmp_path: Path) -> None:
    """Debian's python3 without python3-venv cannot import ensurepip."""
    bare = program(
        tmp_path / "bare",
        "python3",
        f'case "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"',
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    done = make(checkout, "run", f"PYTHON={bare}")
    assert told(done, "lacks venv or ensurepip")
    assert f"python{version}-venv" in done.stderr or not shutil.which("apt-get")


def test_no_way_to_the_package_index(checkout: Path) -> None:
    done = make(checkout, "run", f"PYTHON={sys.executable}")
    assert told(done, "could not be installed", "https_proxy=", "PIP_INDEX_URL=")


def test_what_is_installed_is_not_installed_again(checkout: Path) -> None:
    for file in (checkout / "requirements").glob("*.txt"):
        file.write_text("# nothing to install\n", encoding="utf-8")
    first = make(checkout, "run", f"PYTHON={sys.executable}")
    assert (first.returncode, first.stdout.count("Installing")) == (0, 1)
    again = make(checkout, "run")
    assert again.returncode == 0
    assert again.stdout == "started\n"
    (checkout / "requirements" / "base.txt").write_text("# a new version\n", encoding="utf-8")
    assert "Installing" in make(checkout, "run").stdout


def test_settings_come_from_the_file_and_the_environment_wins(checkout: Path) -> None:
    for file in (checkout / "requirements").glob("*.txt"):
        file.write_text("", encoding="utf-8")
    (checkout / ".env").write_text("KAIDIAN_PORT=8123\nKAIDIAN_SANDBOX=1\n", encoding="utf-8")
    (checkout / "server.py").write_text(
        "import os\nprint(os.environ['KAIDIAN_PORT'], os.environ['KAIDIAN_SANDBOX'])\n",
        encoding="utf-8",
    )
    make(checkout, "run", f"PYTHON={sys.executable}")
    assert make(checkout, "run").stdout == "8123 1\n"
    assert make(checkout, "run", KAIDIAN_PORT="8456").stdout == "8456 1\n"
