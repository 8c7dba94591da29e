"""docs/channels: a page for every kind, and no errcode that the program does not know."""

import re
from pathlib import Path

import pytest
import yaml

from bot.channels.account_fields import KINDS, checked
from knowledge.errcodes import load_errcodes

DOCS = Path(__file__).parents[3] / "docs" / "channels"
FAMILIES = {
    "commkf": "shop",
    "kf": "wecom",
    "official": "weixin",
    "wecom": "wecom",
    "aibot": "wecom",
}
PAGES = {"miniprogram": "official"}
SAMPLE = {"SECRET": "a-long-secret", "TOKEN": "token", "KEY": "a" * 43}


def page(kind: str) -> str:
    return (DOCS / f"{PAGES.get(kind, kind)}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page_that_the_overview_names(kind: str) -> None:
    assert f"({PAGES.get(kind, kind)}.md)" in (DOCS / "README.md").read_text(encoding="utf-8")
    assert f"kind: {kind}" in page(kind)


@pytest.mark.parametrize(("name", "family"), FAMILIES.items())
def test_every_errcode_is_one_that_we_explain(name: str, family: str) -> None:
    codes = load_errcodes()[family]
    named = re.findall(r"^\| (\d+) \|", page(name), re.MULTILINE)
    assert named
    assert [code for code in named if code not in codes.table] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "miniprogram"])
def test_the_sample_account_is_sound(kind: str) -> None:
    (block,) = re.findall(rf"```yaml\n(  - kind: {kind}\n.*?)```", page(kind), re.DOTALL)
    (account,) = yaml.safe_load(block)
    asked = re.findall(r"\$\{(\w+)\}", block)
    environ = {name: SAMPLE[name.rsplit("_", 1)[1]] for name in asked}
    fields = {
        key: value for key, value in account.items() if key not in ("kind", "name", "entrance")
    }
    assert set(fields) <= set(KINDS[kind])
    assert checked(KINDS[kind], fields, environ)[1] == []
