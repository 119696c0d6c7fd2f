"""A new conversation: a question to try at once. Its answer is the picture of the README."""

import os
import shutil
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import ROOT, SCREENSHOTS, Visit, settle
from tests.browser.test_journey import ANSWER_MS

TALL: dict[str, Any] = {"viewport": {"width": 1280, "height": 1400}}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("visit", [TALL], indirect=True)
async def test_a_question_is_tried_with_the_sample_data(visit: Visit) -> None:
    """`README_PICTURE=1` keeps what is seen at the end as docs/screenshot.png."""
    page = await visit.page()
    ideas = page.get_by_role("group", name="Suggested questions").get_by_role("button")
    await expect(ideas).to_have_count(3)
    question = await ideas.first.inner_text()
    await ideas.first.click()
    run = page.locator(".c-run")
    await expect(run).to_have_attribute("data-state", "finished", timeout=ANSWER_MS)
    await expect(run.locator(".c-question")).to_have_text(question)
    await expect(page.locator(".c-dataset__name")).to_have_text("retail_sales_en")
    card = run.locator(".c-artifact--chart").first
    await card.scroll_into_view_if_needed()
    await expect(card.locator(".main-svg").first).to_be_visible(timeout=30_000)
    await run.evaluate("run => run.scrollIntoView()")
    await visit.shot(page, "readme")
    if os.environ.get("README_PICTURE"):
        shutil.copy(SCREENSHOTS / "readme.png", ROOT / "docs" / "screenshot.png")
    assert visit.errors == []
    assert visit.outside == []


@pytest.mark.parametrize(
    "visit",
    [{"viewport": {"width": 390, "height": height}} for height in (844, 600)],
    indirect=True,
)
async def test_the_start_is_read_from_its_top(visit: Visit) -> None:
    page = await visit.page()
    await expect(page.get_by_role("group", name="Suggested questions")).to_be_attached()
    await settle(page)
    assert await page.locator(".c-transcript").evaluate("box => box.scrollTop") == 0
    await expect(page.locator(".c-start__title")).to_be_in_viewport(ratio=1)
    await expect(page.locator(".c-down")).to_have_count(0)
    await visit.shot(page, "start-390")


@pytest.mark.timeout(120)
async def test_a_question_of_the_planner_is_answered_with_a_click(visit: Visit) -> None:
    page = await visit.page()
    await page.get_by_role("button", name="Retail sales in Korea (headings in English)").click()
    await expect(page.locator(".c-preview tbody tr")).to_have_count(5, timeout=30_000)
    await page.locator("#composer").fill("hmm maybe")
    await page.keyboard.press("Enter")
    plan = page.locator(".c-plan")
    await expect(plan.locator(".status-indicator").first).to_have_text(
        "Needs your answer", timeout=ANSWER_MS
    )
    choice = plan.locator(".c-inquiry__options button").first
    chosen = await choice.inner_text()
    await choice.click()
    await expect(plan.locator(".c-answer-given")).to_have_text(chosen, timeout=ANSWER_MS)
    await expect(plan.locator(".c-inquiry")).to_have_count(0)
    await expect(plan.locator(".c-plan__step").first).to_be_visible(timeout=ANSWER_MS)
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(
        0, timeout=ANSWER_MS
    )
