"""One question on each of the sixteen sections of the guide, answered with the right source."""

import pytest

from bot.http.parts import Parts
from tests.dialogs.talk import ask

# What a merchant asks, a fact the answer must state, the page, the section.
FIRST_ARTICLE = [
    ("企业号认证费多少钱", "300元", "registration", "主体类型与权限怎么选"),
    ("SaaS平台开发周期要多久", "3-7天", "modes", "开发周期和成本对比"),
    ("商品被驳回，资质不符占多少", "38%", "listing", "商品审核为什么被驳回"),
    ("个体户能对私结算吗", "对私结算", "payment", "微信支付和结算怎么设置"),
    ("小程序审核要几天", "1-3个工作日", "review", "审核要多久"),
    ("服饰类客单价基准线是多少", "200元", "metrics", "看板关键指标多少算好"),
    ("新店引流能找KOL做软文吗", "KOL", "promotion", "新店怎么引流"),
    ("宣传用的对比图要标注什么", "标注比例", "compliance", "长期经营要守什么规矩"),
]
SECOND_ARTICLE = [
    ("微信小商店的申请条件是什么", "身份证+手机号", "registration", "认证类型有什么区别"),
    ("购物车系统要支持什么", "多规格选择", "modules", "电商小程序要有哪些模块"),
    ("服务商分账的费率是多少", "0.2%-0.4%", "payment", "支付费率和到账时间"),
    ("会员储值能提升多少留存率", "60%", "marketing", "营销工具效果对比"),
    ("同城配送怎么计费", "按距离", "logistics", "物流模式怎么选"),
    ("复购率的计算公式是什么", "重复购买用户/总用户", "metrics", "指标怎么算怎么优化"),
    ("宣称治愈率99%的小程序罚了多少钱", "2万元", "compliance", "治愈率宣传被罚案例"),
    ("生鲜果蔬的标杆案例是哪家", "每日优鲜", "industries", "不同行业怎么做"),
]
INTRODUCTIONS_AND_CONCLUSIONS = [
    ("发布流程分成几个维度", "八个维度", "overview", "发布小店要过哪几关"),
    ("微信有多少月活用户", "13亿", "overview", "为什么用小程序卖货"),
    ("SaaS平台和原生开发怎么取舍", "灵活性", "overview", "发布流程的总建议"),
    ("建议定期做什么测试来迭代", "A/B测试", "overview", "卖货趋势和起步建议"),
]


@pytest.mark.parametrize(
    ("question", "fact", "page", "section"),
    [*FIRST_ARTICLE, *SECOND_ARTICLE, *INTRODUCTIONS_AND_CONCLUSIONS],
    ids=lambda text: str(text),
)
def test_the_section_answers_and_is_cited(
    house: Parts, question: str, fact: str, page: str, section: str
) -> None:
    answer = ask(house, question)
    assert answer.status == "answered"
    assert answer.says(fact)
    assert answer.sources[0] == (f"guide/{page}.md", section)


def test_there_is_a_question_for_each_of_the_sixteen_sections() -> None:
    assert len({section for *_, section in FIRST_ARTICLE}) == 8
    assert len({section for *_, section in SECOND_ARTICLE}) == 8
