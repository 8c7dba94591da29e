"""Settings from the environment: all right, or every fault at once."""

from pathlib import Path

import pytest

from bot.errors import Faults
from bot.settings import Settings, read_settings


def faults(**environ: str) -> tuple[str, ...]:
    with pytest.raises(Faults) as caught:
        read_settings(environ)
    return caught.value.details


def test_nothing_set_means_the_defaults() -> None:
    assert read_settings({}) == Settings()
    assert Settings().database == "sqlite:///var/kaidian.db"


def test_an_empty_value_means_unset() -> None:
    assert read_settings({"KAIDIAN_PORT": "", "KAIDIAN_DATABASE_URL": ""}) == Settings()


def test_the_environment_of_others_is_none_of_our_business() -> None:
    assert read_settings({"PORT": "x", "HOME": "/", "kaidian_port": "1"}) == Settings()


def test_every_setting_is_read() -> None:
    given = {
        "KAIDIAN_HOST": "0.0.0.0",
        "KAIDIAN_PORT": "0",
        "KAIDIAN_DATA_DIR": "data",
        "KAIDIAN_DATABASE_URL": "postgresql://u:p@db/kaidian",
        "KAIDIAN_CHROMA_URL": "http://127.0.0.1:8001",
        "KAIDIAN_OPERATOR_KEY": "key",
        "KAIDIAN_ACCOUNTS": "accounts.yaml",
        "KAIDIAN_SANDBOX": "1",
        "KAIDIAN_EMBEDDING_MODEL": "some/model",
    }
    assert read_settings(given) == Settings(
        "0.0.0.0",
        0,
        Path("data"),
        "postgresql+psycopg://u:p@db/kaidian",
        "http://127.0.0.1:8001",
        "key",
        Path("accounts.yaml"),
        True,
        "some/model",
    )


@pytest.mark.parametrize(
    "pasted", ["postgres://db/k", "postgresql://db/k", "postgresql+psycopg://db/k"]
)
def test_a_hosters_database_address_works_as_pasted(pasted: str) -> None:
    found = read_settings({"KAIDIAN_DATABASE_URL": pasted})
    assert found.database == "postgresql+psycopg://db/k"


def test_every_fault_is_told_at_once_and_says_what_would_do() -> None:
    told = faults(
        KAIDIAN_PORT="80000",
        KAIDIAN_SANDBOX="yes",
        KAIDIAN_DATABASE_URL="mysql://db",
        KAIDIAN_CHROMA_URL="127.0.0.1:8001",
        KAIDIAN_DATADIR="x",
    )
    assert len(told) == 5
    for name in ("PORT 应是", "SANDBOX 应是", "DATABASE_URL 应以", "CHROMA_URL 应像"):
        assert any(name in fault for fault in told)
    assert any("KAIDIAN_DATADIR 不是设置项；有这些：HOST、PORT" in f for f in told)


@pytest.mark.parametrize("port", ["-1", "65536", "8000 ", "٣", "1e3", "0x50"])
def test_what_is_no_port_is_a_fault(port: str) -> None:
    assert len(faults(KAIDIAN_PORT=port)) == 1


def test_faults_never_show_a_secret() -> None:
    told = faults(KAIDIAN_DATABASE_URL="mysql://root:hunter2@db", KAIDIAN_OPERATOR_KEYS="s3cret")
    assert "hunter2" not in str(told)
    assert "s3cret" not in str(told)
