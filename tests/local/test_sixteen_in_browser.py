"""In a real browser: a question on each of the sixteen sections, and its source."""

import pytest

from tests.dialogs.test_sixteen_sections import FIRST_ARTICLE, SECOND_ARTICLE
from tests.local.browser import demo, launched

pytestmark = pytest.mark.browser


def test_each_section_is_answered_and_cited_on_the_demo_page(server_url: str) -> None:
    with launched() as browser:
        for question, fact, _, section in [*FIRST_ARTICLE, *SECOND_ARTICLE]:
            page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN")
            chat = demo(page, server_url)
            assert fact in chat.answer_to(question)
            cited = chat.root.locator(".sources").first.evaluate("found => found.textContent")
            assert section in cited
            page.close()
