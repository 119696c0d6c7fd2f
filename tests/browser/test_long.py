"""A conversation of 10,000 messages: opens at once, scrolls smoothly, and all of it can be read."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from cherry_reflex.core.events import (
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SummaryDelta,
)
from cherry_reflex.core.ids import LOCAL_OWNER, SUMMARY_STEP, new_id
from cherry_reflex.store.conversations import Conversations, begun, ended
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import EventLog
from tests.browser.conftest import App, Visit

RUNS = 5_000
OPEN_S = 2.0
FRAME_MS = 100
"""Longest frame while scrolling that nobody takes for a hang."""


async def written(folder: Path) -> None:
    """Write 5,000 questions with their answers straight into the log."""
    async with Database(folder) as database:
        log, conversations = EventLog(database), Conversations(database)
        one = await conversations.create(LOCAL_OWNER, "long")
        words = "Seoul sells most, Busan follows; **the difference** is significant. " * 6

        async def run(number: int) -> None:
            id_, at = new_id(), time.time()
            question, answer = f"Question {number}?", f"Answer {number}: {words}"
            start = begun(id_, one.id, question, at)
            await log.append(one.id, id_, RunStarted(question=question), start)
            await log.post(one.id, id_, StepStarted(step=SUMMARY_STEP, worker="a2a:orchestrator"))
            await log.post(one.id, id_, SummaryDelta(text=answer))
            await log.post(one.id, id_, StepFinished(step=SUMMARY_STEP))
            over = ended(id_, "finished", answer, at + 1)
            await log.append(one.id, id_, RunFinished(), over)

        for first in range(0, RUNS, 250):
            # Many at once share a commit; the numbers stay in order within the page's last ones.
            await asyncio.gather(*(run(number) for number in range(first, first + 250)))


@pytest.fixture
def long_app(built: None, tmp_path: Path) -> Iterator[App]:
    app = App(tmp_path)
    asyncio.run(written(tmp_path))
    app.start()
    yield app
    app.stop()


async def longest_frame(page: Page, distance_px: int) -> float:
    """Scroll up by the wheel; return the longest pause between frames in ms."""
    await page.evaluate(
        """() => {
          window.frames_ = [];
          let last = performance.now();
          const tick = (now) => {
            window.frames_.push(now - last);
            last = now;
            window.frameLoop = requestAnimationFrame(tick);
          };
          window.frameLoop = requestAnimationFrame(tick);
        }"""
    )
    await page.mouse.move(640, 300)
    for _ in range(distance_px // 200):
        await page.mouse.wheel(0, -200)
        await page.evaluate("() => new Promise(requestAnimationFrame)")
    return float(
        await page.evaluate(
            "() => (cancelAnimationFrame(frameLoop), Math.max(...frames_.slice(1)))"
        )
    )


@pytest.mark.timeout(180)
async def test_ten_thousand_messages(browser: Browser, long_app: App) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    visit = Visit(context, long_app)
    page = await visit.page("/")
    await page.get_by_role("link", name="long").wait_for()
    began = time.monotonic()
    await page.get_by_role("link", name="long").click()
    await expect(page.locator(".c-run .message-final").last).to_be_in_viewport()
    assert time.monotonic() - began < OPEN_S

    pause = await longest_frame(page, 6000)
    assert pause < FRAME_MS

    # Scrolling on to the top brings what is earlier, and what is read stays where it is.
    runs = page.locator(".c-run")
    before = await runs.count()
    first = await runs.first.locator(".c-question").inner_text()
    await page.locator(".c-transcript").evaluate("box => box.scrollTo(0, 0)")
    await expect(runs).to_have_count(before * 2, timeout=5_000)
    await expect(page.get_by_text(first, exact=True)).to_be_in_viewport()
    assert visit.errors == []
    await context.close()
