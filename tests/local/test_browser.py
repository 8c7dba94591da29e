"""The web chat in a real Chromium, against a real server with the guide indexed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.local.browser import (
    LOW_CONTRAST,
    MESSAGES,
    Chat,
    answering,
    demo,
    history,
    ids_posted,
    launched,
    posted_by,
    recalling,
    refusing,
    reply,
    shop_page,
    stored,
    turn,
)

pytestmark = pytest.mark.browser

QUESTION = "企业号认证费多少钱"
MARKUP = '<img src=x onerror="window.stung=1"><b>粗</b><script>window.stung=1</script>'
CITATION = {
    "document": "guide", "title": "注册与主体认证", "section": "表1", "quote": "企业号 300元/年",
    "as_of": "2026-11-20",
}  # fmt: skip
PHONE = {"width": 375, "height": 700}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser that was never here; an error of any script fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    context.set_default_timeout(60_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def bubble(page: Page, address: str) -> Chat:
    page.goto(address)
    return Chat(page, page.locator("kaidian-chat"))


# ---------------------------------------------------------------- asking and being answered


def test_a_question_is_answered_with_a_citation_that_unfolds(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    assert "300" in chat.answer_to(QUESTION)
    fold = chat.root.get_by_role("button", name=re.compile(r"依据 \d+ 条"))
    quotes = chat.root.locator(".sources blockquote")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(quotes.first).to_be_hidden()
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(quotes.first).to_be_visible()
    assert "300" in "".join(quotes.all_inner_texts())


def test_the_demo_tells_why(page: Page, server_url: str) -> None:
    demo(page, server_url)
    page.get_by_role("group", name="商家可以这样问").get_by_role("button").first.click()
    why = page.locator("#why-body")
    expect(why.locator("code")).to_have_text(re.compile("^[a-z]+(_[a-z]+)*$"))
    expect(why.locator("blockquote")).not_to_have_count(1)  # what was asked, and quotes
    expect(why.locator(".big")).to_have_text(re.compile(r"^[\d.]+ 毫秒$"))


def test_choices_are_buttons_and_send_their_id(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    offered = ({"id": "fee", "label": "问费用"}, {"id": "time", "label": "问时间"})
    posted = answering(page, reply("想问哪个？", offered))
    chat.answer_to("认证")
    group = chat.root.get_by_role("group", name="可以点选").last
    expect(group.get_by_role("button")).to_have_text(["问费用", "问时间"])
    group.get_by_role("button", name="问时间").click()
    expect(chat.mine.last).to_have_text("问时间")
    expect(chat.root.get_by_role("group", name="可以点选")).not_to_have_count(1)
    assert posted[1]["choice"] == "time"
    assert "text" not in posted[1]
    tapped = chat.root.locator(".choices button[aria-pressed=true]")
    expect(tapped).to_have_attribute("aria-disabled", "true")


def test_an_answer_can_be_rated(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    chat.answer_to(QUESTION)
    good = chat.root.get_by_role("button", name="有帮助", exact=True)
    with page.expect_request("**/api/feedback") as sent:
        good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    body = posted_by(sent.value)
    assert body["good"] is True
    assert body["message_id"] == history(page, server_url)[0]["id"]


def test_inline_it_stands_where_the_script_stands(page: Page, server_url: str) -> None:
    with shop_page(server_url, 'data-entrance="demo-customer" data-inline="true"') as address:
        chat = bubble(page, address).greeted()
        expect(chat.input).to_be_visible()
        expect(chat.root.locator(".launcher")).to_have_count(0)
        assert page.evaluate("document.querySelector('script[data-inline] + kaidian-chat')")


# ---------------------------------------------------------------- the keyboard


def test_the_keyboard_alone_is_enough(page: Page, server_url: str) -> None:
    with shop_page(server_url, 'data-entrance="demo-merchant" data-title="杯子店助手"') as address:
        chat = bubble(page, address)
        launcher = chat.root.get_by_role("button", name="打开杯子店助手")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(launcher).to_be_focused()
        page.keyboard.press("Enter")
        expect(chat.root.get_by_role("dialog", name="杯子店助手")).to_be_visible()
        expect(launcher).to_have_attribute("aria-expanded", "true")
        expect(chat.greeted().input).to_be_focused()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        fold = chat.root.get_by_role("button", name=re.compile(r"依据 \d+ 条"))
        expect(fold).to_be_visible()
        for _ in range(12):
            page.keyboard.press("Shift+Tab")
            if fold.evaluate("node => node.getRootNode().activeElement === node"):
                break
        expect(fold).to_be_focused()
        page.keyboard.press("Enter")
        expect(chat.root.locator(".sources")).to_be_visible()
        page.keyboard.press("Escape")
        expect(chat.root.get_by_role("dialog")).to_be_hidden()
        expect(launcher).to_be_focused()


def test_enter_sends_only_when_nothing_is_being_composed(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    chat.input.fill("renzheng")
    for options in ("{key: 'Enter', isComposing: true}", "{key: 'Enter', keyCode: 229}"):
        chat.input.evaluate(
            f"node => node.dispatchEvent(new KeyboardEvent('keydown', "
            f"{{bubbles: true, cancelable: true, ...{options}}}))"
        )
    expect(chat.mine).to_have_count(0)
    chat.input.press("Shift+Enter")
    chat.input.press_sequentially("feiyong")
    expect(chat.mine).to_have_count(0)
    expect(chat.input).to_have_value("renzheng\nfeiyong")
    chat.input.press("Enter")
    expect(chat.mine).to_have_count(1)
    expect(chat.input).to_have_value("")


def test_the_sheet_of_a_phone_keeps_the_focus(page: Page, server_url: str) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    with shop_page(server_url, 'data-entrance="demo-merchant"') as address:
        chat = bubble(page, address)
        chat.root.get_by_role("button", name=re.compile("^打开")).click()
        dialog = chat.greeted().root.get_by_role("dialog")
        chat.settled()
        box = dialog.bounding_box()
        assert box is not None
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 375, 700)
        for _ in range(8):
            page.keyboard.press("Tab")
            assert not page.evaluate("document.activeElement.matches('a')")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert page.evaluate("document.documentElement.style.overflow") == ""


# ---------------------------------------------------------------- coming back


def test_a_reload_resumes_the_conversation(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    chat.answer_to(QUESTION)
    before = chat.replies.all_inner_texts()
    chat = demo(page, server_url)
    expect(chat.mine).to_have_text([QUESTION])
    expect(chat.replies).to_have_text(before, use_inner_text=True)
    expect(chat.root.get_by_role("button", name=re.compile(r"依据 \d+ 条"))).to_be_visible()


def test_an_expired_token_is_replaced_without_a_word(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    page.evaluate(
        "for (const [key, value] of Object.entries(localStorage)) localStorage.setItem(key, "
        "JSON.stringify({...JSON.parse(value), token: 'long-gone'}))"
    )
    assert "300" in chat.answer_to(QUESTION)
    assert stored(page)["token"] != "long-gone"
    expect(chat.root.locator(".state, .notice:visible")).to_have_count(0)


def test_the_bubble_creates_no_session_before_it_is_opened(page: Page, server_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with shop_page(server_url, 'data-entrance="demo-customer"') as address:
        chat = bubble(page, address)
        expect(chat.root.get_by_role("button", name=re.compile("^打开"))).to_be_visible()
        assert not [url for url in asked if "/api/" in url]


TWO = [reply("第一段"), reply("第二段", (), (CITATION,))]


@pytest.mark.parametrize("form", ["bot", "bubbles", "visitor"])
def test_a_turn_in_the_history_is_shown_once(page: Page, server_url: str, form: str) -> None:
    """The contract leaves open which item carries the result, and how many items a turn has."""
    result = {"result": turn("m1", *TWO)}
    at = {"at": "2026-11-20T10:00:00+08:00", "attachments": []}
    asked = {"id": "m1", "from": "visitor", "text": "问一句", **at}
    parts = [{"id": f"b{i}", "from": "bot", "text": one["text"], **at} for i, one in enumerate(TWO)]
    joined = parts[0] | {"text": "第一段\n第二段"} | result
    forms = {
        "bot": [asked, joined],
        "bubbles": [asked, *(part | result for part in parts)],
        "visitor": [asked | result, *parts],
    }
    recalling(page, *forms[form])
    chat = demo(page, server_url)
    expect(chat.mine).to_have_text(["问一句"])
    expect(chat.replies).to_have_text([re.compile(".+"), "第一段", "第二段"])
    expect(chat.root.get_by_role("button", name="依据 1 条")).to_have_count(1)


def test_a_tapped_choice_keeps_its_label(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    posted = answering(page, reply("要转人工吗？", ({"id": "handoff", "label": "转人工核实"},)))
    chat.answer_to("上限")
    chat.root.get_by_role("button", name="转人工核实").click()
    expect(chat.replies.nth(2)).to_be_visible()
    at = "2026-11-20T10:00:00+08:00"
    recalling(page, {"id": posted[1]["message_id"], "at": at, "from": "visitor", "text": ""})
    expect(demo(page, server_url).mine).to_have_text(["转人工核实"])


# ---------------------------------------------------------------- a bad line


def assert_answered_once(chat: Chat, server_url: str, sent: list[str]) -> None:
    """One id on the wire, one message and one answer in the history and on the screen."""
    assert len(set(sent)) == 1
    items = history(chat.page, server_url)
    said = [item for item in items if item["from"] == "visitor"]
    assert [item["text"] for item in said] == [QUESTION]
    turns = [item["result"] for item in items if item["from"] == "bot"]
    assert {result["message_id"] for result in turns} == set(sent)
    told = [reply["text"] for reply in turns[0]["replies"]]
    expect(chat.mine).to_have_count(1)
    assert [text for text in chat.replies.all_inner_texts() if text in told] == told
    assert stored(chat.page)["waiting"] == []


def test_an_answer_lost_on_the_way_is_fetched_not_repeated(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    sent: list[str] = []

    def lose_first(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        sent.append(posted_by(route.request)["message_id"])
        if len(sent) > 1:
            return route.fallback()
        route.fetch()  # the server has it and answers; nobody hears
        return route.abort("connectionreset")

    page.route(MESSAGES, lose_first)
    assert "300" in chat.answer_to(QUESTION)
    assert len(sent) == 2
    assert_answered_once(chat, server_url, sent)


def cut(page: Page) -> list[str]:
    """Cuts the line for posts; gives the ids that tried."""
    sent: list[str] = []

    def drop(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        sent.append(posted_by(route.request)["message_id"])
        return route.abort("connectionreset")

    page.route(MESSAGES, drop)
    return sent


def test_a_message_that_failed_is_sent_again_under_its_id(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    sent = cut(page)
    chat.ask(QUESTION)
    retry = chat.root.get_by_role("button", name="重试")
    expect(retry).to_be_visible(timeout=30_000)
    assert len(sent) > 2
    page.unroute_all()
    again = ids_posted(page)
    before = chat.replies.count()
    retry.click()
    expect(chat.replies.nth(before)).to_be_visible()
    expect(retry).to_have_count(0)
    assert again
    assert_answered_once(chat, server_url, sent + again)


def test_a_waiting_message_survives_a_reload(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    sent = cut(page)
    chat.ask(QUESTION)
    expect(chat.root.get_by_text("正在重发")).to_be_visible()
    assert stored(page)["waiting"][0]["id"] == sent[0]
    page.unroute_all()
    chat = demo(page, server_url)
    expect(chat.replies.nth(1)).to_be_visible()
    assert history(page, server_url)[0]["id"] == sent[0]
    assert_answered_once(chat, server_url, sent)


def test_an_accepted_message_is_not_doubled_by_a_reload(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    sent: list[str] = []

    def swallow(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        sent.append(posted_by(route.request)["message_id"])
        route.fetch()
        return route.abort("connectionreset")

    page.route(MESSAGES, swallow)
    chat.ask(QUESTION)
    expect(chat.root.get_by_text("正在重发")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    chat = demo(page, server_url)
    expect(chat.replies.nth(1)).to_be_visible()
    assert_answered_once(chat, server_url, sent)


def test_being_offline_for_a_while_loses_nothing(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    sent = ids_posted(page)
    page.context.set_offline(True)
    before = chat.replies.count()
    chat.ask(QUESTION)
    retry = chat.root.get_by_role("button", name="重试")
    expect(retry).to_be_visible(timeout=30_000)  # it has given up trying
    page.context.set_offline(False)
    expect(retry).to_have_count(0)
    expect(chat.replies.nth(before)).to_be_visible()
    assert_answered_once(chat, server_url, sent)


def test_a_history_that_comes_late_doubles_nothing(page: Page, server_url: str) -> None:
    def no_history(route: Route) -> None:
        if route.request.method != "GET":
            return route.fallback()
        return route.abort("connectionreset")

    page.route(MESSAGES, no_history)
    page.goto(server_url)
    chat = Chat(page, page.locator('kaidian-chat[entrance="demo-merchant"]'))
    expect(chat.root.get_by_text("暂时连不上")).to_be_visible(timeout=30_000)
    chat.ask(QUESTION)
    expect(chat.replies).to_have_count(1)  # the answer; the greeting comes with the history
    page.unroute_all()
    expect(chat.replies).to_have_count(2)
    expect(chat.mine).to_have_text([QUESTION])


@pytest.mark.parametrize(
    ("status", "said", "remedy"),
    [(409, "撞了编号", "再发一次"), (413, "太长", "改一改"), (422, "读不出来", "改一改")],
)
def test_a_refusal_is_told_kindly(
    page: Page, server_url: str, status: int, said: str, remedy: str
) -> None:
    chat = demo(page, server_url)
    posted = refusing(page, status, times=1, headers={})
    chat.ask(QUESTION)
    expect(chat.root.locator(".state")).to_contain_text(said)
    assert len(posted) == 1
    chat.root.get_by_role("button", name=remedy).click()
    expect(chat.root.locator(".state")).to_have_count(0)
    if remedy == "改一改":
        expect(chat.input).to_have_value(QUESTION)
        chat.input.press("Enter")
    expect(chat.replies.nth(1)).to_be_visible()
    assert posted[0]["message_id"] != posted[1]["message_id"]
    expect(chat.mine).to_have_text([QUESTION])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again_under_the_same_id(
    page: Page, server_url: str, status: int
) -> None:
    chat = demo(page, server_url)
    posted = refusing(page, status, times=2, headers={"Retry-After": "1"})
    assert "300" in chat.answer_to(QUESTION)
    assert_answered_once(chat, server_url, [body["message_id"] for body in posted])


def test_more_than_the_limit_is_not_sent(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    chat.input.fill("😀" * 4000)  # 8,000 UTF-16 units, but 4,000 characters
    expect(chat.root.get_by_text("4000 / 4000")).to_be_visible()
    chat.input.fill("长" * 4003)
    expect(chat.root.get_by_text("超出 3 字")).to_be_visible()
    chat.input.press("Enter")
    expect(chat.mine).to_have_count(0)
    expect(chat.input).to_have_value("长" * 4003)


# ---------------------------------------------------------------- markup


def test_markup_that_a_visitor_types_stays_text(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    chat.answer_to(MARKUP)
    expect(chat.mine).to_have_text([MARKUP])
    chat = demo(page, server_url)  # and the history as well
    expect(chat.mine).to_have_text([MARKUP])
    assert_nothing_rendered(chat)


def test_markup_in_an_answer_stays_text(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    cited = dict.fromkeys(CITATION, MARKUP)
    answering(page, reply(MARKUP, ({"id": MARKUP, "label": MARKUP},), (cited,)))
    assert chat.answer_to("你好") == MARKUP
    chat.root.get_by_role("button", name="依据 1 条").click()
    expect(chat.root.locator(".sources blockquote")).to_have_text(MARKUP)
    expect(page.locator("#why-body .passages blockquote")).to_have_text(MARKUP)
    assert_nothing_rendered(chat)


def assert_nothing_rendered(chat: Chat) -> None:
    rendered = chat.root.evaluate(
        "node => node.shadowRoot.querySelectorAll('img, script, b, iframe, object').length"
    )
    assert rendered == 0
    assert chat.page.locator("#why-body :is(img, script, iframe)").count() == 0
    assert chat.page.evaluate("window.stung") is None


# ---------------------------------------------------------------- for every eye and ear


def test_everything_has_a_role_and_a_name(page: Page, server_url: str) -> None:
    with shop_page(server_url, 'data-entrance="demo-merchant" data-open="true"') as address:
        chat = bubble(page, address).greeted()
        chat.answer_to(QUESTION)
        dialog = chat.root.get_by_role("dialog", name="开店助手")
        expect(dialog.get_by_role("log", name="对话记录")).to_be_visible()
        expect(dialog.get_by_role("heading", name="开店助手")).to_be_visible()
        for name in ("转人工", "关闭对话", "发送", "有帮助", "没帮助"):
            expect(dialog.get_by_role("button", name=name, exact=True).last).to_be_visible()
        nameless = chat.root.evaluate(
            "node => [...node.shadowRoot.querySelectorAll('button')].filter(b => "
            "!(b.getAttribute('aria-label') || b.textContent.trim())).length"
        )
        assert nameless == 0


def test_replies_are_announced_once_and_history_is_not(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    text = chat.answer_to(QUESTION)
    live = chat.root.locator("[role=status][aria-live=polite]").last
    assert (live.text_content() or "").count(text) == 1
    chat = demo(page, server_url)
    expect(chat.mine).to_have_count(1)
    assert live.text_content() == ""


def test_small_targets_are_large_enough(page: Page, server_url: str) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    chat = demo(page, server_url)
    chat.answer_to(QUESTION)
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('kaidian-chat')].flatMap(c => "
        "[...c.shadowRoot.querySelectorAll('button')]).filter(b => b.checkVisibility())"
        ".map(b => b.getBoundingClientRect()).map(r => Math.min(r.width, r.height))"
    )
    assert sizes
    assert min(sizes) >= 24  # WCAG 2.2, 2.5.8


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_contrast_is_enough(page: Page, server_url: str, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 860})
    chat = demo(page, server_url)
    offered = ({"id": "a", "label": "甲"},)
    answering(page, reply("一句回答", offered, (CITATION,)))
    chat.answer_to("一个问题")
    chat.root.get_by_role("button", name="依据 1 条").click()
    assert page.evaluate(LOW_CONTRAST, 4.5) == []
    if width == 375:
        page.get_by_role("tab", name=re.compile("为什么")).click()
        assert page.evaluate(LOW_CONTRAST, 4.5) == []


def test_dark_mode_changes_the_colours(page: Page, server_url: str) -> None:
    chat = demo(page, server_url)
    colours = "node => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]"
    page.emulate_media(color_scheme="light")
    light = chat.replies.first.evaluate(colours)
    page.emulate_media(color_scheme="dark")
    dark = chat.replies.first.evaluate(colours)
    assert light[0] != dark[0]
    assert light[1] != dark[1]


def test_reduced_motion_stops_every_animation(page: Page, server_url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    chat = demo(page, server_url)
    names = chat.root.evaluate(
        "node => [...node.shadowRoot.querySelectorAll('*')].map(n => "
        "getComputedStyle(n).animationName).filter(name => name !== 'none')"
    )
    assert names == []


def test_a_phone_scrolls_only_downwards(page: Page, server_url: str) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    chat = demo(page, server_url)
    long = "http://" + "长" * 30 + "x" * 300
    answering(page, reply(long, ({"id": "a", "label": long},), (CITATION | {"quote": long},)))
    chat.answer_to(long)
    chat.root.get_by_role("button", name="依据 1 条").click()
    tabs = page.get_by_role("tab")
    for tab in tabs.all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollWidth") == 375
    tabs.first.click()
    wide = chat.root.evaluate("node => { const log = node.shadowRoot.querySelector('.log');"
                              " return log.scrollWidth - log.clientWidth; }")  # fmt: skip
    assert wide == 0


def test_the_phones_become_tabs(page: Page, server_url: str) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    demo(page, server_url)
    page.get_by_role("tab", name="商家").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="顾客")).to_be_focused()
    expect(page.locator("kaidian-chat").nth(1)).to_be_visible()
    expect(page.locator("kaidian-chat").first).to_be_hidden()


# ---------------------------------------------------------------- a person on the other side


def stream_of(page: Page, body: str) -> None:
    page.route("**/api/stream", lambda route: route.fulfill(
        body=body, headers={"Content-Type": "text/event-stream"}))  # fmt: skip


def test_an_operator_is_heard_once(page: Page, server_url: str) -> None:
    event = 'event: operator_message\r\ndata: {"id": "o1", "from": "operator", "text": "我是小林"}'
    stream_of(page, f": hello\n\n{event}\r\n\r\n{event}\r\n\r\nevent: typing\ndata: broken\n\n")
    chat = demo(page, server_url)
    said = chat.root.locator(".row.operator")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("店员")
    expect(said.locator(".bubble")).to_have_text("我是小林")


def test_without_a_stream_the_chat_works(page: Page, server_url: str) -> None:
    tried: list[str] = []

    def missing(route: Route) -> None:
        tried.append(route.request.url)
        route.fulfill(status=404, body="")

    page.route("**/api/stream", missing)
    chat = demo(page, server_url)
    assert "300" in chat.answer_to(QUESTION)
    assert "300" in chat.answer_to(QUESTION)
    assert len(tried) == 2  # once for each of the two chats, and not again


def test_ids_are_made_without_a_secure_context_too(page: Page, server_url: str) -> None:
    page.add_init_script("delete Crypto.prototype.randomUUID")
    chat = demo(page, server_url)
    chat.answer_to(QUESTION)
    made = history(page, server_url)[0]["id"]
    assert re.fullmatch(r"[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}", made)


def test_without_storage_the_chat_works(page: Page, server_url: str) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
    )
    assert "300" in demo(page, server_url).answer_to(QUESTION)
