"""One explanation page per row under docs/rules, generated from the rule files.

python -m handlers.rules.pages          write the pages
python -m handlers.rules.pages --check  only tell which are out of date
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from handlers.rules.explain import PAYERS, say_term
from knowledge.rules.book import RuleBook, load_rule_book, note_searched
from knowledge.rules.table import Row

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
PHASES = {
    "guard": "先拦",
    "decision": "定结论",
    "modifier": "再修正",
    "fallback": "都不成立时",
}
EFFECTS = {
    "refund:-gift_price": "退款扣掉赠品事先标明的价",
    "refund:-outbound_freight": "退款扣掉原来的运费",
    "refund:by_price_share": "按实付分摊退",
    "refund:coupon_as_coupon": "券和积分原样退回",
    "refund:unchanged": "退款不变",
    "freight_refund:with_last_item": "运费随最后一件退",
    "needs_human:yes": "要人工复核",
    "channel:offline": "走店内工单，不建平台售后单",
    "compensation:late": "查发货超时的承诺赔付",
    "policy:kinder": "有记录的承诺并入政策，取对买家更好的",
    "clause:void": "不公平的店规视为没有",
}
AMOUNTS = {
    "damage_steps": "仅退款按坏损分档（10%、30%、50%、80%、100%，向上取档）",
    "affected": "仅退款退涉及的金额",
    "missing_part": "仅退款退缺的部分，不知道价格就不写数",
    "price_drop": "退差价退实付与现价之差，不知道现价就不写数",
}
CONFIDENCE = {"H": "读过原文", "M": "可靠转述", "L": "单一来源，未核实"}


def pages(book: RuleBook) -> dict[str, str]:
    """File name → Markdown, for every row and the index."""
    made = {f"{row.id}.md": _page(book, row) for row in book.table.rows}
    return {"README.md": _index(book), **made}


def _index(book: RuleBook) -> str:
    lines = [
        "# 售后判定规则",
        "",
        f"由规则文件生成，版本 {book.table.version}，依据核对于 {book.sources.checked}。"
        "不要改这里：改 `knowledge/content/rules/` 下的文件，"
        "再运行 `python -m handlers.rules.pages`。",
        "",
        "依据是事实摘要，不是法律意见。前两遍按次序取第一条成立的行，第三遍成立的修正都算。",
        "",
        "| 行 | 遍 | 订单状态 | 条件 | 结论 | 依据 |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| [{r.id}]({r.id}.md) | {PHASES[r.phase]} | {r.status} | {r.text} | {_result(book, r)} "
        f"| {r.source} |"
        for r in book.table.rows
    ]
    return "\n".join(lines) + "\n"


def _result(book: RuleBook, row: Row) -> str:
    if row.phase == "modifier":
        return "、".join(EFFECTS[effect] for effect in row.effects)
    return book.vocabulary.keys["type"].values[row.type]


def _page(book: RuleBook, row: Row) -> str:
    terms = [f"- {say_term(book.vocabulary, term)}" for term in row.condition] or ["- 总是成立"]
    lines = [
        f"# {row.id} {row.text}",
        "",
        f"第{row.order}位，{PHASES[row.phase]}。订单状态：{row.status}。",
        "",
        "## 什么时候成立（都要满足）",
        "",
        *terms,
        "",
        "## 结果",
        "",
        *(f"- {line}" for line in _results(book, row)),
        "",
        "## 依据",
        "",
        *_sources(book, row),
        "",
        f"机器读的条件：`{row.when}`",
    ]
    return "\n".join(lines) + "\n"


def _results(book: RuleBook, row: Row) -> list[str]:
    if row.phase == "modifier":
        return [*(EFFECTS[effect] for effect in row.effects), *_told(row)]
    types = book.vocabulary.keys["type"].values
    reasons = {**book.vocabulary.keys["reason_class"].values, "stated": "照顾客说的"}
    human = {True: "要", False: "不用", "policy": "退款超过店铺的自动退款上限才要"}
    offered = "、".join(types[name] for name in row.also_ok)
    lines = [
        f"结论：{types[row.type]}" + (f"；也可以选{offered}" if offered else ""),
        f"运费：{PAYERS[row.freight_payer]}",
        f"买家还要给凭证：{'要，齐了就不用' if row.evidence_required else '不用'}",
        f"人工：{human[row.needs_human]}",
        f"原因记为：{reasons[row.reason_class]}",
        *([AMOUNTS[row.amount]] if row.amount in AMOUNTS else []),
        *_told(row),
    ]
    return lines + ([f"另一条路：{row.way}", book.table.appeal] if row.way else [])


def _told(row: Row) -> list[str]:
    return [f"店员的时限与动作：{row.action}", f"告诉顾客：{'；'.join(row.steps)}"]


def _sources(book: RuleBook, row: Row) -> list[str]:
    cited, _ = book.sources.cite(row.source)
    lines = []
    for one in cited:
        clause = f"第{one.clause}条" if one.clause else ""
        summary = f"：{one.summary}" if one.summary else ""
        lines.append(f"- {one.name}{clause}{summary}（{CONFIDENCE[one.confidence]}）")
    return list(dict.fromkeys(lines))


def outdated(book: RuleBook, folder: Path = FOLDER) -> list[str]:
    """Names of pages that are missing, different or left over."""
    wanted = pages(book)
    found = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    return sorted(name for name in wanted | found if wanted.get(name) != found.get(name))


def write(wanted: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Make the folder hold exactly these pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write or check the pages; 1 when --check finds some out of date."""
    book = load_rule_book()
    if "--check" in arguments:
        late = outdated(book)
        print(f"过时的说明页：{'、'.join(late)}" if late else "说明页是最新的")
        return int(bool(late))
    write(pages(book))
    note_searched(book)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
