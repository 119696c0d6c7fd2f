"""Artifacts, history and settings, as a person uses them."""

from urllib.parse import urljoin

import pytest
from playwright.async_api import Locator, Page, expect

from tests.ui_parts.app import OpenPage, shot

WORDS = {
    "ko": {
        "question": "지역별 매출을 막대 그래프로 그려 주세요",
        "as_table": "표로 보기",
        "wide": "넓게 보기",
        "close": "닫기",
        "undo": "되돌리기",
        "find": "대화 검색",
        "rename": "이름 바꾸기",
        "delete": "삭제",
        "settings": "설정",
    },
    "en": {
        "question": "Draw a bar chart of sales by region",
        "as_table": "Show as table",
        "wide": "Open wide",
        "close": "Close",
        "undo": "Undo",
        "find": "Search conversations",
        "rename": "Rename",
        "delete": "Delete",
        "settings": "Settings",
    },
}


async def new_conversation(page: Page, title: str = "") -> str:
    answer = await page.request.post(urljoin(page.url, "/api/conversations"), data={"title": title})
    assert answer.status == 201
    return str((await answer.json())["id"])


async def asked(page: Page, language: str) -> None:
    """Show a conversation in which the visualization agent has drawn a chart of sample data."""
    conversation = await new_conversation(page)
    path = urljoin(page.url, f"/api/conversations/{conversation}")
    sample = {"name": f"retail_sales_{language}"}
    assert (await page.request.post(f"{path}/samples", data=sample)).status == 201
    run = {
        "question": WORDS[language]["question"],
        "worker": "a2a:visualization",
        "language": language,
    }
    assert (await page.request.post(f"{path}/runs", data=run)).status == 201
    await page.goto(urljoin(page.url, f"/c/{conversation}"))
    await expect(page.locator(".message-final")).to_be_visible(timeout=60_000)


NUMBERS = [3.5, 12000, -4, 0.25, 700, 41, 88.125, -0.5]


async def uploaded(page: Page) -> Locator:
    """Show a conversation with a small table, and return the button that opens it wide."""
    conversation = await new_conversation(page)
    path = urljoin(page.url, f"/api/conversations/{conversation}/files?name=goods.csv")
    lines = ["name,amount", *(f"item {at},{number}" for at, number in enumerate(NUMBERS))]
    answer = await page.request.post(path, data="\n".join(lines).encode())
    assert answer.status == 201, await answer.text()
    await page.goto(urljoin(page.url, f"/c/{conversation}"))
    return page.locator(".c-dataset").get_by_role("button", name="goods").last


@pytest.mark.parametrize(
    ("language", "size", "theme"), [("ko", "desktop", "light"), ("en", "phone", "dark")]
)
async def test_chart_is_drawn_and_has_a_table(
    open_page: OpenPage, language: str, size: str, theme: str
) -> None:
    page, words = await open_page(language, size, theme), WORDS[language]
    await asked(page, language)
    chart = page.locator(".c-artifact--chart").first
    await chart.scroll_into_view_if_needed()
    await expect(chart.locator(".main-svg").first).to_be_visible(timeout=20_000)
    await expect(chart.locator(".c-chart")).to_have_attribute("aria-busy", "false")
    name = await chart.get_by_role("img").first.get_attribute("aria-label")
    assert name
    assert len(name) > 10
    await shot(page, f"chart-{language}-{size}-{theme}")

    tick = chart.locator(".xtick text").first
    before = str(await tick.evaluate("(text) => getComputedStyle(text).fill"))
    await page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    await expect(tick).not_to_have_css("fill", before)

    await chart.get_by_role("button", name=words["as_table"]).click()
    await expect(chart.locator(".main-svg")).to_have_count(0)
    await expect(chart.get_by_role("gridcell").first).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width == 0


async def test_map_has_the_outlines_of_countries(open_page: OpenPage) -> None:
    page = await open_page("ko", "desktop", "dark")
    conversation = await new_conversation(page)
    path = urljoin(page.url, f"/api/conversations/{conversation}")
    places = "city,latitude,longitude\nSeoul,37.56,126.97\nTokyo,35.68,139.69\nHanoi,21.03,105.85\n"
    answer = await page.request.post(f"{path}/files?name=places.csv", data=places)
    assert answer.status == 201
    run = {
        "question": "지도",
        "worker": "mcp:advanced_visualization/place_map",
        "arguments": {"dataset": "places", "latitude": "latitude", "longitude": "longitude"},
    }
    assert (await page.request.post(f"{path}/runs", data=run)).status == 201
    await page.goto(urljoin(page.url, f"/c/{conversation}"))
    await expect(page.locator(".scattergeo .point")).to_have_count(3, timeout=60_000)
    for layer in ("land", "coastlines", "countries"):
        outline = await page.locator(f".geo .{layer} path").first.get_attribute("d")
        assert outline and len(outline) > 1_000, f"{layer} is empty"
    await shot(page, "map-ko-dark")


async def test_panel_takes_and_returns_the_focus(open_page: OpenPage) -> None:
    page = await open_page("ko")
    opener = await uploaded(page)
    await opener.focus()
    await page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    await expect(panel).to_be_visible()
    await expect(panel.get_by_role("heading")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("Boolean(document.activeElement.closest('dialog'))")
    await shot(page, "panel")
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_table_is_sorted_by_keyboard(open_page: OpenPage) -> None:
    page = await open_page("en")
    await (await uploaded(page)).click()
    panel = page.get_by_role("dialog")
    grid = panel.get_by_role("grid")
    await expect(grid.get_by_role("gridcell").first).to_be_visible()
    await grid.focus()
    for key in ("Control+Home", "ArrowUp", "ArrowRight", "Enter"):
        await page.keyboard.press(key)
    heading = grid.get_by_role("columnheader").nth(1)
    await expect(heading).to_have_attribute("aria-sort", "ascending")
    # Cells show as many places as are read with ease.
    assert await numbers_in_order(page, 1) == pytest.approx(sorted(NUMBERS), abs=0.006)
    await page.keyboard.press("Enter")
    await expect(heading).to_have_attribute("aria-sort", "descending")
    falling = pytest.approx(sorted(NUMBERS, reverse=True), abs=0.006)
    assert await numbers_in_order(page, -1) == falling


SECOND = "[role=gridcell][aria-colindex='2']"


async def numbers_in_order(page: Page, sign: int) -> list[float]:
    """Wait until the panel's second column rises (1) or falls (-1), and return its numbers."""
    ordered = """([cells, sign]) => {
      const texts = [...document.querySelectorAll(`dialog ${cells}`)]
        .map((cell) => cell.textContent.replaceAll(",", ""));
      const numbers = texts.map(Number);
      const inOrder = numbers.every((value, at) => !at || (value - numbers[at - 1]) * sign >= 0);
      return texts.length && texts.every(Boolean) && inOrder && numbers;
    }"""
    found = await page.wait_for_function(ordered, arg=[SECOND, sign])
    return [float(number) for number in await found.json_value()]


async def test_conversations_are_found_renamed_deleted_and_restored(
    open_page: OpenPage,
) -> None:
    page, words = await open_page("ko"), WORDS["ko"]
    for title in ("사과 매출 분석", "배 재고 조사"):
        await new_conversation(page, title)
    await page.reload()
    sidebar = page.get_by_role("navigation", name="대화 목록")
    pear = sidebar.get_by_role("link", name="배 재고 조사")
    await expect(pear).to_be_visible()

    await page.keyboard.press("Control+k")
    search = sidebar.get_by_role("searchbox", name=words["find"])
    await expect(search).to_be_focused()
    await page.keyboard.type("사과")
    await expect(pear).to_have_count(0)
    await expect(sidebar.get_by_role("link", name="사과 매출 분석")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(pear).to_be_visible()

    await pear.focus()
    await page.keyboard.press("F2")
    await expect(sidebar.get_by_role("textbox")).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("배 판매 조사")
    await page.keyboard.press("Enter")
    renamed = sidebar.get_by_role("link", name="배 판매 조사")
    await expect(renamed).to_be_visible()

    await renamed.focus()
    await page.keyboard.press("Delete")
    await expect(renamed).to_have_count(0)
    await shot(page, "deleted")
    await sidebar.get_by_role("button", name=words["undo"]).click()
    await expect(renamed).to_be_visible()
    await page.reload()
    await expect(renamed).to_be_visible()


async def test_settings_are_kept_and_the_focus_returns(open_page: OpenPage) -> None:
    page = await open_page("en")
    opener = page.get_by_role("button", name=WORDS["en"]["settings"]).first
    await opener.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("CHERRY_LLM_BASE_URL=")
    await dialog.get_by_role("tab").first.focus()
    await page.keyboard.press("ArrowDown")
    await dialog.get_by_role("radio", name="Dark").check()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await shot(page, "settings")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(opener).to_be_focused()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    await page.get_by_role("button", name=WORDS["en"]["settings"]).first.click()
    await dialog.get_by_role("tab", name="Team").click()
    await expect(dialog.locator(".c-member", has_text="MCP").first).to_contain_text("Ready")
    await expect(dialog.locator(".c-member", has_text="A2A").first).to_be_visible()
    await dialog.get_by_role("tab", name="Appearance").click()
    await dialog.get_by_role("radio", name="한국어").check()
    await expect(page.locator("html")).to_have_attribute("lang", "ko")
    await expect(dialog).to_contain_text("테마")
