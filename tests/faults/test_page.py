"""What the person sees when the network or the server dies: said within 5 s, and over, without a
reload, within 5 s of the return. Sent = stored = shown, in order, once."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from tests.doubles.freezing_proxy import FreezingProxy
from tests.doubles.house import House
from tests.faults.conftest import STATE_S, Faulty, Took, numbers

SEEN_MS = 5_000
RECOVERY_MS = 5_000
LONG_MS = 60_000
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture
async def line(faulty: Faulty, house: House) -> AsyncIterator[FreezingProxy]:
    async with FreezingProxy(house.url, faulty.front_port).open() as proxy:
        yield proxy


@pytest.fixture
async def person() -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        path = next(filter(None, map(shutil.which, _BROWSERS)), None)
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = await browser.new_context(locale="en-US")
        yield context
        await browser.close()


async def opened_at(person: BrowserContext, url: str) -> Page:
    page = await person.new_page()
    await page.goto(url)
    await page.locator("#composer").wait_for()
    await page.evaluate("window.sameDocument = true")
    return page


async def ask(page: Page, question: str) -> None:
    await page.locator("#composer").fill(question)
    await page.locator("#composer").press("Enter")


async def text(page: Page) -> str:
    return " ".join((await page.get_by_role("log").inner_text()).split())


async def until_shown(page: Page, word: str, timeout_ms: float = LONG_MS) -> None:
    await expect(page.get_by_role("log")).to_contain_text(f"{word} ", timeout=timeout_ms)


async def until_emitted(house: House, count: int) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(LONG_MS / 1000):
        while len((await client.get(f"{house.agent_url}/emitted")).json()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def whole(page: Page, count: int) -> None:
    """Wait for the end, and hold what is shown against what was sent."""
    wanted = numbers(count).strip()
    await until_shown(page, f"tok{count - 1}")
    shown = await text(page)
    assert wanted in shown
    assert shown.count("tok0 ") == 1
    assert await page.evaluate("window.sameDocument") is True


@pytest.mark.parametrize(
    "seconds", [pytest.param(5, id="5 s"), pytest.param(10, id="10 s", marks=pytest.mark.slow)]
)
async def test_the_network_swallows_everything(
    person: BrowserContext, line: FreezingProxy, house: House, took: Took, seconds: int
) -> None:
    page = await opened_at(person, line.url)
    await ask(page, f"@numbers {seconds * 100 + 250} 100")
    await until_shown(page, "tok50")
    line.freeze()
    frozen_at = time.monotonic()
    banner = page.locator(".c-banner")
    await expect(banner).to_be_visible(timeout=SEEN_MS)
    took("loss seen", time.monotonic() - frozen_at)
    # So many seconds of the agent's words are missed.
    await until_emitted(house, seconds * 100 + 100)
    assert time.monotonic() - frozen_at > seconds - 1
    line.thaw()
    thawed_at = time.monotonic()
    await until_shown(page, f"tok{seconds * 100 + 100}", RECOVERY_MS)
    took("caught up", time.monotonic() - thawed_at)
    await expect(banner).to_have_count(0, timeout=RECOVERY_MS)
    await whole(page, seconds * 100 + 250)


@pytest.mark.slow
async def test_the_browser_is_offline(person: BrowserContext, house: House) -> None:
    page = await opened_at(person, house.url)
    await ask(page, "@numbers 800 100")
    await until_shown(page, "tok50")
    await person.set_offline(True)
    await expect(page.locator(".c-banner")).to_be_visible(timeout=SEEN_MS)
    await until_emitted(house, 600)
    await person.set_offline(False)
    await until_shown(page, "tok600", RECOVERY_MS)
    await whole(page, 800)


async def test_a_question_asked_while_the_network_is_dead_is_asked_once(
    person: BrowserContext, line: FreezingProxy, house: House
) -> None:
    page = await opened_at(person, line.url)
    await ask(page, "@numbers 20 200")
    await whole(page, 20)
    line.freeze()
    await ask(page, "@numbers 33 200")
    await expect(page.locator(".c-banner")).to_be_visible(timeout=SEEN_MS)
    line.thaw()
    await until_shown(page, "tok32", RECOVERY_MS)
    conversation = page.url.rsplit("/", 1)[1]
    async with httpx.AsyncClient(base_url=house.url) as client:
        runs = (await client.get(f"/api/conversations/{conversation}")).json()["runs"]
    assert [run["question"] for run in runs] == ["@numbers 20 200", "@numbers 33 200"]


async def test_a_tab_closed_and_opened_again_beside_another(
    person: BrowserContext, house: House
) -> None:
    first = await opened_at(person, house.url)
    await ask(first, "@numbers 450 100")
    await until_shown(first, "tok50")
    place = first.url
    second = await opened_at(person, place)
    await first.close()
    await until_shown(second, "tok150")
    third = await opened_at(person, place)
    await until_shown(third, "tok150", RECOVERY_MS)
    await asyncio.gather(whole(second, 450), whole(third, 450))


async def test_a_tab_whose_state_reflex_forgot_works_on(
    person: BrowserContext, house: House
) -> None:
    page = await opened_at(person, house.url)
    count = (STATE_S + 2) * 100
    await ask(page, f"@numbers {count} 100")
    await whole(page, count)
    await page.get_by_role("button", name="New chat").first.click()
    await expect(page.get_by_role("log")).not_to_contain_text("tok1 ")
    await ask(page, "@numbers 25 100")
    await whole(page, 25)


Killing = Callable[[House], Awaitable[None]]


async def crash(house: House) -> None:
    await asyncio.to_thread(house.kill)


async def leave(house: House) -> None:
    status, _ = await asyncio.to_thread(house.terminate)
    assert status == 0


@pytest.mark.parametrize("end", [crash, pytest.param(leave, marks=pytest.mark.slow)])
async def test_the_server_goes_and_comes_back(
    person: BrowserContext, house: House, end: Killing, took: Took
) -> None:
    page = await opened_at(person, house.url)
    await ask(page, "@numbers 4000 100")
    await until_shown(page, "tok50")
    await end(house)
    await expect(page.locator(".c-banner")).to_be_visible(timeout=SEEN_MS)
    await asyncio.to_thread(house.start, "/readyz")
    interrupted = page.get_by_text("The server stopped in the middle")
    ready_at = time.monotonic()
    await expect(interrupted).to_be_visible(timeout=RECOVERY_MS)
    took("caught up", time.monotonic() - ready_at)
    await expect(page.locator(".c-banner")).to_have_count(0, timeout=RECOVERY_MS)
    shown = await text(page)
    assert numbers(50).strip() in shown and shown.count("tok0 ") == 1
    await page.get_by_role("button", name="New chat").first.click()
    await ask(page, "@numbers 25 100")
    await whole(page, 25)
