"""How a file was read: shown, and corrected, on the page in both languages."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from playwright.async_api import Locator, Page, expect

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.i18n.catalogue import text
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import clean

READ_MS = 30_000
SCREENS: list[dict[str, Any]] = [
    {"locale": "en-US", "color_scheme": "light"},
    {"locale": "ko-KR", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
]
both = pytest.mark.parametrize("visit", SCREENS, indirect=True, ids=["en", "ko-phone"])

PRICES = """Stück;Preis;Datum
1;1,250;03.04.2025
2;2,375;04.04.2025
3;3,500;05.04.2025
"""
REPORT = """Sales report 2025
As of: January

Month,Region,Amount
2025-01,Seoul,100
2025-01,Busan,50
2025-02,Seoul,120
2025-02,Busan,70
Total,,340
Source: the shop's books
"""
RAGGED = "name,price\nplum,3\ncherry,4\npear,5,too much\napple,6\n"
TIMES = """id,at,1월,2월,3월
a,2025-03-01T10:00:00+09:00,1,2,3
b,2025-03-02T11:30:00+09:00,4,5,6
"""


def workbook() -> bytes:
    """Two sheets that are shown and a hidden one."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name, first in (("매출", "지점"), ("재고", "창고"), ("원본", "코드")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, [first, "수량", "금액"])
            for row, place in enumerate(("서울", "부산", "대구"), 1):
                sheet.write_row(row, 0, [place, row, row * 1000])
            if name == "원본":
                sheet.hide()
    return made.getvalue()


class Dialog:
    """The dialog of one dataset, in the language of the page."""

    def __init__(self, page: Page, language: Language) -> None:
        self.page = page
        self.language = language
        self.root = page.get_by_role("dialog")
        self.rows = page.locator(".c-dataset .c-preview tbody tr")

    def says(self, key: str, **params: Any) -> str:
        return text(f"ui.parse.{key}", self.language, **params)

    async def upload(self, name: str, content: str | bytes, datasets: int = 1) -> None:
        body = content if isinstance(content, bytes) else content.encode()
        await self.page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "", "buffer": body}
        )
        cards = self.page.locator(".c-dataset")
        await expect(cards).to_have_count(datasets, timeout=READ_MS)

    def button(self, dataset: int = 0) -> Locator:
        return self.page.locator(".c-dataset__read").nth(dataset)

    async def open(self, dataset: int = 0) -> None:
        await expect(self.button(dataset)).to_contain_text(self.says("title"))
        await self.button(dataset).click()
        await expect(self.root).to_have_accessible_name(self.says("title"))
        await expect(self.root.locator("form")).to_be_visible(timeout=READ_MS)

    def field(self, name: str) -> Locator:
        return self.root.locator(f'[name="{name}"]')

    async def choose(self, changes: Mapping[str, str]) -> None:
        for name, value in changes.items():
            field = self.field(name)
            if await field.evaluate("one => one.tagName") == "SELECT":
                await field.select_option(value)
            else:
                await field.fill(value)

    async def send(self) -> None:
        await self.root.get_by_role("button", name=self.says("read_again")).click()

    async def correct(self, changes: Mapping[str, str]) -> None:
        """Open, change, read again: it closes, and the new dataset is in the old one's place."""
        cards = await self.page.locator(".c-dataset").count()
        before = await self.button().get_attribute("data-parse")
        await self.open()
        await self.choose(changes)
        await self.send()
        await expect(self.root).to_be_hidden(timeout=READ_MS)
        await expect(self.button()).not_to_have_attribute("data-parse", str(before))
        await expect(self.page.locator(".c-dataset")).to_have_count(cards)
        await expect(self.button()).to_be_focused()

    async def left_out(self) -> list[str]:
        found = self.root.locator(".c-parse__left-out > li")
        return [
            " | ".join(await one.locator("span").all_inner_texts()) for one in await found.all()
        ]


async def dialog_of(visit: Visit) -> Dialog:
    page = await visit.page()
    korean = await page.locator("html").get_attribute("lang") == "ko"
    return Dialog(page, KOREAN if korean else ENGLISH)


@pytest.mark.timeout(180)
@both
async def test_decimal_commas_dates_types_and_units(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    await dialog.upload("preise.csv", PRICES.encode("cp1252"))
    await expect(dialog.rows.first).to_contain_text("1.25", timeout=READ_MS)
    await expect(dialog.button()).to_contain_text(dialog.says("guessed"))
    await dialog.open()
    guessed = dialog.root.locator("label", has=dialog.page.locator(".c-guess"))
    assert dialog.says("encoding") in " ".join(await guessed.all_inner_texts())
    await expect(dialog.field("delimiter")).to_have_value(";")
    await expect(dialog.field("decimal_mark")).to_have_value(",")
    await clean(dialog.page, "dialog")
    await visit.shot(dialog.page, f"parse-{dialog.language}")
    # Nothing is lost when it is left: the page is as before, and the focus where it was.
    await dialog.page.keyboard.press("Escape")
    await expect(dialog.root).to_be_hidden()
    await expect(dialog.button()).to_be_focused()
    await dialog.correct({"decimal_mark": ".", "day_first": "false"})
    await expect(dialog.rows.first).to_contain_text("1250")
    await expect(dialog.rows.first).to_contain_text("2025-03-04")
    await dialog.correct({"type:0": "text", "unit:1": "€"})
    await expect(dialog.page.locator(".c-columns__one").first).not_to_contain_text(
        text("ui.type_integer", dialog.language)
    )
    await dialog.open()
    # What was said before still holds.
    await expect(dialog.field("decimal_mark")).to_have_value(".")
    await expect(dialog.field("day_first")).to_have_value("false")
    await expect(dialog.field("unit:1")).to_have_value("€")
    assert visit.errors == []


@pytest.mark.timeout(180)
@both
async def test_an_encoding_and_a_delimiter(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    await dialog.upload("noms.csv", "nom,prix\nCréée,3\nAgréée,4\n".encode("cp1252"))
    await dialog.correct({"encoding": "cp949"})
    await expect(dialog.rows.first).not_to_contain_text("Créée")
    # What cannot be read so stays as it is, and says why, in the dialog.
    await dialog.open()
    await dialog.choose({"encoding": "utf-8"})
    await dialog.send()
    alert = dialog.root.get_by_role("alert")
    await expect(alert).to_contain_text("noms.csv", timeout=READ_MS)
    await expect(dialog.field("encoding")).to_have_value("utf-8")
    await clean(dialog.page, "dialog with an error")
    await dialog.choose({"encoding": "cp1252"})
    await dialog.send()
    await expect(dialog.root).to_be_hidden(timeout=READ_MS)
    await expect(dialog.rows.first).to_contain_text("Créée")
    await dialog.correct({"delimiter": ";"})
    await expect(dialog.page.locator(".c-columns__one")).to_have_count(1)
    assert visit.errors == []


@pytest.mark.timeout(180)
@both
async def test_titles_headings_totals_and_notes(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    await dialog.upload("report.csv", REPORT)
    await expect(dialog.rows).to_have_count(4, timeout=READ_MS)
    await dialog.open()
    values = [await dialog.field(f"{n}_rows").input_value() for n in ("skip", "header", "footer")]
    assert values == ["3", "1", "1"]
    left = await dialog.left_out()
    row, total = dialog.says("row", row=9), dialog.says("reason_total")
    assert [one for one in left if "Total" in one] == [f"{row} | {total} | Total 340"]
    assert any(one.startswith(dialog.says("row", row=1)) and "Sales report" in one for one in left)
    await dialog.page.keyboard.press("Escape")
    await dialog.correct({"totals": "keep"})
    await expect(dialog.rows).to_have_count(5)
    await expect(dialog.rows.last).to_contain_text("340")
    # Without its footer the file has a row that is none, which may be left out as such.
    await dialog.open()
    await dialog.choose({"footer_rows": "0"})
    await dialog.send()
    await expect(dialog.root.get_by_role("alert")).to_contain_text("report.csv", timeout=READ_MS)
    await dialog.root.get_by_role("switch", name=dialog.says("skip_ragged")).check()
    await dialog.send()
    await expect(dialog.root).to_be_hidden(timeout=READ_MS)
    await expect(dialog.rows).to_have_count(5)
    await dialog.correct({"skip_rows": "4", "header_rows": "0"})
    await expect(dialog.page.locator(".c-columns__name").first).not_to_have_text("Month")
    assert visit.errors == []


@pytest.mark.timeout(180)
@both
async def test_a_file_with_ragged_rows_is_read_without_them_after_a_yes(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    await dialog.upload("fruit.csv", RAGGED, datasets=0)
    alert = dialog.page.get_by_role("alert")
    await expect(alert).to_contain_text("4", timeout=READ_MS)
    await clean(dialog.page, "ragged file")
    await dialog.page.get_by_role("button", name=dialog.says("without_rows")).click()
    await expect(dialog.rows).to_have_count(3, timeout=READ_MS)
    await dialog.open()
    row, reason = dialog.says("row", row=4), dialog.says("reason_ragged")
    assert await dialog.left_out() == [f"{row} | {reason} | pear,5,too much"]
    switch = dialog.root.get_by_role("switch", name=dialog.says("skip_ragged"))
    await expect(switch).to_be_checked()
    await switch.uncheck()
    await dialog.send()
    await expect(dialog.root.get_by_role("alert")).to_contain_text("fruit.csv", timeout=READ_MS)
    await expect(dialog.rows).to_have_count(3)
    # The browser itself logs that the file was refused at first.
    assert [error for error in visit.errors if "(Bad Request)" not in error] == []


@pytest.mark.timeout(180)
@both
async def test_times_of_another_zone_and_months_as_rows(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    await dialog.upload("times.csv", TIMES)
    await expect(dialog.rows).to_have_count(2, timeout=READ_MS)
    await dialog.open()
    await dialog.choose({"time_zone": "Asia/Nowhere"})
    await dialog.send()
    await expect(dialog.root.get_by_role("alert")).to_contain_text("Nowhere", timeout=READ_MS)
    await dialog.page.keyboard.press("Escape")
    await dialog.correct({"time_zone": "UTC"})
    await expect(dialog.rows.first).to_contain_text("01:00:00")
    await dialog.open()
    await dialog.root.get_by_role("switch", name=dialog.says("months_as_rows")).check()
    await dialog.send()
    await expect(dialog.root).to_be_hidden(timeout=READ_MS)
    await expect(dialog.page.locator(".c-dataset__shape")).to_contain_text("6")
    assert visit.errors == []


@pytest.mark.timeout(180)
@both
async def test_a_workbook_of_two_sheets_and_a_hidden_one(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    await dialog.upload("장부.xlsx", workbook(), datasets=2)
    names = dialog.page.locator(".c-dataset .c-columns__one:first-child .c-columns__name")
    await expect(names).to_have_text(["지점", "창고"])
    # The second stays the second when its headings are read otherwise.
    await dialog.open(1)
    await expect(dialog.field("sheet")).to_have_value("재고")
    assert await dialog.field("sheet").locator("option").all_inner_texts() == ["재고", "원본"]
    await dialog.choose({"header_rows": "0"})
    await dialog.send()
    await expect(dialog.root).to_be_hidden(timeout=READ_MS)
    await expect(names).not_to_have_text(["지점", "창고"])
    await expect(dialog.page.locator(".c-dataset")).to_have_count(2)
    await expect(dialog.page.locator(".c-dataset__head").last).to_contain_text("재고")
    await dialog.open(1)
    await dialog.choose({"sheet": "원본", "header_rows": "1"})
    await dialog.send()
    await expect(dialog.root).to_be_hidden(timeout=READ_MS)
    await expect(names).to_have_text(["지점", "코드"])
    assert visit.errors == []


@pytest.mark.timeout(120)
async def test_it_is_used_with_the_keyboard_alone(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    await dialog.upload("report.csv", REPORT)
    await dialog.button().focus()
    await dialog.page.keyboard.press("Enter")
    await expect(dialog.root.locator("form")).to_be_visible(timeout=READ_MS)
    for _ in range(60):
        await dialog.page.keyboard.press("Tab")
        where = dialog.page.locator(":focus")
        assert await where.evaluate("one => one.closest('[role=dialog]') !== null")
        if await where.get_attribute("name") == "totals":
            break
    await dialog.page.keyboard.press("ArrowDown")
    await dialog.page.keyboard.press("Escape")
    await expect(dialog.button()).to_be_focused()
    await dialog.page.keyboard.press("Enter")
    await expect(dialog.root.locator("form")).to_be_visible(timeout=READ_MS)
    await dialog.field("header_rows").press("Enter")
    await expect(dialog.root).to_be_hidden(timeout=READ_MS)
    await expect(dialog.button()).to_be_focused()
    assert visit.errors == []


@pytest.mark.timeout(120)
async def test_every_column_of_a_wide_file_can_be_changed(visit: Visit) -> None:
    dialog = await dialog_of(visit)
    names = [f"c{number}" for number in range(150)]
    rows = ",".join(names) + "\n" + ("\n".join([",".join("1" * 150)] * 3)) + "\n"
    await dialog.upload("wide.csv", rows)
    await dialog.open()
    await expect(dialog.field("type:149")).to_have_count(0)
    await dialog.field("type:3").select_option("text")
    await dialog.root.get_by_role("button", name="50").click()
    # What was changed before the rest was shown is still so.
    await expect(dialog.field("type:3")).to_have_value("text")
    await dialog.field("type:149").select_option("number")
    await dialog.send()
    await expect(dialog.root).to_be_hidden(timeout=READ_MS)
    await dialog.open()
    await expect(dialog.field("type:3")).to_have_value("category")
    await dialog.root.get_by_role("button", name="50").click()
    await expect(dialog.field("type:149")).to_have_value("number")
    assert visit.errors == []
