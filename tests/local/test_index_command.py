"""`server.py index`: beside a running server and without one; incremental; faults by file."""

from pathlib import Path

import httpx
import pytest

from tests.local.servers import KEY, Running, command, running
from tests.local.visitor import Visitor, quotes

pytestmark = pytest.mark.slow

GIFTS = "# 会员日\n\n## 赠品\n\n会员日满 88 元送一只竹编杯垫，每人限领 2 只。\n"
HOURS = "客服时间\n\n人工客服每天 9:30 到 21:15 在线，除夕休息。\n"
QUESTION = "会员日满多少送竹编杯垫"


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with two good files."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "gifts.md").write_text(GIFTS, encoding="utf-8")
    (folder / "hours.txt").write_bytes(HOURS.encode("gb18030"))
    return folder


def spoil(folder: Path) -> None:
    """Adds files that cannot be read, each for another reason."""
    (folder / "picture.md").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe\xff")
    (folder / "empty.txt").write_text("", encoding="utf-8")


def found(server: Running, question: str) -> str:
    """All that a search for the demo shop finds."""
    answer = httpx.get(
        f"{server.url}/api/knowledge/search",
        params={"q": question, "shop": "demo"},
        headers={"X-API-Key": KEY},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return "\n".join(passage["text"] for passage in answer.json()["passages"])


def test_without_a_server_files_are_indexed_and_then_answered_from(
    data: Path, papers: Path
) -> None:
    done = command(data, "index", str(papers), "--shop", "demo")
    assert (done.returncode, done.stderr.count("fault")) == (0, 0)
    assert "2 indexed, 0 unchanged, 0 with faults" in done.stdout
    with running(data) as server:
        assert "88" in quotes(Visitor(server.url).ask(QUESTION))


def test_only_what_changed_is_indexed_again(data: Path, papers: Path) -> None:
    command(data, "index", str(papers), "--shop", "demo")
    again = command(data, "index", str(papers), "--shop", "demo")
    assert "0 indexed, 2 unchanged" in again.stdout
    assert "texts/s" not in again.stderr
    (papers / "gifts.md").write_text(GIFTS.replace("88", "99"), encoding="utf-8")
    changed = command(data, "index", str(papers), "--shop", "demo")
    assert "1 indexed, 1 unchanged" in changed.stdout
    with running(data, KAIDIAN_OPERATOR_KEY=KEY) as server:
        told = found(server, QUESTION)
    assert "99" in told
    assert "88" not in told


def test_the_running_server_takes_the_files_and_knows_them_at_once(
    data: Path, papers: Path
) -> None:
    with running(data, KAIDIAN_OPERATOR_KEY=KEY) as server:
        visitor = Visitor(server.url)
        done = command(data, "index", str(papers), "--shop", "demo")
        assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
        assert "2 files given to the running server, 0 with faults" in done.stdout
        assert "88" in quotes(visitor.ask(QUESTION))
        assert "21:15" in found(server, "人工客服几点下班")


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside-a-server"])
def test_a_broken_file_is_named_and_harms_nothing_else(
    data: Path, papers: Path, *, beside: bool
) -> None:
    spoil(papers)
    if beside:
        with running(data):
            done = command(data, "index", str(papers), "--shop", "demo")
    else:
        done = command(data, "index", str(papers), "--shop", "demo")
    assert done.returncode == 1
    assert "2 with faults" in done.stdout
    assert all(name in done.stderr for name in ("picture.md", "empty.txt"))
    assert "Traceback" not in done.stderr
    with running(data, KAIDIAN_OPERATOR_KEY=KEY) as server:
        assert "88" in found(server, QUESTION)
        assert "21:15" in found(server, "人工客服几点下班")


def test_what_the_command_needs_is_said(data: Path, tmp_path: Path) -> None:
    for words in (["index"], ["index", str(tmp_path / "nothing.md"), "--shop", "demo"],
                  ["index", str(tmp_path), "--shop", "nobody"]):  # fmt: skip
        done = command(data, *words)
        assert done.returncode == 2
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


def test_a_second_server_on_the_same_folder_is_told_to_take_another(data: Path) -> None:
    with running(data):
        done = command(data, "run", "--demo", KAIDIAN_PORT="0")
    assert done.returncode == 2
    assert "KAIDIAN_DATA_DIR" in done.stderr


def test_a_question_in_the_terminal_is_answered_with_its_source(data: Path) -> None:
    alone = command(data, "ask", "企业号认证费多少钱")
    with running(data):
        beside = command(data, "ask", "企业号认证费多少钱")
    assert "300" in alone.stdout
    assert "←" in alone.stdout
    assert beside.stdout == alone.stdout
