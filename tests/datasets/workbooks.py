"""Workbooks made for tests, and the tables that were read of them."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet
import xlsxwriter

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats import xlsx
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.i18n.catalogue import text

Build = Callable[[Any], None]


@dataclass(frozen=True)
class Table:
    """A table that was read: its columns by name, and the rest of what was understood."""

    columns: dict[str, list[Any]]
    raw: Raw

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return list(zip(*self.columns.values(), strict=True))

    @property
    def keys(self) -> list[str]:
        return [note if isinstance(note, str) else note.key for note in self.raw.notes]

    def said(self, language: Language) -> str:
        return " ".join(
            text(f"fact.note.{note}", language)
            if isinstance(note, str)
            else text(f"fact.note.{note.key}", language, **note.params)
            for note in self.raw.notes
        )

    @property
    def left_out(self) -> list[tuple[str, int, int]]:
        assert self.raw.parsed is not None
        return [(one.reason, one.row, one.rows) for one in self.raw.parsed.left_out]

    @property
    def texts(self) -> list[str]:
        assert self.raw.parsed is not None
        return [one.text for one in self.raw.parsed.left_out]

    @property
    def options(self) -> ParseOptions:
        assert self.raw.parsed is not None
        return self.raw.parsed.options


def book_of(build: Build, **options: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd", **options}) as book:
        build(book)
    return out.getvalue()


def read_bytes(folder: Path, data: bytes, **options: Any) -> list[Table]:
    source = folder / "book.xlsx"
    source.write_bytes(data)
    found = xlsx.parse(source, "book.xlsx", folder, ParseOptions(**options))
    tables = []
    for raw in found:
        assert raw.parsed is not None
        tables.append(Table(pyarrow.parquet.read_table(raw.path).to_pydict(), raw))
        for language in (ENGLISH, KOREAN):
            assert "{" not in tables[-1].said(language)
    return tables


def read(folder: Path, build: Build, **options: Any) -> list[Table]:
    return read_bytes(folder, book_of(build), **options)


def rows_of(*rows: list[Any], sheet: str = "Sheet1") -> Build:
    def build(book: Any) -> None:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)

    return build
