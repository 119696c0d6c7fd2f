"""Numbered tokens from a real agent: shown in order, once, whatever happens to the tab."""

from playwright.async_api import Page, expect

from tests.conftest import OpenScreen, Screen

ANSWER_MS = 30_000


def whole(count: int) -> str:
    return "".join(f"tok{n} " for n in range(count)).strip()


async def words(page: Page) -> str:
    return " ".join((await page.get_by_role("log").inner_text()).split())


async def asked(screen: Screen, count: int, rate: int) -> None:
    """Ask the numbers agent, and wait until its words stream."""
    box = screen.page.get_by_placeholder("Ask CherryAI...")
    await box.fill(f"@numbers {count} {rate}")
    await box.press("Enter")
    await expect(screen.page.locator(".streaming-message")).to_contain_text(
        "tok20 ", timeout=15_000
    )


async def test_reload_and_a_second_tab_in_mid_stream(open_screen: OpenScreen) -> None:
    count = 600
    screen = await open_screen("en")
    await asked(screen, count, 100)
    second = await open_screen("en", path=screen.page.url[screen.page.url.index("/c/") :])
    await screen.page.reload()
    await expect(screen.page.locator(".streaming-message")).to_contain_text("tok60 ", timeout=5_000)
    for tab in (screen.page, second.page):
        await expect(tab.locator(".message-final")).to_be_visible(timeout=ANSWER_MS)
        text = await words(tab)
        assert text.count("tok0 ") == 1
        assert whole(count) in text


async def test_stop_keeps_what_arrived(open_screen: OpenScreen) -> None:
    screen = await open_screen("en")
    await asked(screen, 3000, 50)
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.locator(".streaming-message")).to_have_count(0, timeout=5_000)
    text = await words(screen.page)
    assert whole(21) in text
    assert "tok2999" not in text
