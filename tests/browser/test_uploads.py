"""Files: read again in another encoding, from the chip; questions wait for them."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Visit

# Two accented letters in a row are also valid in CP949, the encoding of many Korean files.
NAMES = "nom,prix\nCréée,3\nAgréée,4\n".encode("latin-1")


@pytest.mark.timeout(60)
async def test_an_encoding_is_corrected_on_the_chip(visit: Visit, tmp_path: Path) -> None:
    page = await visit.page()
    path = tmp_path / "noms.csv"
    path.write_bytes(NAMES)
    await page.locator("input[type=file]").set_input_files(path)
    rows = page.locator(".c-dataset .c-preview tbody tr")
    await expect(rows).to_have_count(2, timeout=30_000)
    await expect(rows.first).not_to_contain_text("Créée")
    chip = page.get_by_role("listitem").get_by_label("Encoding of noms")
    await expect(chip).to_have_value("cp949")
    # What cannot be read so stays as it is, and says why.
    await chip.select_option("utf-8")
    await expect(page.get_by_role("alert").first).to_contain_text("noms.csv")
    await expect(chip).to_have_value("cp949")
    await chip.select_option("latin-1")
    await expect(rows.first).to_contain_text("Créée", timeout=30_000)
    await expect(page.locator(".c-dataset")).to_have_count(1)
    await expect(page.locator(".c-attachment")).to_have_count(2)  # the file, and "add data"
    await page.reload()
    await expect(rows.first).to_contain_text("Créée", timeout=30_000)
    await expect(page.locator(".c-dataset")).to_have_count(1)


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
