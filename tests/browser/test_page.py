"""Handles, keys, themes and languages of the page."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Visit, settle

FIRST_LOAD_BYTES_MAX = 400_000
"""JavaScript of the first load, compressed."""


async def test_first_load_is_small_and_only_from_here(visit: Visit) -> None:
    sizes: dict[str, int] = {}

    async def measure(response: Any) -> None:
        if response.request.resource_type == "script":
            sizes[response.url] = (await response.request.sizes())["responseBodySize"]

    visit.context.on("response", measure)
    page = await visit.page()
    await page.wait_for_load_state("networkidle")
    assert sizes
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES_MAX, sizes
    assert visit.outside == []
    assert visit.errors == []


async def test_language_and_theme_are_chosen_and_remembered(visit: Visit) -> None:
    page = await visit.page()
    await page.get_by_role("button", name="한국어로 보기").click()
    await expect(page.locator("html")).to_have_attribute("lang", "ko")
    await expect(page.get_by_placeholder("CherryAI에게 질문하세요...")).to_be_visible()
    await page.get_by_role("button", name="어두운 테마로").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(page.get_by_placeholder("CherryAI에게 질문하세요...")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await visit.shot(page, "start-ko-dark")


async def test_enter_that_ends_a_syllable_does_not_send(visit: Visit) -> None:
    page = await visit.page()
    await page.locator("#composer").fill("안녕")
    for code in ({"isComposing": True}, {"keyCode": 229}):
        await page.locator("#composer").dispatch_event("keydown", {"key": "Enter", **code})
    await settle(page)
    await expect(page.locator("#composer")).to_have_value("안녕")
    assert page.url == visit.app.url + "/"
    await page.locator("#composer").press("Shift+Enter")
    await expect(page.locator("#composer")).to_have_value("안녕\n")


async def test_drafts_survive_switching_and_reloading(visit: Visit) -> None:
    page = await visit.page()
    await page.locator("#composer").fill("half a question")
    await page.reload()
    await expect(page.locator("#composer")).to_have_value("half a question")


async def test_a_question_is_shown_at_once_and_only_where_it_was_asked(visit: Visit) -> None:
    page = await visit.page()
    log, box = page.get_by_role("log"), page.locator("#composer")
    await box.fill("the first one")
    await box.press("Enter")
    await expect(page).to_have_url(re.compile(r"/c/[0-9a-f]{32}$"))
    first = page.url.removeprefix(visit.app.url)
    await page.get_by_role("button", name="New chat").click()
    answer_now = asyncio.Event()

    async def slowly(route: Route) -> None:
        if route.request.method == "POST":
            await answer_now.wait()
        await route.continue_()

    await page.route("**/api/conversations", slowly)
    await box.fill("the second one")
    await box.press("Enter")
    await expect(log).to_contain_text("the second one")
    await page.locator(f"a[href='{first}']").click()
    await expect(log).to_contain_text("the first one")
    answer_now.set()
    second = page.get_by_role("link", name="the second one")
    await expect(second).to_be_visible()
    await expect(log).not_to_contain_text("the second one")
    await second.click()
    await expect(log).to_contain_text("the second one")


async def test_two_conversations_that_begin_at_once_stay_apart(visit: Visit) -> None:
    page = await visit.page()
    log, box = page.get_by_role("log"), page.locator("#composer")
    await box.fill("the oldest one")
    await box.press("Enter")
    await expect(page).to_have_url(re.compile(r"/c/[0-9a-f]{32}$"))
    oldest = page.url.removeprefix(visit.app.url)
    answer_now = asyncio.Event()

    async def slowly(route: Route) -> None:
        if route.request.method == "POST":
            await answer_now.wait()
        await route.continue_()

    await page.route("**/api/conversations", slowly)
    for asked in ("the left one", "the newest one"):
        await page.get_by_role("button", name="New chat").click()
        await box.fill(asked)
        await box.press("Enter")
        await expect(log).to_contain_text(asked)
        if asked == "the left one":
            await page.locator(f"a[href='{oldest}']").click()
            await expect(log).to_contain_text("the oldest one")
    answer_now.set()
    await expect(page).to_have_url(re.compile(r"/c/[0-9a-f]{32}$"))
    await expect(log).to_contain_text("the newest one")
    await expect(log).not_to_contain_text("the left one")
    await page.get_by_role("link", name="the left one").click()
    await expect(log).to_contain_text("the left one")
    await expect(log).not_to_contain_text("the newest one")


async def test_a_draft_goes_along_into_the_conversation_that_a_file_begins(
    visit: Visit, sales: Path
) -> None:
    page = await visit.page()
    await page.locator("#composer").fill("half a question")
    await page.locator("input[type=file]").set_input_files(sales)
    await expect(page).to_have_url(re.compile(r"/c/[0-9a-f]{32}$"))
    await expect(page.locator("#composer")).to_have_value("half a question")
    await page.reload()
    await expect(page.locator("#composer")).to_have_value("half a question")
    await page.get_by_role("button", name="New chat").click()
    await expect(page.locator("#composer")).to_have_value("")


async def test_a_file_that_cannot_be_read_says_why_on_its_chip(visit: Visit) -> None:
    page = await visit.page()
    await page.locator("input[type=file]").set_input_files(
        {"name": "broken.parquet", "mimeType": "", "buffer": b"PAR1 this is not parquet"}
    )
    failed = page.locator(".c-attachment--failed")
    await expect(failed.get_by_role("alert")).to_be_visible(timeout=30_000)
    await expect(failed).to_contain_text("broken.parquet")
    await visit.shot(page, "upload-failed-en")
    await failed.get_by_role("button", name="Remove broken.parquet").click()
    await expect(failed).to_have_count(0)


async def test_an_unknown_conversation_says_so(visit: Visit) -> None:
    page = await visit.page("/c/" + "0" * 32)
    await expect(page.get_by_role("alert")).to_be_visible()


async def test_the_transcript_is_a_log_with_a_name(visit: Visit) -> None:
    page = await visit.page()
    await expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    await expect(page.locator("input[type=file]")).to_have_attribute("multiple", "")


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
async def test_a_phone_does_not_scroll_sideways(visit: Visit) -> None:
    page = await visit.page()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await visit.shot(page, "start-en-phone")


async def test_keys(visit: Visit) -> None:
    page = await visit.page()
    await page.keyboard.press("Control+/")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#c-sidebar")).to_be_visible()
    await page.keyboard.press("Control+Shift+S")
    await expect(page.locator("#c-sidebar")).to_have_count(0)
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.press("Control+Shift+O")
    await expect(page).to_have_url(re.compile(r"/$"))
