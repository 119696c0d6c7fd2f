"""The zip archive of a workbook: whether it is safe to unpack, and which sheets it has."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from cherry_reflex.core.errors import BadInput

INFLATED_BYTES_MAX = 1_500_000_000
_PART_BYTES_MAX = 20_000_000
"""Of the small parts: the list of sheets, the styles."""
_RATIO_MAX = 200
_RATIO_FROM_BYTES = 50_000_000
_BOOK = "xl/workbook.xml"
_BOOK_LINKS = "xl/_rels/workbook.xml.rels"
_MACROS = "xl/vbaProject.bin"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ElementTree.ParseError,
)


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its name, its part in the archive, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Book:
    """What a workbook says of itself. `from_1904`: its dates count from 1904. `recalculates`: a
    program wrote its formulas without calculating them, Excel is to do so when it opens it."""

    sheets: tuple[Sheet, ...]
    from_1904: bool
    macros: bool
    recalculates: bool


@contextmanager
def opened(source: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Open the archive of a workbook that is safe to unpack.

    Raises BadInput: `file_damaged`, `file_inflates` (more bytes than allowed), `file_ratio`
    (packed far more densely than any workbook is).
    """
    try:
        archive = zipfile.ZipFile(source)
    except (*_DAMAGED, OSError) as error:
        raise BadInput("file_damaged", str(error), name=name) from error
    with archive:
        try:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            packed = max(1, sum(entry.compress_size for entry in entries))
            if total > INFLATED_BYTES_MAX:
                raise BadInput("file_inflates", name=name, limit=INFLATED_BYTES_MAX)
            if total > _RATIO_FROM_BYTES and total / packed > _RATIO_MAX:
                raise BadInput("file_ratio", name=name, ratio=_RATIO_MAX)
            yield archive
        except _DAMAGED as error:
            raise BadInput("file_damaged", str(error), name=name) from error


def read_book(archive: zipfile.ZipFile) -> Book:
    """Return the sheets of a workbook and how it counts its dates."""
    links = {
        link.get("Id", ""): posixpath.normpath(posixpath.join("xl", link.get("Target", "")))
        if not link.get("Target", "").startswith("/")
        else link.get("Target", "").lstrip("/")
        for link in small_part(archive, _BOOK_LINKS)
        if link.get("Type", "").endswith("/worksheet")
    }
    sheets: list[Sheet] = []
    from_1904 = recalculates = False
    for element in small_part(archive, _BOOK).iter():
        tag = element.tag.rsplit("}", 1)[-1]
        if tag == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true")
        elif tag == "calcPr":
            recalculates = element.get("fullCalcOnLoad") in ("1", "true")
        elif tag == "sheet":
            link = next((v for key, v in element.items() if key.endswith("}id")), "")
            if link in links:
                hidden = element.get("state", "visible") != "visible"
                sheets.append(Sheet(element.get("name", ""), links[link], hidden))
    return Book(tuple(sheets), from_1904, _MACROS in archive.namelist(), recalculates)


def small_part(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    """Return a part of the archive as XML, read as far as parts of its kind are large.

    Raises ElementTree.ParseError when it is longer, or declares entities (which could grow without
    bound), zipfile.BadZipFile when there is none.
    """
    if part not in archive.namelist():
        raise zipfile.BadZipFile(f"{part} is missing")
    with archive.open(part) as file:
        data = file.read(_PART_BYTES_MAX + 1)
    if len(data) > _PART_BYTES_MAX or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ElementTree.ParseError(f"{part} is not as workbooks have it")
    return ElementTree.fromstring(data)  # noqa: S314
