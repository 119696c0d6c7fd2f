"""Files: read again in another encoding, from the chip."""

from pathlib import Path

import pytest
from playwright.async_api import expect

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
