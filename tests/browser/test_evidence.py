"""The numbers of an answer on the page: what holds them, what nothing holds, what disagrees."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_accessibility import clean
from tests.doubles.checked_answer import written

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "held": "1,234,567",
        "exact": "1,234,567.25",
        "place": "result_1 · 서울 · revenue",
        "computed": "434,567",
        "wrong": ["77,123", "17.7 %"],
        "none": "No result holds this figure.",
        "disagree": "Workers disagree",
        "left": "What left this machine",
    },
    "ko": {
        "held": "123만",
        "exact": "1,234,567.25",
        "place": "result_1 · 서울 · revenue",
        "computed": "434,567",
        "wrong": ["77,123", "17.7%"],
        "none": "이 수치를 담은 결과가 없습니다.",
        "disagree": "서로 다른 결과",
        "left": "이 컴퓨터 밖으로 나간 것",
    },
}
VISITS: list[dict[str, Any]] = [
    {"locale": "en-US", "color_scheme": "light"},
    {"locale": "ko-KR", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
    {"locale": "ko-KR", "color_scheme": "light"},
    {"locale": "en-US", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
]
NAMES = ["en-light", "ko-dark-phone", "ko-light", "en-dark-phone"]


async def shown(visit: Visit) -> tuple[Page, dict[str, Any]]:
    page = await visit.page()
    language = "ko" if await page.locator("html").get_attribute("lang") == "ko" else "en"
    conversation, _ = await written(visit.app.data, language)
    await page.goto(f"{visit.app.url}/c/{conversation}")
    await expect(page.locator(".c-figure").first).to_be_visible(timeout=30_000)
    return page, WORDS[language]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("visit", VISITS, indirect=True, ids=NAMES)
async def test_numbers_tell_what_holds_them(visit: Visit, request: pytest.FixtureRequest) -> None:
    page, words = await shown(visit)
    name = f"evidence-{request.node.callspec.id}"
    wrong = page.locator('.c-figure[data-held="false"]')
    assert await wrong.all_inner_texts() == words["wrong"]
    note = page.locator(".c-figure__note:popover-open")
    await expect(note).to_have_count(0)

    held = page.get_by_role("button", name=words["held"], exact=True)
    await held.hover()
    await expect(note).to_contain_text(words["place"])
    await expect(note).to_contain_text(words["exact"])
    await clean(page, "note")
    await visit.shot(page, f"{name}-cell")

    await wrong.first.focus()
    await expect(note).to_have_text(words["none"])
    await page.keyboard.press("Escape")
    await expect(note).to_have_count(0)
    await visit.shot(page, f"{name}-answer")

    await page.get_by_role("button", name=words["computed"]).hover()
    await expect(note).to_contain_text("1234567.25 - 800000")

    await page.get_by_role("region", name=words["disagree"]).scroll_into_view_if_needed()
    sides = page.get_by_role("region", name=words["disagree"]).get_by_role("definition")
    await expect(sides).to_have_count(2)
    ledger = page.locator(".c-ledger")
    await ledger.get_by_text(words["left"]).click()
    await expect(ledger.get_by_role("listitem")).to_have_count(2)
    await expect(ledger).to_contain_text("region, revenue, orders")
    await ledger.scroll_into_view_if_needed()
    await clean(page, "ledger")
    await visit.shot(page, f"{name}-below")
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width == 0

    await held.focus()
    await page.keyboard.press("Enter")
    table = page.locator("[data-artifact][data-shown]")
    await expect(table).to_be_in_viewport()
    await visit.shot(page, f"{name}-source")
    await expect(page.locator("[data-shown]")).to_have_count(0)
    assert visit.errors == []


async def test_what_is_copied_has_its_numbers(visit: Visit) -> None:
    page, _ = await shown(visit)
    copied = await page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('.c-summary'));"
        " return getSelection().toString(); }"
    )
    assert "서울 leads with 1,234,567 against" in copied
    assert "No result holds" not in copied.split("Figures of this answer")[0]
