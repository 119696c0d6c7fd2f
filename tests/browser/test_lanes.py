"""Lanes that fail, are stopped, retried and ask, while others go on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_accessibility import clean
from tests.browser.test_journey import ask, lanes_of
from tests.browser.workshop import Workshop, opened

SOON_MS = 30_000


@pytest_asyncio.fixture
async def shop(
    built: None, browser: Browser, tmp_path: Path
) -> AsyncIterator[tuple[Visit, Workshop]]:
    async with opened(tmp_path) as (app, team):
        context = await browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="en-US", reduced_motion="reduce"
        )
        yield Visit(context, app), team
        await context.close()


def lane(page: Page, name: str) -> Locator:
    return page.locator(".c-lane", has=page.locator(".agent-badge", has_text=name))


async def states(page: Page, **wanted: str) -> None:
    for name, state in wanted.items():
        await expect(lane(page, name)).to_have_attribute("data-state", state, timeout=SOON_MS)


@pytest.mark.timeout(120)
async def test_a_failed_lane_is_retried_while_another_works(
    shop: tuple[Visit, Workshop],
) -> None:
    visit, team = shop
    team.turns = [("moody", "steady"), ("echo",)]
    page = await visit.page()
    await ask(page, "Do it all")
    await states(page, moody="failed", steady="running")
    await visit.shot(page, "lane-failed-live-en")
    await clean(page, "a failed lane beside a working one")
    await lane(page, "moody").get_by_role("button", name="Retry").press("Enter")
    await states(page, moody="done", steady="running")
    await expect(lane(page, "echo")).to_have_count(0)
    await page.reload()
    await states(page, moody="done", steady="running")
    await lane(page, "steady").get_by_role("button", name="Stop steady").click()
    # The model sees what was found when all of its turn are through, and asks the next: somebody
    # outside, so that the person is asked as well.
    await page.get_by_role("button", name="Send it", exact=True).click(timeout=SOON_MS)
    await states(page, moody="done", steady="cancelled", echo="done")
    await expect(lane(page, "echo")).to_contain_text("Heard: do echo: Now it works.")
    await expect(lane(page, "echo")).to_contain_text("Not finished: stopped by the person.")
    await expect(page.locator(".message-final")).to_be_visible(timeout=SOON_MS)
    team.free.set()
    await lane(page, "steady").get_by_role("button", name="Retry steady").click()
    await states(page, moody="done", echo="done", steady="done")
    await expect(page.locator(".c-run")).to_have_attribute("data-state", "finished")
    await expect(page.locator(".message-final")).to_contain_text("Working steadily. Done.")
    shown = await lanes_of(page)
    await page.reload()
    await expect(page.locator(".message-final")).to_contain_text("Working steadily. Done.")
    assert await lanes_of(page) == shown
    assert visit.errors == []


@pytest.mark.timeout(120)
async def test_the_composer_answers_what_a_lane_asks(shop: tuple[Visit, Workshop]) -> None:
    visit, team = shop
    team.turns = [("curious", "steady")]
    page = await visit.page()
    await ask(page, "Sum it up")
    await states(page, curious="input", steady="running")
    box = page.get_by_role("textbox", name="Type your answer...")
    await expect(box).to_be_focused()
    await expect(box).to_have_accessible_description("Answer to curious: Which year do you mean?")
    await visit.shot(page, "answer-composer-en")
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await clean(page, f"an answer is wanted, {theme}")
    # By the keyboard alone: another question instead, and back.
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Ask something else")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="Ask CherryAI...")).to_be_focused()
    await expect(lane(page, "curious").get_by_role("textbox", name="Your answer")).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(box).to_be_focused()
    # An Enter that ends a syllable sends nothing.
    await box.fill("2022년")
    await box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    await states(page, curious="input")
    await page.keyboard.press("Enter")
    await states(page, curious="done", steady="running")
    await expect(lane(page, "curious")).to_contain_text("You said 2022년.")
    await expect(page.locator(".c-run")).to_have_count(1)
    await expect(page.get_by_role("textbox", name="Ask CherryAI...")).to_have_value("")
    assert visit.errors == []


@pytest.mark.timeout(120)
async def test_what_is_being_written_is_not_taken_for_an_answer(
    shop: tuple[Visit, Workshop],
) -> None:
    visit, team = shop
    team.turns = [("curious",)]
    page = await visit.page()
    await ask(page, "Sum it up")
    await page.locator("#composer").fill("And another thing")
    await states(page, curious="input")
    box = page.get_by_role("textbox", name="Ask CherryAI...")
    await expect(box).to_have_value("And another thing")
    await page.locator(".c-answering").get_by_role("button", name="Answer").click()
    await box.or_(page.get_by_role("textbox", name="Type your answer...")).fill("2024")
    await page.keyboard.press("Enter")
    await expect(lane(page, "curious")).to_contain_text("You said 2024.", timeout=SOON_MS)
    assert visit.errors == []
