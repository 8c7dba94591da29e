"""`move`: everything from the database in use into another one, by one command."""

from argparse import Namespace
from pathlib import Path

from bot.commands.progress import bar
from bot.commands.wiring import Wiring
from bot.database import open_engine
from bot.errors import BadInput, KaidianError, StorageLost
from bot.http.serving import owning
from bot.move import move
from bot.settings import Settings, is_database, with_driver

SQLITE = "sqlite:///"


def move_database(chosen: Namespace, settings: Settings, _wiring: Wiring) -> int:
    """Copies all rows, compares them, and says what to set next. The source stays as it was."""
    source, target = settings.database, target_of(chosen.to)
    _refuse_missing(source)
    if _place(source) == _place(target):
        raise BadInput("目标就是现在用的数据库，不用搬")
    with owning(settings.data_dir):
        moved = _moved(source, target)
    for name, rows in moved.items():
        print(f"  {name}：{rows} 行，核对无误")
    print(f"搬好了：{len(moved)} 张表，共 {sum(moved.values())} 行。接下来：")
    print("  1. 把设置 KAIDIAN_DATABASE_URL 改成这次命令里写的地址（.env 或环境变量）；")
    print(f"  2. KAIDIAN_DATA_DIR 不变（{settings.data_dir}，检索用的索引在里面），启动服务；")
    print("  3. 原来的数据库没有动，确认新的一切正常以后再删。")
    return 0


def _moved(source: str, target: str) -> dict[str, int]:
    old, new = open_engine(source), open_engine(target)
    try:
        return move(old, new, lambda table: bar(table, "rows"))
    except StorageLost as error:
        raise KaidianError(f"数据库连不上或写不了：{error.__cause__}") from error
    finally:
        old.dispose()
        new.dispose()


def target_of(given: str) -> str:
    """The address to move to. Raises BadInput."""
    if not given or not is_database(given):
        raise BadInput("请写目标数据库的地址：postgresql://用户:密码@主机/库名，或 sqlite:///文件")
    return with_driver(given)


def _refuse_missing(source: str) -> None:
    # SQLite would make an empty file and we would move nothing, successfully.
    if source.startswith(SQLITE) and not Path(source.removeprefix(SQLITE)).exists():
        raise BadInput(
            f"没有找到数据库 {source.removeprefix(SQLITE)}，请看 KAIDIAN_DATA_DIR 对不对"
        )


def _place(url: str) -> str:
    """The address without what makes no difference to where it leads."""
    if url.startswith(SQLITE):
        return str(Path(url.removeprefix(SQLITE)).resolve())
    return url
