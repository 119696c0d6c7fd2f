"""Files: uploaded again in another encoding, from the chip; questions wait for them."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Visit

# UTF-8 with a byte that is none: it can be decoded as nothing that is tried by itself.
NAMES = "nom,prix\nCréée,3\n".encode() + b"Agr\xe9\x81\xe9e,4\n"


@pytest.mark.timeout(60)
async def test_a_file_is_uploaded_again_in_the_encoding_that_is_chosen(
    visit: Visit, tmp_path: Path
) -> None:
    page = await visit.page()
    path = tmp_path / "noms.csv"
    path.write_bytes(NAMES)
    await page.locator("input[type=file]").set_input_files(path)
    await expect(page.get_by_role("alert")).to_contain_text("noms.csv", timeout=30_000)
    await page.get_by_label("Encoding").select_option("latin-1")
    await expect(page.locator(".c-dataset .c-preview tbody tr")).to_have_count(2, timeout=30_000)


@pytest.mark.timeout(120)
async def test_a_question_waits_for_the_file_that_it_is_about(visit: Visit, sales: Path) -> None:
    page = await visit.page()
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.route("**/files?*", hold)
    await page.locator("input[type=file]").set_input_files(sales)
    await page.locator("#composer").fill("How many rows are there?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Sent as soon as the file is read")).to_be_visible()
    await expect(page.locator("#composer")).to_have_value("How many rows are there?")
    await expect(page.locator(".c-run")).to_have_count(0)
    held.set()
    await expect(page.locator(".c-question__bubble")).to_be_visible(timeout=30_000)
    await expect(page.locator("#composer")).to_have_value("")
    await expect(page.locator(".c-plan__step").first).to_be_visible(timeout=60_000)
    await page.keyboard.press("Escape")
    assert visit.errors == []
