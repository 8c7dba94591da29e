"""Rule files: a maintainer changes a row without code; every fault is told at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.rules.decide import compile_rules, decide
from handlers.rules.policy import policy_version
from knowledge.rules.book import CONTENT, SEARCHED, load_rule_book, note_searched
from knowledge.rules.faults import ContentFaultsError
from knowledge.rules.reach import unreachable
from knowledge.rules.vocabulary import read_stated
from tests.unit.rules.build import BOOK, DEFAULT, ids, order, request

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed rule files."""
    return Path(shutil.copytree(CONTENT, tmp_path / "rules"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace one text in one file of the copy."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / f"{file}.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


def faults(folder: Path) -> str:
    """Everything the loader has to say."""
    with pytest.raises(ContentFaultsError) as caught:
        load_rule_book(folder)
    return "\n".join(str(fault) for fault in caught.value.faults)


WHEN_33 = (
    "stage=received & in_window=no & reason_class=no_reason|late|other"
    " & wish=cancel|refund|return|refund_only|exchange"
)
ROW = """  - id: "{id}"
    order: {order}
    phase: decision
    when: "{when}"
    type: escalate
    freight_payer: none
    evidence_required: false
    needs_human: true
    reason_class: stated
    订单状态: "签收"
    条件: "新加的一行"
    时限动作: "人工"
    下一步: "已转人工"
    依据: "{source}"
"""


def add(folder: Path, **fields: str) -> None:
    """Append one row to the copy's table."""
    row = {"id": "99", "order": "455", "when": "stage=received", "source": "消25"} | fields
    path = folder / "aftersales.yaml"
    path.write_text(path.read_text(encoding="utf-8") + ROW.format(**row), encoding="utf-8")


def test_a_changed_row_changes_the_decision_and_the_version(folder: Path, edit: Edit) -> None:
    late = request(order(), "09-07T10:00", {"wish": "return"})
    edit("aftersales", WHEN_33, WHEN_33 + " & applications>=2")
    book = load_rule_book(folder)
    assert ids(decide(compile_rules(BOOK), late)) == ["33"]
    assert ids(decide(compile_rules(book), late)) == ["16"]
    assert policy_version(book, DEFAULT) != policy_version(BOOK, DEFAULT)


def test_the_committed_rows_were_searched_and_all_can_be_reached() -> None:
    noted = (CONTENT / SEARCHED).read_text(encoding="utf-8").strip()
    assert noted == BOOK.content, "python -m handlers.rules.pages"
    assert unreachable("aftersales.yaml", BOOK.table, BOOK.vocabulary) == []


def test_files_are_searched_again_once_they_differ(folder: Path) -> None:
    add(folder, when="stage=received & wish=human")
    assert "99" in faults(folder)
    note_searched(BOOK, folder)
    assert "99" in faults(folder)


def test_a_new_row_is_just_data(folder: Path) -> None:
    add(folder, when="stage=received & kind=press & wish=exchange", order="455")
    rules = compile_rules(load_rule_book(folder))
    paper = order("signed", {"title": "晚报", "category": "报纸", "price_fen": 300})
    assert ids(decide(rules, request(paper, facts={"wish": "exchange"}))) == ["99"]


def test_every_fault_of_the_table_is_listed_at_once(folder: Path, edit: Edit) -> None:
    edit("aftersales", "wish=human", "wish=robot")
    edit("aftersales", "safety=account", "colour=red")
    edit("aftersales", "wish=invoice", "wish~invoice")
    edit("aftersales", "wish=order_info", "wish<3")
    edit("aftersales", 'effect: ["clause:void"]', 'effect: ["money:all"]')
    edit("aftersales", '依据: "食148"\n  - id: "46"', '依据: "刑1"\n  - id: "46"')
    edit("aftersales", "amount: damage_steps", "amount: everything")
    add(folder, id="16", order="1190", source="消999")
    told = faults(folder)
    for part in (
        "行 2a：wish 没有值 robot",
        "行 1b：不认识事实 colour",
        "行 63：看不懂条件",
        "行 71b：wish 不是数",
        "行 67：没有效果 money:all",
        "行 45b：依据“刑1”不在 sources.yaml 里",
        "行 26：amount 没有值 everything",
        "行 16：id 16 重复了",
        "行 16：order 1190 重复了",
        "“消”里缺第 999 条",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("wish=human & stage=received", "总被第 2a 行先截住"),
        ("stage=received & stage=transit", "条件自相矛盾"),
        ("stage=unpaid & wish=track", "总被第 4b 行先截住"),
        ("in7=yes & in_window=no", "条件自相矛盾"),
        ("repairs>=3 & repairs<2", "条件自相矛盾"),
        ("condition has washed & condition has used & wish=human", "总被第 2a 行先截住"),
    ],
)
def test_a_row_nothing_can_reach_is_refused(folder: Path, when: str, why: str) -> None:
    add(folder, when=when, order="465")
    assert f"行 99：永远轮不到：{why}" in faults(folder)


def test_a_row_that_several_rows_cover_together_is_refused(folder: Path) -> None:
    add(folder, when="stage=unshipped & wish=cancel|exchange", order="575")
    assert "行 99：永远轮不到：总被前面几行先截住" in faults(folder)


def test_a_modifier_no_outcome_can_meet_is_refused(folder: Path, edit: Edit) -> None:
    edit("aftersales", "coupon_or_points=yes & eligible=yes", "type=reject & eligible=yes")
    assert "行 50：永远轮不到" in faults(folder)


def test_rows_before_the_third_pass_cannot_read_the_outcome(folder: Path) -> None:
    add(folder, when="type=reject")
    assert "行 99：只有修正行能读 type" in faults(folder)


def test_a_refusal_must_name_another_way(folder: Path, edit: Edit) -> None:
    edit("aftersales", '    另一条路: "想折价可与店员协商；有质量问题照样受理，运费由店里出"\n', "")
    assert "行 22a：拒绝的行要写另一条路" in faults(folder)


def test_faults_of_several_files_come_together(folder: Path, edit: Edit) -> None:
    edit("categories", "  voucher: [卡券]", "  tickets: [卡券]")
    edit("aftersales", "phase: fallback", "phase: last")
    told = faults(folder)
    assert "不认识种类 tickets" in told
    assert "phase 应当是" in told
    assert "要有且只有一行 fallback" in told


def test_policy_file_faults(folder: Path, edit: Edit) -> None:
    edit("policy", "default: 7, kinder: higher, floor: 7", "default: x, kinder: up, floor: 7")
    told = faults(folder)
    assert "no_reason_days：default 应当是" in told
    assert "no_reason_days：kinder 要写" in told


def test_a_broken_file_is_named(folder: Path) -> None:
    (folder / "sources.yaml").write_text("a: [", encoding="utf-8")
    (folder / "policy.yaml").write_text("- 1", encoding="utf-8")
    told = faults(folder)
    assert "sources.yaml：读不了" in told
    assert "policy.yaml：最外层" in told


def test_stated_facts_list_every_fault() -> None:
    wrong = {"colour": "red", "wish": "fly", "qty": True, "damage_pct": 101, "condition": "washed"}
    with pytest.raises(ContentFaultsError) as caught:
        read_stated(BOOK.vocabulary, wrong)
    places = ["facts", *(f"facts.{name}" for name in wrong if name != "colour")]
    assert [fault.where for fault in caught.value.faults] == places
    assert "colour" not in str(caught.value)  # errors never echo what was sent


def test_stated_facts_take_true_and_false_and_skip_null() -> None:
    raw = {"admits_intact": True, "gift_returned": False, "wish": None, "condition": ["used"]}
    assert read_stated(BOOK.vocabulary, raw) == {
        "admits_intact": "yes",
        "gift_returned": "no",
        "condition": ("used",),
    }
