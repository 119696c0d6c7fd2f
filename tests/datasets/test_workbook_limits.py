"""Workbooks that reach far, are spelt otherwise, or are made to do harm."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.errors import BadInput
from tests.datasets.workbooks import book_of, read, read_bytes, rows_of


def test_formatted_cells_and_stray_ones_make_no_rows(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        yellow = book.add_format({"bg_color": "yellow"})
        for row, cells in enumerate([["name", "score"], ["a", 1], ["b", 2], [], ["c", 3]]):
            page.write_row(row, 0, cells)
        for row in range(5, 60_000):
            page.write_blank(row, 0, None, yellow)
        page.write(3000, 4, 1)

    (table,) = read(tmp_path, build)
    assert table.rows == [("a", 1), ("b", 2), ("c", 3)]
    assert table.left_out == [("blank", 4, 1), ("note", 3001, 1)]


def test_a_cell_at_the_very_end_is_told_and_left_out(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        for row in range(60):
            page.write_row(row, 0, [f"name {row}", *([row] * 7)] if row else list("abcdefgh"))
        page.write(1_048_574, 7, 5)

    (table,) = read(tmp_path, build)
    assert len(table.rows) == 59
    assert table.left_out == [("note", 1_048_575, 1)]


def _repacked(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_in_another_spelling(tmp_path: Path) -> None:
    data = book_of(rows_of(["name", "qty"], ["bolt", 3], ["nut", 4]))

    def respelt(xml: bytes) -> bytes:
        for letter in (b"A", b"B"):
            for row in (b"1", b"2", b"3"):
                name = letter + row
                xml = xml.replace(b'<c r="' + name + b'" t="s">', b'<c t="s" r="' + name + b'" >')
        return xml

    changed = _repacked(data, SHEET, respelt)
    assert changed != data
    (table,) = read_bytes(tmp_path, changed)
    assert table.rows == [("bolt", 3), ("nut", 4)]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/workbook.xml", lambda xml: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + xml),
        ("xl/workbook.xml", lambda xml: xml[: len(xml) // 2]),
        ("xl/styles.xml", lambda xml: xml + b"<"),
        ("xl/_rels/workbook.xml.rels", lambda xml: b""),
    ],
    ids=["entities", "cut", "styles", "links"],
)
def test_damaged_parts_are_named(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes]
) -> None:
    data = _repacked(book_of(rows_of(["a", "b"], [1, 2])), part, change)
    with pytest.raises(BadInput, match="file_damaged"):
        read_bytes(tmp_path, data)


def test_merged_cells_of_a_hostile_sheet(tmp_path: Path) -> None:
    data = book_of(rows_of(["a", "b"], ["x", 2], ["y", 3]))
    merged = b'<mergeCells><mergeCell ref="A2:XFD1048576"/><mergeCell ref="B9:A1"/></mergeCells>'
    changed = _repacked(data, SHEET, lambda x: x.replace(b"<pageMargins", merged + b"<pageMargins"))
    (table,) = read_bytes(tmp_path, changed)
    assert table.columns["b"] == [2, 3]
