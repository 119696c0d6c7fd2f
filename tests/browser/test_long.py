"""A conversation of 10,000 messages: only its end is drawn at first, and all of it can be read.

How fast it opens and scrolls: benchmarks/long_conversation.py."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import App, Visit
from tests.doubles.long_conversation import written

SHOWN_MAX = 100
"""Runs that may be drawn at first: the others are fetched when they are scrolled to."""


@pytest.fixture
def long_app(built: None, tmp_path: Path) -> Iterator[App]:
    app = App(tmp_path)
    asyncio.run(written(tmp_path))
    app.start()
    yield app
    app.stop()


@pytest.mark.timeout(180)
async def test_ten_thousand_messages(browser: Browser, long_app: App) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    visit = Visit(context, long_app)
    page = await visit.page("/")
    await page.get_by_role("link", name="long").wait_for()
    await page.get_by_role("link", name="long").click()
    await expect(page.locator(".c-run .message-final").last).to_be_in_viewport()

    # Scrolling to the top brings what is earlier, and what is read stays where it is.
    runs = page.locator(".c-run")
    before = await runs.count()
    assert 0 < before <= SHOWN_MAX
    first = await runs.first.locator(".c-question").inner_text()
    await page.locator(".c-transcript").evaluate("box => box.scrollTo(0, 0)")
    await expect(runs).to_have_count(before * 2, timeout=5_000)
    await expect(page.get_by_text(first, exact=True)).to_be_in_viewport()
    assert visit.errors == []
    await context.close()
