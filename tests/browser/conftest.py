"""The whole app in a real browser: built once, served once a session, a fresh context per test."""

import asyncio
import csv
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
START_S = 60
ROWS = 100_000


class App:
    """The server as `scripts/start` runs it, on a port and a data folder of its own."""

    environment: ClassVar[dict[str, str]] = {}
    """More settings."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        given = {k: v for k, v in os.environ.items() if not k.startswith("CHERRY_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cherry_reflex.web.server"],
            cwd=ROOT,
            env={
                **given,
                "CHERRY_PORT": str(self.port),
                "CHERRY_DATA_DIR": str(self.data),
                **self.environment,
            },
            stdout=subprocess.DEVNULL,
            stderr=(self.data / "server.log").open("ab"),
        )
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError((self.data / "server.log").read_text()[-3000:])

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> int:
        assert self._process is not None
        self._process.send_signal(kind)
        return self._process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def built() -> None:
    subprocess.run(
        [sys.executable, "-m", "cherry_reflex.web.build"], cwd=ROOT, check=True, timeout=300
    )
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def app(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    served = App(tmp_path_factory.mktemp("data"))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def own_app(built: None, tmp_path: Path) -> Iterator[App]:
    """A server that the test may stop."""
    served = App(tmp_path)
    served.start()
    yield served
    served.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV of 100,000 sales."""
    dice = random.Random(2024)
    path = tmp_path_factory.mktemp("files") / "sales.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "date", "region", "product", "units", "revenue"])
        for number in range(ROWS):
            region = dice.choice(["Seoul", "Busan", "Daegu", "Incheon"])
            units = dice.randint(1, 20)
            writer.writerow(
                [
                    f"{number:06d}",
                    f"202{dice.randint(3, 4)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
                    region,
                    dice.choice(["Cherry", "Apple", "Plum"]),
                    units,
                    round(units * dice.uniform(5, 9) * (1.3 if region == "Seoul" else 1), 2),
                ]
            )
    return path


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


class Visit:
    """A person's browser: pages of one context, and what went wrong in them."""

    def __init__(self, context: BrowserContext, app: App) -> None:
        self.context = context
        self.app = app
        self.errors: list[str] = []
        self.outside: list[str] = []

    async def page(self, path: str = "/", ready: str = "#composer") -> Page:
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._asked)
        await page.goto(self.app.url + path)
        await page.locator(ready).wait_for()
        return page

    async def shot(self, page: Page, name: str) -> None:
        await page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def _heard(self, message: Any) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def _asked(self, request: Any) -> None:
        here = self.app.url.removeprefix("http")
        if not request.url.startswith((f"http{here}", f"ws{here}", "data:", "blob:")):
            self.outside.append(request.url)


@pytest_asyncio.fixture
async def visit(browser: Browser, app: App, request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    """`@pytest.mark.parametrize("visit", [{"locale": …}], indirect=True)` sets the context."""
    chosen = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US"}
    context = await browser.new_context(**{**chosen, **getattr(request, "param", {})})
    yield Visit(context, app)
    await context.close()


async def settle(page: Page) -> None:
    """Wait for two frames: what was changed is then laid out."""
    await page.evaluate(
        "() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))"
    )
    await asyncio.sleep(0)
