"""Small checks on plain data (from YAML or JSON); each returns its faults as values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge.rules.faults import ContentFaultsError, Fault
from knowledge.yaml_text import parse_yaml


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file. Raises ContentFaultsError for anything else."""
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentFaultsError([Fault(path.name, f"读不了：{error}")]) from error
    if not isinstance(data, dict):
        raise ContentFaultsError([Fault(path.name, "最外层应当是“键: 值”的形式")])
    return data


def content_hash(paths: Iterable[Path]) -> str:
    """SHA-256 over the files' names and bytes, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def names(
    where: str, raw: Mapping[str, object], needed: Iterable[str], optional: Iterable[str] = ()
) -> list[Fault]:
    """Missing and unknown names of a mapping."""
    need, allowed = set(needed), set(needed) | set(optional)
    missing = [Fault(where, f"缺 {name}") for name in sorted(need - raw.keys())]
    unknown = sorted(str(name) for name in raw if name not in allowed)
    return missing + [Fault(where, f"不认识 {name}，请删掉或改名") for name in unknown]


def given(where: str, raw: Iterable[object], allowed: Iterable[str]) -> list[Fault]:
    """A fault where somebody outside gave names that nobody knows: it tells the allowed ones and
    never what was given, since errors of the API do not echo (api.md)."""
    known = tuple(allowed)
    unknown = sum(name not in known for name in raw)
    problem = f"有 {unknown} 项不认识，可以写的是 {'、'.join(known)}"
    return [Fault(where, problem)] if unknown else []


def mapping(where: str, raw: object, faults: list[Fault]) -> dict[str, Any]:
    """`raw` as a mapping with string keys; otherwise a fault and an empty one."""
    if isinstance(raw, dict) and all(isinstance(key, str) for key in raw):
        return raw
    faults.append(Fault(where, "应当是“键: 值”的形式，键是文字（no、yes 要加引号）"))
    return {}


def texts(where: str, raw: object, faults: list[Fault]) -> tuple[str, ...]:
    """`raw` as a list of strings; otherwise a fault and an empty one."""
    if isinstance(raw, list) and all(isinstance(item, str) and item for item in raw):
        return tuple(raw)
    faults.append(Fault(where, "应当是文字列表"))
    return ()
