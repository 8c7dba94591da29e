"""A real Chromium for tests of the web chat, and what the tests want to know about a page."""

import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect, sync_playwright

ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MESSAGES = "**/api/messages"
# A watchdog, no measurement: a machine that is busy elsewhere fails no test.
expect.set_options(timeout=60_000)
JsonObject = dict[str, Any]


def chromium_path() -> str:
    """Debian's Chromium. Without it CI fails, and elsewhere the skip says what to install."""
    if path := shutil.which("chromium"):
        return path
    advice = "no Chromium: apt-get install chromium fonts-noto-cjk"
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, closed afterwards."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def shop_page(server_url: str, attributes: str) -> Iterator[str]:
    """The address of somebody else's page, of another origin, with our script tag on it.

    Its Content-Security-Policy allows our script and our server and nothing else.
    """
    policy = f"default-src 'none'; script-src {server_url}; connect-src {server_url}"
    html = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>杯子店</title>'
        '<meta name="viewport" content="width=device-width"></head><body><h1>杯子店</h1>'
        '<a href="#cups">看看杯子</a>'
        f'<script src="{server_url}/widget.js" {attributes}></script></body></html>'
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _page(html.encode(), policy))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _page(body: bytes, policy: str) -> type[http.server.BaseHTTPRequestHandler]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body if self.path == "/" else b"")

        def log_message(self, *_: object) -> None:
            """Silent: the test's own output matters."""

    return Page


@dataclass(frozen=True)
class Chat:
    """One chat on a page, as its visitor sees it."""

    page: Page
    root: Locator

    @property
    def input(self) -> Locator:
        return self.root.get_by_role("textbox", name="输入消息")

    @property
    def mine(self) -> Locator:
        return self.root.locator(".row.me .bubble")

    @property
    def replies(self) -> Locator:
        return self.root.locator(".row.bot:not(.typing) .bubble")

    def greeted(self) -> "Chat":
        expect(self.replies.first).to_be_visible()
        return self

    def settled(self) -> None:
        """Waits until nothing moves any more (but what never ends, such as typing dots)."""
        self.root.evaluate(
            "host => Promise.all(host.shadowRoot.getAnimations()"
            ".filter((a) => a.effect.getComputedTiming().iterations !== Infinity)"
            ".map((a) => a.finished.catch(() => null)))"
        )

    def ask(self, text: str) -> None:
        """Types and sends; does not wait for the answer."""
        self.input.fill(text)
        self.input.press("Enter")

    def answer_to(self, text: str) -> str:
        """Asks, waits, and gives the text of the last bubble of the answer."""
        before = self.replies.count()
        self.ask(text)
        expect(self.replies.nth(before)).to_be_visible()
        return self.replies.last.inner_text()


def demo(page: Page, server_url: str, entrance: str = "demo-merchant") -> Chat:
    """The demo page's chat of that entrance, greeted and ready."""
    page.goto(server_url)
    return Chat(page, page.locator(f'kaidian-chat[entrance="{entrance}"]')).greeted()


def stored(page: Page, entrance: str = "demo-merchant") -> JsonObject:
    """What the widget keeps in this browser for that entrance."""
    script = (
        "door => localStorage.getItem(Object.keys(localStorage).find("
        "key => key.startsWith('kaidian:') && key.endsWith(':' + door)))"
    )
    found: JsonObject = json.loads(page.evaluate(script, entrance))
    return found


def history(page: Page, server_url: str, entrance: str = "demo-merchant") -> list[JsonObject]:
    """The server's own account of the conversation, oldest first."""
    token = stored(page, entrance)["token"]
    answer = page.request.get(
        f"{server_url}/api/messages", headers={"Authorization": f"Bearer {token}"}
    )
    items: list[JsonObject] = answer.json()["items"]
    return items


def reply(
    text: str, choices: tuple[JsonObject, ...] = (), citations: tuple[JsonObject, ...] = ()
) -> JsonObject:
    """A Reply of api.md."""
    return {"text": text, "choices": list(choices), "citations": list(citations)}


def turn(message_id: str, *replies: JsonObject, status: str = "answered") -> JsonObject:
    """A TurnResult of api.md."""
    nothing = dict.fromkeys(("flow", "decision", "case", "handoff", "plan_url"))
    return {
        "message_id": message_id, "replies": list(replies), "status": status,
        "intent": "merchant_question", **nothing,
    }  # fmt: skip


def posted_by(request: Request) -> JsonObject:
    """The JSON body of a request."""
    body: JsonObject = request.post_data_json or {}
    return body


def ids_posted(page: Page) -> list[str]:
    """Collects the message ids that the page posts from now on, in order."""
    ids: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/messages"):
            ids.append(posted_by(request)["message_id"])

    page.on("request", note)
    return ids


def recalling(page: Page, *items: JsonObject) -> None:
    """Lets the page find this history."""

    def handle(route: Route) -> None:
        if route.request.method != "GET":
            return route.fallback()
        return route.fulfill(json={"items": list(items), "next": None})

    page.route(MESSAGES, handle)


def answering(page: Page, *replies: JsonObject) -> list[JsonObject]:
    """Lets the page get these replies to whatever it posts; collects what it posted."""
    posted: list[JsonObject] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        posted.append(posted_by(route.request))
        return route.fulfill(json=turn(posted[-1]["message_id"], *replies))

    page.route(MESSAGES, handle)
    return posted


def refusing(page: Page, status: int, times: int, headers: dict[str, str]) -> list[JsonObject]:
    """Refuses the next `times` posts with that status, then lets them through to the server."""
    posted: list[JsonObject] = []
    error = {"error": {"code": "refused", "message": "refused", "details": []}}

    def handle(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        posted.append(posted_by(route.request))
        if len(posted) > times:
            return route.fallback()
        return route.fulfill(status=status, json=error, headers=headers)

    page.route(MESSAGES, handle)
    return posted


# Every visible piece of text below `root` (shadow trees included) with its contrast against the
# first opaque background behind it, by WCAG 2.2. What is disabled is exempt there, and here.
LOW_CONTRAST = """
(limit) => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) =>
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const up = (node) => node.parentElement ?? node.getRootNode().host ?? null;
  const behind = (node) => {
    for (; node; node = up(node)) {
      const [r, g, b, a = 1] = parse(getComputedStyle(node).backgroundColor);
      if (a > 0.99) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const all = (root) => [...root.querySelectorAll("*")].flatMap((node) =>
    node.shadowRoot ? [node, ...all(node.shadowRoot)] : [node]);
  const speaks = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
  const told = (node) => `${node.className} ${node.textContent.trim().slice(0, 20)}`;
  return all(document).filter((node) => speaks(node) && node.checkVisibility()
    && !node.closest(".sr, script, style, [aria-disabled=true]")).flatMap((node) => {
    const [a, b] = [parse(getComputedStyle(node).color), behind(node)].map(light);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return ratio < limit ? [`${ratio.toFixed(2)} ${told(node)}`] : [];
  });
}
"""
