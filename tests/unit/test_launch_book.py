"""The launch plan as data: what operators may add, and that every fault is told at once."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.errors import Faults
from bot.intents.spelling import spelled
from handlers.merchant.launch_reading import read
from handlers.rules.launch import plan
from handlers.rules.launch_profile import Profile
from knowledge.launch.book import FILES, FOLDER, load_launch
from tests.unit.launch_book import BOOK, GUIDE

TODAY = date(2026, 11, 22)


def written(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the shipped files with one text replaced."""
    for each in FILES:
        if not (folder / f"{each}.yaml").exists():
            shutil.copy(FOLDER / f"{each}.yaml", folder)
    path = folder / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def faults(folder: Path) -> str:
    with pytest.raises(Faults) as caught:
        load_launch(GUIDE, folder)
    return "\n".join(caught.value.details)


def test_an_operator_adds_a_category_without_touching_code(tmp_path: Path) -> None:
    new = (
        "categories:\n  incense:\n    label: 香品\n    covers: 香品\n    words: [沉香, 线香]\n"
        "    scope: [香]\n    licences:\n    - {name: 香品检测报告, has: 检测报告}\n"
        '    guide: ["licences#其他类目要什么资质"]\n'
    )
    book = load_launch(GUIDE, written(tmp_path, "launch-categories", "categories:\n", new))
    heard = read(book, spelled("个体户 卖线香"), TODAY)
    assert heard.values["category"] == "incense"
    found = plan(book, Profile(heard.values, heard.said), TODAY)
    assert "办香品检测报告" in found.missing


def test_an_operator_adds_a_step_without_touching_code(tmp_path: Path) -> None:
    new = (
        "steps:\n- id: photos\n  main: true\n  title: 请摄影师拍{goods}\n  short: 拍照\n"
        "  when: count>100\n"
        "  fees: [{name: 拍摄, per: once, unknown: 问摄影师}]\n"
        '  guide: ["listing#商品怎么分类上架"]\n'
    )
    book = load_launch(GUIDE, written(tmp_path, "launch", "steps:\n", new))
    many = plan(book, Profile({"count": 120, "category": "home"}, {"goods": "花盆"}), TODAY)
    assert many.steps[0].title == "请摄影师拍花盆"
    assert "photos" not in {s.step.id for s in plan(book, Profile({"count": 20}), TODAY).steps}


def test_an_operator_adds_something_to_ask_without_touching_code(tmp_path: Path) -> None:
    new = (
        "keys:\n  warehouse:\n    label: 仓库\n    stage: first\n    ask: 有自己的仓库吗？\n"
        "    why: 决定谁发货\n    topic: [仓库, 库房]\n"
    )
    book = load_launch(GUIDE, written(tmp_path, "launch-profile", "keys:\n", new))
    assert plan(book, Profile(), TODAY).open_questions[0].name == "warehouse"
    assert read(book, "没有仓库", TODAY).values == {"warehouse": "no"}


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    written(tmp_path, "launch", "when: licence=no\n", "when: licens=no\n")
    written(tmp_path, "launch", "listing#商品怎么分类上架", "listing#没有这一节")
    written(tmp_path, "launch", "min: 20, max: 30", "min: 21, max: 33")
    written(tmp_path, "launch", "after: [licence, scope]", "after: [licence, nowhere]")
    written(
        tmp_path, "launch", "when: cross_border=yes", "when: cross_border=yes & cross_border=no"
    )
    written(
        tmp_path, "launch-routes", "- {when: always, mode: saas}", "- {when: always, mode: magic}"
    )
    written(tmp_path, "launch-routes", "{count}个品又有", "{counts}个品又有")
    written(tmp_path, "launch-categories", "label: 食品\n", "lable: 食品\n")
    written(tmp_path, "launch-rejections", "words: [经营范围", "words: ['(经营范围'")
    written(tmp_path, "launch-profile", "    why: 类目决定要办的证\n", "")
    told = faults(tmp_path)
    for fault in (
        "不认识事实 licens",
        "指南里没有 listing#没有这一节",
        "出处里没有 33",
        "after 里的 nowhere 没有这一步",
        "cross_border：永远走不到",
        "没有 magic",
        "不认识空格 {counts}",
        "缺 label",
        "不认识 lable",
        "看不懂说法",
        "必须有 ask 和 why",
    ):
        assert fault in told


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        (
            "launch",
            '  guide: ["metrics#看板关键指标多少算好", "metrics#指标怎么算怎么优化"]\n',
            "",
            "缺 guide",
        ),
        ("launch", "when: mode=native", "when: mode=native & route=shop", None),
        ("launch", "after: [licence, scope, permit]", "after: [review]", "步骤互相等"),
        ("launch", "- id: certify", "- id: filing", "id 重复"),
        (
            "launch-routes",
            "- {when: always, mode: saas}",
            "- {when: tech=yes, mode: saas}",
            "最后一条要写 when: always",
        ),
        ("launch-categories", "  general:", "  others:", "缺 general"),
        ("launch", "per: once, unknown: 按叶子类目", "per: daily, unknown: 按叶子类目", "per 要写"),
        ("launch-profile", "tells: payment", "tells: nothing", "tells 里的 nothing"),
        ("launch", "steps:", "stepps:", "缺 steps"),
    ],
)
def test_single_faults(tmp_path: Path, name: str, old: str, new: str, fault: str | None) -> None:
    folder = written(tmp_path, name, old, new)
    if fault:
        assert fault in faults(folder)


def test_every_route_says_subject_filing_fees_time_and_traffic() -> None:
    assert set(BOOK.routes) == {"shop", "own", "both"}
    for route in BOOK.routes.values():
        assert all(
            (route.subject, route.filing, route.fees, route.time, route.traffic, route.links)
        )
