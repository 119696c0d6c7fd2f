"""axe-core on every page and state, in both languages and themes; the keyboard alone; no motion."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_journey import ANSWER_MS, ask, upload
from tests.conftest import OpenScreen

LANGUAGES: list[dict[str, Any]] = [
    {"locale": "en-US", "color_scheme": "light"},
    {"locale": "ko-KR", "color_scheme": "dark"},
]
WORDS = {
    "en-US": {"settings": "Settings", "ask": "Compare revenue between regions, with a chart"},
    "ko-KR": {"settings": "설정", "ask": "지역별 매출을 비교하고 차트를 그려주세요"},
}
both = pytest.mark.parametrize("visit", LANGUAGES, indirect=True, ids=["en-light", "ko-dark"])


async def clean(page: Page, state: str) -> None:
    """Fail with what axe-core finds."""
    found = await Axe().run(page)
    told = [
        f"{state}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}"
        for one in found.response["violations"]
    ]
    assert told == []


async def words_of(page: Page) -> dict[str, str]:
    return WORDS["ko-KR" if await page.locator("html").get_attribute("lang") == "ko" else "en-US"]


@pytest.mark.timeout(300)
@both
async def test_every_state_of_a_conversation(visit: Visit, sales: Path) -> None:
    page = await visit.page()
    words = await words_of(page)
    await clean(page, "empty")
    await upload(page, sales)
    await clean(page, "data")
    await ask(page, words["ask"])
    await expect(page.locator(".streaming-message").first).to_be_visible(timeout=ANSWER_MS)
    await clean(page, "streaming")
    await expect(page.locator(".c-run")).to_have_attribute(
        "data-state", "finished", timeout=ANSWER_MS
    )
    await page.locator(".c-actions__took").click()
    await expect(page.locator(".c-artifact--chart .main-svg").first).to_be_visible(timeout=30_000)
    await clean(page, "finished")
    await page.locator(".c-row").first.hover()
    await page.locator(".c-row__menu").first.click()
    await clean(page, "history menu")
    await page.keyboard.press("Escape")
    await page.locator(".c-artifact--chart .c-artifact__actions button").last.click()
    await clean(page, "panel")


@pytest.mark.timeout(120)
@both
async def test_failures(visit: Visit) -> None:
    page = await visit.page()
    await page.locator("input[type=file]").set_input_files(
        {"name": "broken.parquet", "mimeType": "", "buffer": b"PAR1 this is not parquet"}
    )
    await expect(page.get_by_role("alert")).to_be_visible(timeout=30_000)
    await clean(page, "failed upload")
    await ask(page, "@eda profile")
    await expect(
        page.locator(".c-lane[data-state=failed], .c-run[data-state=failed]")
    ).to_be_visible(timeout=ANSWER_MS)
    await clean(page, "failed run")
    await page.goto(f"{visit.app.url}/c/{'0' * 32}")
    await expect(page.get_by_role("alert")).to_be_visible()
    await clean(page, "unknown conversation")


@pytest.mark.timeout(120)
@both
async def test_settings_and_help(visit: Visit) -> None:
    page = await visit.page()
    words = await words_of(page)
    await page.get_by_role("button", name=words["settings"], exact=True).click()
    tabs = page.get_by_role("tab")
    for at in range(await tabs.count()):
        await tabs.nth(at).click()
        name = await tabs.nth(at).inner_text()
        if at == 2:
            await expect(page.locator(".c-member").first).to_be_visible(timeout=60_000)
            for summary in await page.locator(".c-add > summary").all():
                await summary.click()
        await clean(page, f"settings: {name}")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+/")
    await clean(page, "help")


@pytest.mark.timeout(120)
async def test_a_phone(open_screen: OpenScreen) -> None:
    screen = await open_screen("ko", "phone", "dark")
    await clean(screen.page, "phone")


@pytest.mark.timeout(240)
async def test_with_the_keyboard_alone(visit: Visit) -> None:
    """From the start to an answer and its settings, without a pointer."""
    page = await visit.page()
    await expect(page.locator("#composer")).to_be_focused()

    async def tab_to(name: str, back: bool = False) -> None:
        for _ in range(40):
            focused = page.locator(":focus")
            told = await focused.get_attribute("aria-label") or await focused.inner_text()
            if name in told:
                return
            await page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{name} cannot be reached")

    await tab_to("Retail sales in Korea (headings in English)", back=True)
    await page.keyboard.press("Enter")
    await expect(page.locator(".c-preview tbody tr")).to_have_count(5, timeout=30_000)
    await page.locator("#composer").focus()
    await page.keyboard.type("Total of sales by region as a bar chart")
    await page.keyboard.press("Enter")
    await expect(page.locator(".c-run")).to_have_attribute(
        "data-state", "finished", timeout=ANSWER_MS
    )
    await tab_to("Timeline", back=True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="Timeline")).to_be_visible()
    await tab_to("Export this answer", back=True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Export this answer")).to_be_focused()
    await tab_to("Settings", back=True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Settings", exact=True)).to_be_focused()


@pytest.mark.parametrize("visit", [{"reduced_motion": "reduce"}], indirect=True)
async def test_nothing_moves_for_those_who_want_it_so(visit: Visit) -> None:
    page = await visit.page()
    moving = await page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const style = getComputedStyle(one);
          const times = `${style.transitionDuration},${style.animationDuration}`.split(",");
          return times.some((time) => parseFloat(time) > 0.01);
        }).map((one) => one.className)"""
    )
    assert moving == []
