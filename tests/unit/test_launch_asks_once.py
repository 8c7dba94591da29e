"""Nobody is asked for what they said: whatever the order, the grouping, the wording."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_launch_flow import Shopkeeper

FACTS = {
    "卖什么？": ("卖手工毛巾", "我们家是做毛巾的", "主营毛巾"),
    "有营业执照吗？": ("个体户 有照", "执照是个体工商户的", "我是个体户"),
    "多少个品": ("三十来个品", "一共28款", "挂了一百五左右", "有二十七个型号"),
    "有公众号吗": ("公众号有", "没号没技术", "公众号粉丝两千", "没打算做公众号"),
    "经营范围里有": ("执照写的日用百货", "经营范围是百货零售"),
    "会员等级、积分商城": ("不玩积分", "也不打算弄会员", "会员积分就算了", "要积分商城"),
    "一年能花多少钱": ("预算3w", "一年能花个几千", "没预算", "预算八千一年"),
    "会写代码的人吗": ("没人会写代码", "三个程序员", "技术外包的"),
}  # fmt: skip
"""What each question asks for, and ways to have said it."""
BETWEEN = ("烦死了", "多久能开", "要花多少钱", "跳过", "要备案吗")


@st.composite
def told_facts(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Each thing once, in some wording, in some order."""
    keys = draw(st.permutations(sorted(FACTS)))
    return [(key, draw(st.sampled_from(FACTS[key]))) for key in keys]


@settings(max_examples=20, deadline=None)
@given(told_facts(), st.integers(1, 3))
def test_what_was_said_is_never_asked(facts: list[tuple[str, str]], group: int) -> None:
    keeper, known = Shopkeeper(), set[str]()
    keeper.says("我想开个店")
    for start in range(0, len(facts), group):
        said = facts[start : start + group]
        known |= {question for question, _ in said}
        told = keeper.says("，".join(text for _, text in said))
        assert not [question for question in known if question in told], told


@settings(max_examples=10, deadline=None)
@given(
    told_facts(),
    st.lists(st.sampled_from(("烦死了", "多久能开", "要花多少钱", "跳过", "要备案吗"))),
)
def test_every_message_is_answered_with_something(
    facts: list[tuple[str, str]], between: list[str]
) -> None:
    keeper = Shopkeeper()
    for text in ("想开店", *(text for _, text in facts), *between):
        assert keeper.says(text).strip()
