"""Settings, read once from the environment and passed on; nothing reads them globally."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Faults

PREFIX = "KAIDIAN_"


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. `database_url` and `chroma_url` empty: files in `data_dir`."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("var")
    database_url: str = ""
    chroma_url: str = ""
    operator_key: str = ""
    accounts: Path | None = None
    sandbox: bool = False
    embedding_model: str = ""
    handoff_minutes: int = 5
    staff_hours: str = "9-21"

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kaidian.db'}"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from `KAIDIAN_*`. Raises Faults that lists every bad or unknown one."""
    given = {k[len(PREFIX) :]: v for k, v in environ.items() if k.startswith(PREFIX) and v}
    faults = [
        *_unknown(given),
        *_bad_port(given),
        *_bad_switch(given),
        *_bad_urls(given),
        *_bad_times(given),
    ]
    if faults:
        raise Faults("设置", tuple(faults))
    return Settings(
        host=given.get("HOST", "127.0.0.1"),
        port=int(given.get("PORT", "8000")),
        data_dir=Path(given.get("DATA_DIR", "var")),
        database_url=with_driver(given.get("DATABASE_URL", "")),
        chroma_url=given.get("CHROMA_URL", ""),
        operator_key=given.get("OPERATOR_KEY", ""),
        accounts=Path(given["ACCOUNTS"]) if "ACCOUNTS" in given else None,
        sandbox=given.get("SANDBOX") == "1",
        embedding_model=given.get("EMBEDDING_MODEL", ""),
        handoff_minutes=int(given.get("HANDOFF_MINUTES", "5")),
        staff_hours=given.get("STAFF_HOURS", "9-21"),
    )


_KNOWN = (
    *("HOST", "PORT", "DATA_DIR", "DATABASE_URL", "CHROMA_URL"),
    *("OPERATOR_KEY", "ACCOUNTS", "SANDBOX", "EMBEDDING_MODEL"),
    *("HANDOFF_MINUTES", "STAFF_HOURS"),
)


def _unknown(given: Mapping[str, str]) -> list[str]:
    return [
        f"{PREFIX}{name} 不是设置项；有这些：{'、'.join(_KNOWN)}"
        for name in given
        if name not in _KNOWN
    ]


def _bad_port(given: Mapping[str, str]) -> list[str]:
    port = given.get("PORT", "8000")
    if re.fullmatch(r"[0-9]{1,5}", port) and int(port) < 65536:
        return []
    return [f"{PREFIX}PORT 应是 0 到 65535 的数"]


def _bad_switch(given: Mapping[str, str]) -> list[str]:
    if given.get("SANDBOX", "0") in {"0", "1"}:
        return []
    return [f"{PREFIX}SANDBOX 应是 1 或 0"]


def _bad_urls(given: Mapping[str, str]) -> list[str]:
    faults = []
    if not is_database(given.get("DATABASE_URL", "")):
        faults.append(f"{PREFIX}DATABASE_URL 应以 sqlite:/// 或 postgresql:// 开头")
    if not re.match(r"https?://[^/\s]+/?$|$", given.get("CHROMA_URL", "")):
        faults.append(f"{PREFIX}CHROMA_URL 应像 http://127.0.0.1:8001")
    return faults


def _bad_times(given: Mapping[str, str]) -> list[str]:
    faults = []
    if not re.fullmatch(r"[1-9][0-9]{0,3}", given.get("HANDOFF_MINUTES", "5")):
        faults.append(f"{PREFIX}HANDOFF_MINUTES 应是 1 到 9999 的分钟数")
    hours = re.fullmatch(HOURS, given.get("STAFF_HOURS", "9-21"))
    if not hours or int(hours[1]) >= int(hours[3]):
        faults.append(f"{PREFIX}STAFF_HOURS 应像 9-21 或 9:30-18:00")
    return faults


HOURS = r"([01]?\d|2[0-3])(?::([0-5]\d))?-([01]?\d|2[0-4])(?::([0-5]\d))?"
"""From–to on every day, whole hours or with minutes; 24 ends the day."""


def is_database(url: str) -> bool:
    """Whether `url` is empty (a file in the data folder) or of a database that we know."""
    return bool(re.match(r"(sqlite|postgresql|postgres)(\+psycopg)?:|$", url))


def with_driver(url: str) -> str:
    """The same address as SQLAlchemy wants it."""
    # People paste the address their hoster shows; the driver's name is our business.
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
