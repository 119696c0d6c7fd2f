"""Several people in the browser: sign in by keyboard, work, be shut out."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.browser.conftest import ROOT, App, Visit

PASSWORD = "correct horse battery"


class Club(App):
    """A server with login."""

    environment: ClassVar[dict[str, str]] = {"CHERRY_LOGIN": "true"}

    def account(self, *arguments: str, given: str = "") -> None:
        subprocess.run(
            [sys.executable, "-m", "cherry_reflex.accounts.command", *arguments],
            input=given.encode(),
            cwd=ROOT,
            env={**os.environ, "CHERRY_DATA_DIR": str(self.data)},
            check=True,
            timeout=60,
        )


@pytest.fixture(scope="module")
def club(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    served = Club(Path(tmp_path_factory.mktemp("club")))
    served.account("add", "민지", given=f"{PASSWORD}\n")
    served.start()
    yield served
    served.stop()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
async def test_one_signs_in_by_keyboard_and_works(
    club: Club, browser: Browser, theme: Literal["light", "dark"], width: int
) -> None:
    context = await browser.new_context(
        locale="ko-KR", color_scheme=theme, viewport={"width": width, "height": 800}
    )
    visit = Visit(context, club)
    page = await visit.page("/", ready="#name")
    assert await page.title() == "로그인 · CherryAI"
    await visit.shot(page, f"sign-in-{theme}-{width}")
    assert not (await Axe().run(page)).response["violations"]

    await page.keyboard.type("민지")
    await page.keyboard.press("Tab")
    await page.keyboard.type("wrong password")
    await page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    await alert.wait_for()
    assert "맞지 않습니다" in await alert.inner_text()
    await visit.shot(page, f"sign-in-wrong-{theme}-{width}")
    assert not (await Axe().run(page)).response["violations"]
    assert await page.locator("#name").input_value() == "민지"
    # A browser writes every 401 of a page into its console.
    visit.errors = [error for error in visit.errors if "401" not in error]

    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("#composer").wait_for()
    assert await page.evaluate("document.cookie") == "", "no script sees the session"
    await page.locator("#composer").fill("안녕하세요")
    await page.keyboard.press("Enter")
    await page.locator(".message-final").first.wait_for(timeout=60_000)
    await visit.shot(page, f"signed-in-{theme}-{width}")
    assert visit.errors == []
    assert visit.outside == []
    await context.close()


async def test_who_is_shut_out_is_told_and_keeps_what_was_written(
    club: Club, browser: Browser
) -> None:
    club.account("add", "guest", given=f"{PASSWORD}\n")
    context = await browser.new_context(locale="en-US")
    visit = Visit(context, club)
    page = await visit.page("/", ready="#name")
    await page.locator("#name").fill("guest")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    # Until it is known who has signed in, what is there may be another person's draft.
    await page.get_by_role("button", name="Sign out").wait_for()
    await page.locator("#composer").fill("not sent yet")
    club.account("passwd", "guest", given=f"{PASSWORD}\n")
    await page.get_by_role("alert").get_by_role("button", name="Sign in").click()
    await page.locator("#name").fill("guest")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    assert await page.locator("#composer").input_value() == "not sent yet"
    await page.get_by_role("button", name="Sign out").click()
    await page.locator("#password").wait_for()
    await page.locator("#name").fill("민지")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Sign out").wait_for()
    assert await page.locator("#composer").input_value() == "", "another person's draft"
    await context.close()


async def test_the_own_password_is_changed_in_the_settings(club: Club, browser: Browser) -> None:
    club.account("add", "changer", given=f"{PASSWORD}\n")
    context = await browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
    visit = Visit(context, club)
    page = await visit.page("/", ready="#name")
    await page.locator("#name").fill("changer")
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Settings", exact=True).click()
    await page.get_by_role("tab", name="Account").click()
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.get_by_label("New password", exact=True).fill("quite another one")
    await page.get_by_label("New password, again").fill("quite another two")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    await visit.shot(page, "password-en")
    assert not (await Axe().run(page)).response["violations"]
    await page.get_by_label("New password, again").fill("quite another one")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("The password is changed")).to_be_visible()
    assert visit.errors == []
    await context.close()
