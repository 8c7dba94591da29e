"""From a profile to a plan: every profile has one, and it says what it should."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.launch import Plan, plan
from handlers.rules.launch_dates import after, resubmit
from handlers.rules.launch_pages import SUMMARY_BYTES, plan_json, summary
from handlers.rules.launch_profile import Profile
from handlers.rules.launch_rejected import causes
from handlers.rules.launch_reminders import ask_about_papers, before_goal
from handlers.rules.window import SHANGHAI
from tests.unit.launch_book import BOOK

TODAY = date(2026, 11, 22)
NUTS = Profile(
    {
        "category": "food",
        "subject": "individual",
        "form": "packaged",
        "count": 30,
        "tech": "no",
        "official_account": "yes",
    },
    {"goods": "坚果", "scope": "日用百货"},
)


def planned(profile: Profile | None = None, **values: str | int) -> Plan:
    return plan(BOOK, profile or Profile(values), TODAY)


def states(found: Plan) -> dict[str, str]:
    return {step.step.id: step.state for step in found.steps}


def test_a_small_seller_with_an_official_account_opens_a_shop_and_connects_it() -> None:
    found = planned(NUTS)
    assert (found.route.id, found.mode.id) == ("shop", "connect")
    told = "".join(found.reasons)
    assert "指南建议公众号插件" in told
    assert "下线" in told
    assert "filing" not in states(found)


def test_the_licence_of_the_nut_seller_does_not_cover_food() -> None:
    found = planned(NUTS)
    assert found.facts["scope_covers"] == "no"
    assert "“日用百货”盖不住食品，会卡在类目，先增项" in found.warnings
    assert states(found)["scope"] == "next"
    assert states(found)["open_shop"] == "blocked"
    assert found.missing[:2] == ("执照增项（经营范围加上食品）", "办仅销售预包装食品备案")


@pytest.mark.parametrize(
    ("values", "route", "mode"),
    [
        ({}, "shop", "shop_only"),
        ({"count": 120, "budget": 9999, "tech": "no"}, "shop", "shop_only"),
        ({"count": 300, "budget": 30_000, "tech": "no", "custom": "no"}, "both", "saas"),
        ({"custom": "yes", "tech": "yes", "budget": 100_000}, "own", "native"),
        ({"custom": "yes", "tech": "yes"}, "own", "native"),
        ({"custom": "yes", "tech": "no", "budget": 20_000}, "own", "saas"),
        ({"custom": "yes", "tech": "no", "budget": 5000}, "shop", "shop_only"),
        ({"has_mp": "yes"}, "both", "existing"),
        ({"wish": "both", "custom": "yes", "tech": "yes", "budget": 60_000}, "both", "native"),
        ({"wish": "own", "budget": 500}, "shop", "shop_only"),
    ],
)
def test_the_road_follows_from_features_hands_and_money(
    values: dict[str, str | int], route: str, mode: str
) -> None:
    found = plan(BOOK, Profile(values), TODAY)
    assert (found.route.id, found.mode.id) == (route, mode)


def test_an_own_mini_program_costs_certification_and_waits_for_filing() -> None:
    found = planned(subject="enterprise", custom="yes", tech="no", budget=20_000)
    assert found.yearly == (1_030_000, 5_030_000)
    stretch = {s.step: s for s in found.timeline}
    assert stretch["filing"].latest == after(TODAY, 30, "work")
    assert stretch["review"].latest == after(after(TODAY, 30, "work"), 7, "work")


def test_a_native_build_has_no_upper_bound() -> None:
    assert planned(subject="enterprise", custom="yes", tech="yes").yearly == (5_030_000, None)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 7, date(2026, 12, 1)),  # wording.md's own example
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # the Spring Festival
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year, not published: weekend and holiday
    ],
)
def test_working_days_by_the_chinese_calendar(start: date, days: int, end: date) -> None:
    assert after(start, days, "work") == end


@pytest.mark.parametrize(
    ("rejected", "until", "left"),
    [
        (date(2026, 11, 21), date(2026, 11, 28), 6),
        (date(2026, 11, 13), date(2026, 11, 20), -2),
        (date(2026, 12, 28), date(2027, 1, 4), 43),
    ],
)
def test_seven_calendar_days_from_the_next_day(rejected: date, until: date, left: int) -> None:
    due = resubmit(rejected, TODAY, BOOK.resubmit_days)
    assert (due.until, due.left) == (until, left)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("说类目与经营范围不符", "scope"),
        ("类目选择有误", "category"),
        ("营业执照模糊", "papers"),
        ("没有隐私政策", "privacy"),
        ("诱导分享", "share"),
        ("强制登录", "login"),
        ("页面有测试商品", "empty"),
        ("ios虚拟支付", "virtual_pay"),
        ("主图有水印", "pictures"),
        ("价格异常", "price"),
        ("含绝对化用语", "ad_words"),
        ("主体信息不一致", "papers"),
    ],
)
def test_known_rejections_are_recognised(said: str, reason: str) -> None:
    assert causes(BOOK, said)[0].id == reason


def test_an_unknown_rejection_is_unknown() -> None:
    assert causes(BOOK, "logo里的猫胡子数量不对") == ()


def test_only_what_still_matters_is_asked() -> None:
    assert [s.name for s in planned(NUTS).open_questions] == []
    small = planned(
        category="home", subject="individual", licence="yes", count=20, official_account="no"
    )
    assert [s.name for s in small.open_questions] == ["scope_ok"]
    without = planned(category="home", licence="no", count=20, official_account="no")
    assert [s.name for s in without.open_questions] == []


def test_reminders_of_a_plan() -> None:
    now = datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
    goal = before_goal(Profile(go_live=date(2026, 12, 12)), now)
    assert goal
    assert goal.at == datetime(2026, 12, 5, 9, 30, tzinfo=SHANGHAI)
    assert before_goal(Profile(go_live=date(2026, 11, 25)), now) is None
    papers = ask_about_papers(planned(NUTS), now)
    assert papers
    assert papers.at.date() == date(2026, 11, 25)  # three working days after a Sunday
    without = planned(category="home", subject="individual", licence="yes", scope_ok="yes")
    assert ask_about_papers(without, now) is None


def _values() -> st.SearchStrategy[dict[str, str | int]]:
    each = {
        name: st.integers(*slot.number)
        if slot.number
        else st.sampled_from(
            sorted(BOOK.categories) if name == "category" else sorted(slot.words) or ["yes", "no"]
        )
        for name, slot in BOOK.slots.items()
    }
    return st.fixed_dictionaries({}, optional=each)


PROFILES = st.builds(
    Profile,
    _values(),
    st.fixed_dictionaries(
        {},
        optional={
            "goods": st.text("坚果茶{}%", max_size=20),
            "scope": st.text("食品百货", max_size=20),
        },
    ),
    skipped=st.frozensets(st.sampled_from([*BOOK.slots, *(s.id for s in BOOK.steps)])),
    done=st.frozensets(st.sampled_from([s.id for s in BOOK.steps])),
)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@settings(max_examples=80, deadline=None)
@given(PROFILES, DAYS)
def test_every_profile_has_a_plan_on_every_day(profile: Profile, today: date) -> None:
    found = plan(BOOK, profile, today)
    ids = [step.step.id for step in found.steps]
    for stretch in found.timeline:
        assert stretch.start >= today
        assert stretch.latest is None or stretch.start <= stretch.soonest <= stretch.latest
    for step in found.steps:
        before = [b for b in step.step.after if b in ids]
        open_before = [b for b in before if states(found)[b] not in ("done", "skipped")]
        assert step.state != "next" or not open_before
    assert found.live[0] <= found.live[1]
    assert plan_json(BOOK, profile, found, today, "/plan/x")["steps"]


@settings(max_examples=80, deadline=None)
@given(PROFILES, st.integers(60, SUMMARY_BYTES))
def test_the_summary_fits_its_bytes(profile: Profile, limit: int) -> None:
    told = summary(BOOK, profile, plan(BOOK, profile, TODAY), limit)
    assert 0 < len(told.encode()) <= limit
    assert len(summary(BOOK, profile, plan(BOOK, profile, TODAY)).encode()) <= SUMMARY_BYTES
