"""The demo page's slider and order switch, and conversations by one tap, in a real Chromium."""

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.local.browser import LOW_CONTRAST, Chat, launched

pytestmark = pytest.mark.browser

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, server_url: str) -> Iterator[Page]:
    """The demo page; an error of any script fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(60_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server_url)
    yield page
    context.close()
    assert errors == []


def customer(page: Page) -> Chat:
    return Chat(page, page.locator('kaidian-chat[entrance="demo-customer"]'))


def test_the_slider_turns_a_verdict(page: Page) -> None:
    """Day 0 to day 40 of a sweatshirt: returned at first, refused in the end."""
    told = page.locator("#try-verdict .big")
    expect(told).to_have_text("退货退款")
    slider = page.get_by_role("slider", name="什么时候说")
    slider.press("End")
    expect(told).to_have_text("不予办理")
    expect(page.locator("#try-when")).to_contain_text("签收第40天")
    slider.press("Home")
    expect(told).to_have_text("退货退款")


def test_one_minute_turns_it_too(page: Page) -> None:
    marks = page.locator("#try-marks button")
    expect(marks).to_have_count(2)
    marks.first.click()
    expect(page.locator("#try-verdict")).to_contain_text("能退，建议退129元")
    marks.last.click()
    expect(page.locator("#try-verdict")).to_contain_text("退不了")


def test_the_order_switch_turns_it(page: Page) -> None:
    told = page.locator("#try-verdict .big")
    orders = page.get_by_role("combobox", name="订单")
    orders.select_option(label="保湿面霜")
    expect(told).to_have_text("不予办理")
    orders.select_option(label="落地灯")
    expect(told).to_have_text("退货退款")
    page.get_by_role("textbox", name="顾客说").fill("灯罩裂了 退")
    expect(page.locator("#try-verdict")).to_contain_text("运费店里出")


@pytest.mark.parametrize(
    ("name", "said", "last"),
    [
        ("烂橙子", "14.97元", "等店里审核"),
        ("第7天23:41", "129元", "填进售后单"),
        ("面霜用过", "密封", "没照片也受理"),
        ("杯子碎了", "39元", "已转店员审核，还没退款"),
    ],
)
def test_a_conversation_runs_by_one_tap(page: Page, name: str, said: str, last: str) -> None:
    chat = customer(page).greeted()
    page.get_by_role("button", name=f"演示：{name}").click()
    expect(chat.replies.last).to_contain_text(last, timeout=60_000)
    assert any(said in text for text in chat.replies.all_inner_texts())


def test_the_same_conversation_runs_again(page: Page) -> None:
    """Every run has an order of its own: nothing of the first one is in the way."""
    chat = customer(page).greeted()
    for _ in range(2):
        page.get_by_role("button", name="演示：杯子碎了").click()
        expect(chat.mine).to_have_count(3, timeout=60_000)
        expect(chat.replies.last).to_contain_text("已转店员审核", timeout=60_000)


def test_a_customer_sends_a_picture(page: Page) -> None:
    chat = customer(page).greeted()
    expect(chat.root.get_by_role("button", name="发图片")).to_be_visible()
    chat.root.locator("input[type=file]").set_input_files(
        FilePayload(name="a.png", mimeType="image/png", buffer=PNG)
    )
    expect(chat.mine).to_have_text(["［1张图］"])
    expect(chat.replies).to_have_count(2)


def test_what_is_no_picture_is_told(page: Page) -> None:
    chat = customer(page).greeted()
    chat.root.locator("input[type=file]").set_input_files(
        FilePayload(name="a.png", mimeType="image/png", buffer=b"no picture")
    )
    expect(chat.root.get_by_text("这张图发不了")).to_be_visible()
    expect(chat.mine).to_have_count(0)


def test_merchants_are_not_asked_for_pictures(page: Page) -> None:
    chat = Chat(page, page.locator('kaidian-chat[entrance="demo-merchant"]')).greeted()
    expect(chat.root.get_by_role("button", name="发图片")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_stage_can_be_read(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 860})
    if width == 375:
        page.get_by_role("tab", name="换一天").click()
    expect(page.locator("#try-verdict .big")).to_be_visible()
    assert page.evaluate(LOW_CONTRAST, 4.5) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
