"""The main job: upload, ask, watch, reload in mid-stream, come back later; in both languages."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import App, Visit

ANSWER_MS = 90_000
KOREAN: dict[str, Any] = {"locale": "ko-KR", "color_scheme": "dark"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}


async def upload(page: Page, path: Path) -> None:
    await page.locator("input[type=file]").set_input_files(path)
    await expect(page.locator(".c-dataset .c-preview tbody tr")).to_have_count(5, timeout=30_000)


async def ask(page: Page, question: str) -> None:
    await page.locator("#composer").fill(question)
    await page.keyboard.press("Enter")


async def lanes_of(page: Page) -> str:
    """Everything that stands in the answer but for what ticks."""
    # Until the renderer of Markdown is loaded, a text is shown as it is.
    await expect(page.locator(".c-markdown--plain")).to_have_count(0)
    shown: str = await page.evaluate(
        """() => [...document.querySelectorAll('.c-lane, .message-final')].map(e => {
             const copy = e.cloneNode(true);
             copy.querySelectorAll('.c-elapsed, .c-hidden').forEach(x => x.remove());
             return copy.textContent;
           }).join('\\n')"""
    )
    return shown


@pytest.mark.timeout(240)
async def test_upload_ask_reload_and_review(visit: Visit, sales: Path) -> None:
    page = await visit.page()
    await expect(page.get_by_placeholder("Ask CherryAI...")).to_be_visible()
    await upload(page, sales)
    await expect(page.locator(".c-dataset__shape")).to_have_text("100,000 rows × 6 columns")
    await expect(page.locator(".c-suggestions__one").first).to_be_visible(timeout=30_000)
    await visit.shot(page, "upload-en")

    await ask(page, "Which product sells best in each region, and is the difference significant?")
    await expect(page.locator(".c-question__bubble")).to_be_visible(timeout=2000)
    await expect(page).to_have_url(re.compile(r"/c/[0-9a-f]{32}$"))
    await expect(page.locator(".streaming-message .agent-badge").first).to_be_visible()
    await expect(page.locator(".c-plan__step").first).to_be_visible(timeout=ANSWER_MS)

    # In mid-stream: a second tab, and a reload. Both show the run, live.
    second = await visit.page(page.url.removeprefix(visit.app.url))
    await page.reload()
    await page.locator(".status-indicator").first.wait_for()
    for tab in (page, second):
        await expect(tab.locator(".message-final")).to_be_visible(timeout=ANSWER_MS)
        await expect(tab.locator(".streaming-message")).to_have_count(0)
        await expect(tab.locator(".c-run")).to_have_count(1)
    assert await lanes_of(page) == await lanes_of(second)
    await visit.shot(page, "answer-en")

    # Later: found in the history, exactly as it was.
    shown = await lanes_of(page)
    third = await visit.page("/")
    await third.locator(".c-row__link").first.click()
    await expect(third.locator(".message-final")).to_be_visible()
    assert await lanes_of(third) == shown
    assert visit.errors == []
    assert visit.outside == []


@pytest.mark.timeout(240)
@pytest.mark.parametrize("visit", [{**KOREAN, **PHONE}], indirect=True)
async def test_the_same_in_korean_on_a_phone(visit: Visit, sales: Path) -> None:
    page = await visit.page()
    await expect(page.locator("html")).to_have_attribute("lang", "ko")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.get_by_placeholder("CherryAI에게 질문하세요...")).to_be_visible()
    await expect(page.get_by_text("데이터 파일을 업로드하세요")).to_be_visible()
    await visit.shot(page, "start-ko-phone-dark")
    await upload(page, sales)
    await visit.shot(page, "upload-ko-phone-dark")
    await ask(page, "데이터를 분석하고 시각화해주세요")
    await expect(page.locator(".message-final")).to_be_visible(timeout=ANSWER_MS)
    await visit.shot(page, "answer-ko-phone-dark")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert visit.errors == []


@pytest.mark.timeout(240)
async def test_stop_and_mention(visit: Visit, sales: Path) -> None:
    page = await visit.page()
    await upload(page, sales)
    await page.locator("#composer").press_sequentially("@ed")
    option = page.get_by_role("option").first
    await expect(option).to_contain_text("eda", timeout=30_000)
    await page.keyboard.press("Enter")
    await expect(page.locator("#composer")).to_have_value("@eda ")
    await page.locator("#composer").press_sequentially("profile the data")
    await page.keyboard.press("Enter")
    await expect(page.locator(".c-lane .agent-badge__name")).to_have_text(["Exploratory Analyst"])
    await page.get_by_role("button", name="Stop", exact=True).click()
    await expect(page.locator(".c-run")).to_have_attribute(
        "data-state", re.compile("cancelled|finished"), timeout=15_000
    )
    assert visit.errors == []


@pytest.mark.timeout(240)
async def test_a_restart_of_the_server_loses_nothing(
    browser: Any, own_app: App, sales: Path
) -> None:
    context = await browser.new_context(locale="en-US")
    visit = Visit(context, own_app)
    page = await visit.page()
    await upload(page, sales)
    await ask(page, "Describe the data")
    await expect(page.locator(".c-lane").first).to_be_visible(timeout=ANSWER_MS)
    assert own_app.stop() == 0
    await expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=6000)
    own_app.start()
    # Back by itself, without a reload: what was cut off says so, or had been finished.
    await expect(page.get_by_text("The connection is lost")).to_be_hidden(timeout=15_000)
    await expect(page.locator(".c-run")).to_have_attribute(
        "data-state", re.compile("interrupted|finished"), timeout=15_000
    )
    await ask(page, "@eda profile the data")
    await expect(page.locator(".message-final").last).to_be_visible(timeout=ANSWER_MS)
    await expect(page.locator(".c-run")).to_have_count(2)
    await context.close()
