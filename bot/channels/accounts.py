"""The accounts file (KAIDIAN_ACCOUNTS): shops, entrances, and the accounts on the platforms.

Secrets may be written as ${NAME} and are then taken from the environment. Every fault is listed at
once, and none of them repeats a value: values are secrets.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.channels.account_fields import KINDS, Value, checked
from bot.errors import Faults
from bot.messages import Entrance
from knowledge.yaml_text import parse_yaml

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Account:
    """One account, as it was written and found sound. `values` holds every field of its kind."""

    kind: str
    name: str
    entrance: str
    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """A field that is text; '' where it may be left out and was."""
        return str(self.values[name])

    def flag(self, name: str) -> bool:
        return bool(self.values[name])

    def several(self, name: str) -> tuple[str, ...]:
        """A field that is a list; () also where accounts of this kind have no such field."""
        found = self.values.get(name, ())
        return found if isinstance(found, tuple) else ()


@dataclass(frozen=True, slots=True)
class Directory:
    """The whole file."""

    shops: tuple[str, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    accounts: tuple[Account, ...] = ()

    def doors(self) -> dict[tuple[str, str], Entrance]:
        """At which entrance each (kind, name) stands: that decides shop and audience."""
        named = {entrance.name: entrance for entrance in self.entrances}
        return {(a.kind, a.name): named[a.entrance] for a in self.accounts}


def load_accounts(file: Path, environ: Mapping[str, str]) -> Directory:
    """The file, checked. Raises Faults with every one."""
    faults: list[str] = []
    raw = _read(file)
    faults += [f"不认识 {name}" for name in raw if name not in ("shops", "entrances", "accounts")]
    shops = tuple(_shops(raw.get("shops", []), faults))
    entrances = tuple(_entrances(raw.get("entrances", []), shops, faults))
    known = {entrance.name for entrance in entrances}
    accounts = tuple(_accounts(raw.get("accounts", []), known, environ, faults))
    faults += _twice("账号", [f"{a.kind}/{a.name}" for a in accounts])
    faults += _twice("open_kfid", [a.text("open_kfid") for a in accounts if a.kind == "kf"])
    faults += _twice("bot_id", [a.text("bot_id") for a in accounts if a.kind == "aibot"])
    if faults:
        raise Faults(f"账号文件 {file.name}", tuple(dict.fromkeys(faults)))
    return Directory(shops, entrances, accounts)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = parse_yaml(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = (
            "没有这个文件" if isinstance(error, FileNotFoundError) else "没有读它的权限，或不是文件"
        )
        raise Faults("账号文件", (f"{file} 读不了：{why}，请核对 KAIDIAN_ACCOUNTS",)) from error
    except UnicodeDecodeError as error:
        raise Faults(f"账号文件 {file.name}", ("不是 UTF-8 编码",)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行附近" if mark else ""
        raise Faults(f"账号文件 {file.name}", (f"{where}不是有效的 YAML",)) from error
    if not isinstance(found, dict):
        raise Faults(f"账号文件 {file.name}", ("最外层应有 shops、entrances、accounts",))
    return {str(name): value for name, value in found.items()}


def _shops(raw: object, faults: list[str]) -> Iterator[str]:
    names = []
    for place, shop in enumerate(_list("shops", raw, faults), 1):
        if isinstance(shop, str) and _NAME.fullmatch(shop):
            names.append(shop)
            yield shop
        else:
            faults.append(f"shops 第 {place} 个：店名用小写字母、数字和 - _，不超过 40 个字符")
    faults += _twice("店铺", names)


def _entrances(raw: object, shops: tuple[str, ...], faults: list[str]) -> Iterator[Entrance]:
    names = []
    for place, row in enumerate(_list("entrances", raw, faults), 1):
        where = f"entrances 第 {place} 个"
        fields = row if isinstance(row, dict) else {}
        name, shop, audience = (fields.get(key) for key in ("name", "shop", "audience"))
        found = [*_unknown(where, fields, ("name", "shop", "audience"))]
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            found.append(f"{where}：name 用小写字母、数字和 - _，不超过 40 个字符")
        if shop not in shops:
            found.append(f"{where}：shop 不在 shops 里")
        if audience not in ("merchant", "customer"):
            found.append(f"{where}：audience 应是 merchant 或 customer")
        faults += found
        names.append(str(name))
        if not found:
            yield Entrance(str(name), str(shop), audience)  # type: ignore[arg-type]
    faults += _twice("入口", names)


def _accounts(
    raw: object, entrances: set[str], environ: Mapping[str, str], faults: list[str]
) -> Iterator[Account]:
    for place, row in enumerate(_list("accounts", raw, faults), 1):
        fields = row if isinstance(row, dict) else {}
        where = f"accounts 第 {place} 个"
        kind = fields.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            faults.append(f"{where}：kind 应是 {'、'.join(KINDS)} 之一")
            continue
        values, bad = checked(KINDS[kind], fields, environ)
        found = [
            *_unknown(where, fields, ("kind", "name", "entrance", *KINDS[kind])),
            *_misnamed(where, fields, entrances),
            *(f"{where}（{kind}）：{fault}" for fault in bad),
        ]
        faults += found
        if not found:
            yield Account(kind, str(fields["name"]), str(fields["entrance"]), values)


def _misnamed(where: str, fields: Mapping[object, object], entrances: set[str]) -> list[str]:
    name, entrance = fields.get("name"), fields.get("entrance")
    found = []
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        found.append(f"{where}：name 用小写字母、数字和 - _，不超过 40 个字符")
    if not (isinstance(entrance, str) and entrance in entrances):
        found.append(f"{where}：entrance 不在 entrances 里")
    return found


def _unknown(where: str, fields: Mapping[object, object], known: tuple[str, ...]) -> list[str]:
    return [f"{where}：不认识 {name}" for name in fields if name not in known]


def _list(name: str, raw: object, faults: list[str]) -> list[object]:
    if isinstance(raw, list):
        return raw
    faults.append(f"{name} 应是列表")
    return []


def _twice(what: str, names: list[str]) -> list[str]:
    return [f"{what} {name} 写了两次" for name, count in Counter(names).items() if count > 1]
