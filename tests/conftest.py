"""The whole house for tests that want it: CherryAI and a scripted agent as real processes, and
tabs of a real browser that may not go wrong unnoticed."""

import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, async_playwright

from cherry_reflex.processes.forkserver.process import command, environment
from tests.doubles.house import House, opened

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / "build" / "screenshots"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
_FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    with opened() as house:
        yield house


@pytest.fixture(scope="session")
def forkserver() -> Iterator[Path]:
    """Where the forkserver of all tests listens."""
    with tempfile.TemporaryDirectory(prefix="cherry-") as folder:
        address = Path(folder) / "socket"
        run = command(address, places=4)
        with subprocess.Popen(run, stdin=subprocess.PIPE, env=environment(), cwd=ROOT) as process:
            yield address
            if process.stdin is not None:
                process.stdin.close()


@dataclass
class Screen:
    """A tab, and everything that went wrong in it."""

    page: Page
    name: str
    problems: list[str] = field(default_factory=list)

    async def shot(self, label: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"{label}-{self.name}.png")


OpenScreen = Callable[..., Awaitable[Screen]]


@pytest.fixture
async def open_screen(house: House) -> AsyncIterator[OpenScreen]:
    """Open tabs. At the end none of them may have logged an error, broken the page's policy, or
    asked another host for anything."""
    screens: list[Screen] = []
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        path = next(filter(None, map(shutil.which, _BROWSERS)), None)
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        stack.push_async_callback(browser.close)

        async def enter(
            language: str = "en", size: str = "desktop", theme: str = "light", path: str = "/"
        ) -> Screen:
            width, height = SIZES[size]
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                locale="ko-KR" if language == "ko" else "en-US",
                color_scheme="dark" if theme == "dark" else "light",
            )
            page = await context.new_page()
            screen = Screen(page, f"{language}-{theme}-{size}")
            screens.append(screen)

            def ask(url: str) -> None:
                if urlsplit(url).hostname not in ("127.0.0.1", None):
                    screen.problems.append(f"asked {url}")

            page.on("request", lambda request: ask(request.url))
            page.on("pageerror", lambda error: screen.problems.append(str(error)))
            page.on(
                "console",
                lambda line: screen.problems.append(line.text) if line.type == "error" else None,
            )
            await page.goto(f"{house.url}{path}")
            await page.locator("textarea").wait_for()
            return screen

        yield enter
        assert [problem for screen in screens for problem in screen.problems] == []
