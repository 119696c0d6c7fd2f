"""Numbered tokens from a real agent: shown in order, once, whatever happens to the tab."""

import asyncio

from playwright.async_api import Page, WebSocketRoute, expect

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


async def test_news_of_the_conversation_left_cost_the_next_one_nothing(
    open_screen: OpenScreen,
) -> None:
    """The page asks for another conversation while the server still sends the one before."""
    count = 500
    screen = await open_screen("en")
    page = screen.page
    open_now, further = asyncio.Event(), asyncio.Event()
    open_now.set()

    def between(tab: WebSocketRoute) -> None:
        server = tab.connect_to_server()
        heard = 0

        async def asks(message: str | bytes) -> None:
            if ".follow" in str(message):
                await open_now.wait()
            server.send(message)

        def hears(message: str | bytes) -> None:
            nonlocal heard
            tab.send(message)
            heard = heard + 1 if not open_now.is_set() and '/c,["t"' in str(message) else 0
            if heard >= 5:
                further.set()

        tab.on_message(asks)
        server.on_message(hears)

    await page.route_web_socket(lambda url: "_event" in url, between)
    await page.reload()
    await asked(screen, 3000, 100)
    await page.get_by_role("button", name="New chat").click()
    await asked(screen, count, 40)
    await page.get_by_role("link", name="@numbers 3000 100").click()
    await expect(page.get_by_role("log")).to_contain_text("tok400 ", timeout=15_000)
    open_now.clear()
    await page.get_by_role("link", name=f"@numbers {count} 40").click()
    await further.wait()
    open_now.set()
    await expect(page.locator(".message-final")).to_be_visible(timeout=ANSWER_MS)
    assert whole(count) in await words(page)
