"""The real app for the tests of the page's parts: built once, served once, a tab per test."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.async_api import Page

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "screenshots"
START_S = 60

OpenPage = Callable[..., Awaitable[Page]]
"""`await open_page(language, size, theme)` opens the page in a new tab of its own."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Build the page when it has changed, serve the app, and yield its address."""
    subprocess.run(
        [sys.executable, "-m", "cherry_reflex.web.build"], cwd=ROOT, check=True, timeout=300
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {key: value for key, value in os.environ.items() if not key.startswith("CHERRY_")}
    settings = {"CHERRY_PORT": str(port), "CHERRY_DATA_DIR": str(folder / "data")}
    log = folder / "server.log"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "cherry_reflex.web.server"],
            cwd=ROOT,
            env={**own, **settings},
            stderr=lines,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/readyz", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def chromium() -> str | None:
    """Return Debian's browser; None stands for playwright's own."""
    return shutil.which("chromium")


async def shot(page: Page, name: str) -> None:
    """Keep a screenshot."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"parts-{name}.png")


def _wait(url: str, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace")[-3000:])
