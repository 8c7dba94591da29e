"""`/docs`: the HTTP contract as one page of plain HTML, made from our own OpenAPI.

The page that FastAPI brings loads its scripts from a public server; nothing of ours does.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from bot.http.pages import SAFE

router = APIRouter(include_in_schema=False)

Schema = Mapping[str, Any]

_TAGS: Final[Mapping[str, str]] = {
    "people who chat": "聊天的人",
    "operators": "店员：会话和待办",
    "cases": "售后单",
    "aftersales": "售后规则",
    "knowledge": "资料",
    "tools": "小工具",
    "shops": "店铺和入口",
    "orders": "订单",
    "channels": "平台回调",
    "demo": "演示",
    "sandbox": "沙箱",
    "pages": "健康检查和指标",
}
_STYLE: Final = """
:root{color-scheme:light dark;--ink:#18211c;--soft:#57635c;--line:#dde2dc;--brand:#0b6b4b}
@media (prefers-color-scheme:dark){
:root{--ink:#e7ede9;--soft:#a3afa8;--line:#2b332f;--brand:#64d3a2}}
body{max-width:960px;margin:0 auto;padding:24px;color:var(--ink);
font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h2{margin-top:36px}details{border-top:1px solid var(--line);padding:8px 0}
summary{cursor:pointer}code{font-size:14px;overflow-wrap:anywhere}b{color:var(--brand)}
p,li{color:var(--soft);white-space:pre-line}a{color:var(--brand)}
"""


@router.get("/docs")
async def contract(request: Request) -> Response:
    """What this server can be asked."""
    return HTMLResponse(page(request.app.openapi()), headers=SAFE)


def page(schema: Schema) -> str:
    """The whole page. Every text of the schema is escaped."""
    groups: dict[str, list[str]] = {}
    for path, calls in schema["paths"].items():
        for method, call in calls.items():
            tag = (call.get("tags") or ["其他"])[0]
            groups.setdefault(tag, []).append(_call(schema, method, path, call))
    parts = (
        f"<h2>{escape(_TAGS.get(tag, tag))}</h2>{''.join(all_)}" for tag, all_ in groups.items()
    )
    title = escape(schema["info"]["title"])
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title} 接口</title>'
        f"<style>{_STYLE}</style><h1>{title} 接口</h1>"
        f'<p>机器可读的同一份：<a href="/openapi.json">/openapi.json</a></p>{"".join(parts)}</html>'
    )


def _call(schema: Schema, method: str, path: str, call: Schema) -> str:
    told = escape(str(call.get("summary") or ""))
    lines = [f"<p>{escape(str(call.get('description') or ''))}</p>"]
    lines += [_list("参数", [_parameter(each) for each in call.get("parameters", ())])]
    for kind, body in call.get("requestBody", {}).get("content", {}).items():
        lines += [_list(f"正文（{kind}）", list(_fields(schema, body.get("schema", {}))))]
    answers = [f"{code}　{each.get('description', '')}" for code, each in call["responses"].items()]
    lines += [_list("答复", answers)]
    head = f"<b>{method.upper()}</b> <code>{escape(path)}</code>　{told}"
    return f"<details><summary>{head}</summary>{''.join(lines)}</details>"


def _list(title: str, items: list[str]) -> str:
    told = "".join(f"<li><code>{escape(item)}</code></li>" for item in items)
    return f"{escape(title)}<ul>{told}</ul>" if items else ""


def _parameter(given: Schema) -> str:
    needed = "" if given.get("required") else "（可省）"
    return f"{given['name']}: {_type(given.get('schema', {}))} · {given['in']}{needed}"


def _fields(schema: Schema, body: Schema) -> Iterator[str]:
    """The fields of an object, one a line."""
    shape = _resolved(schema, body)
    needed = shape.get("required", ())
    for name, field in shape.get("properties", {}).items():
        yield f"{name}: {_type(field)}{'' if name in needed else '（可省）'}"


def _resolved(schema: Schema, shape: Schema) -> Schema:
    name = str(shape.get("$ref", "")).rpartition("/")[2]
    found: Schema = schema["components"]["schemas"][name] if name else shape
    return found


def _type(shape: Schema) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "anyOf" in shape:
        return " | ".join(dict.fromkeys(_type(each) for each in shape["anyOf"]))
    if "enum" in shape:
        return " | ".join(map(str, shape["enum"]))
    if shape.get("type") == "array":
        return f"[{_type(shape.get('items', {}))}]"
    return str(shape.get("type", "任意"))
