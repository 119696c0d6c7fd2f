"""How a file was read is told to the person whose it is, whatever the page asks for."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from cherry_reflex.core.language import ENGLISH
from cherry_reflex.i18n.catalogue import text
from tests.browser.conftest import Visit
from tests.browser.test_sign_in import PASSWORD, Club, club

__all__ = ["club"]


async def with_data(club: Club, browser: Browser, name: str, column: str) -> Page:
    """Somebody who has signed in and uploaded a file."""
    club.account("add", name, given=f"{PASSWORD}\n")
    visit = Visit(await browser.new_context(locale="en-US"), club)
    page = await visit.page("/", ready="#name")
    await page.locator("#name").fill(name)
    await page.locator("#password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Sign out").wait_for()
    file: Any = {"name": "t.csv", "mimeType": "", "buffer": f"{column},b\n1,2\n3,4\n".encode()}
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.locator(".c-dataset__read")).to_be_visible(timeout=30_000)
    return page


async def dataset_of(page: Page) -> str:
    place = await page.locator(".c-dataset__read").get_attribute("data-parse")
    return str(place).removesuffix("-card")


@pytest.mark.timeout(180)
async def test_another_persons_file_is_not_told_of(club: Club, browser: Browser) -> None:
    theirs = await with_data(club, browser, "owner", "salary")
    wanted = await dataset_of(theirs)
    page = await with_data(club, browser, "curious", "mine")
    own = await dataset_of(page)
    await page.locator(".c-dataset__read").click()
    await expect(page.get_by_role("dialog")).to_contain_text("mine")
    await page.keyboard.press("Escape")

    async def lie(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=(await answer.text()).replace(own, wanted))

    await page.route("**/api/conversations/*", lie)
    await page.reload()
    assert await dataset_of(page) == wanted
    await page.locator(".c-dataset__read").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_have_text(
        text("error.dataset_unknown_id", ENGLISH)
    )
    await expect(dialog).not_to_contain_text("salary")
    await expect(dialog.locator("form")).to_have_count(0)
    # The owner reads it as before.
    await theirs.locator(".c-dataset__read").click()
    await expect(theirs.get_by_role("dialog")).to_contain_text("salary")
