"""JSON: rows as objects or lists, alone, one a line, or somewhere inside of an answer; nested
objects become columns named `outer.inner`, lists inside stay JSON text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats import encoding
from cherry_reflex.datasets.formats.json_table import JsonTable, Number
from cherry_reflex.datasets.formats.json_tables import Found, find_table
from cherry_reflex.datasets.formats.raw import Raw

DEPTH_MAX = 64
_CHARS_MAX = 400_000_000
_SPACE = re.compile(r"[\s,]*")
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_DECODER = json.JSONDecoder(
    parse_constant=lambda constant: None, parse_int=Number, parse_float=Number
)
"""Numbers stay as they are written: a double holds 15 digits, and Python refuses 4,301."""


def parse(source: Path, name: str, work: Path, options: ParseOptions) -> list[Raw]:
    """Read a JSON file into text columns. `options.sheet` is the path of the wanted table
    (`response.body.items.item`) where a file holds several.

    Raises BadInput: those of `encoding.read` (but any length of line is allowed), `json_invalid`
    (line and reason), `json_deep`, `json_shape`, `json_large`, `columns_many`, `table_empty`.
    """
    reading = encoding.read(source, work, name, options.encoding or "", line_bytes_max=_CHARS_MAX)
    if reading.path.stat().st_size > _CHARS_MAX:
        raise BadInput("json_large", name=name, limit=_CHARS_MAX)
    content = reading.path.read_text("utf-8").lstrip("\ufeff").strip()
    if not content:
        raise BadInput("table_empty", name=name)
    _check_depth(content, name)
    rows, found = _rows(content, name, options.sheet or "")
    table = JsonTable(work, name, options, reading, found)
    for line, row in rows:
        table.add(row, line)
    return table.close()


def _check_depth(content: str, name: str) -> None:
    depth = 0
    for found in _STRUCTURE.finditer(content):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                line = content.count("\n", 0, found.start()) + 1
                raise BadInput("json_deep", name=name, line=line, limit=DEPTH_MAX)
        elif mark in "]}":
            depth -= 1


_Rows = Iterator[tuple[int, Any]]
"""Rows with the line at which each ends; 0 where that is not told."""


def _rows(content: str, name: str, wanted: str) -> tuple[_Rows, Found]:
    """Return the rows of the file one by one, whatever holds them."""
    if content[0] == "[":
        return _Lines(content).told(_array(content, name)), Found()
    first, end = _decode(content, 0, name)
    if end == len(content) and isinstance(first, dict):
        found = find_table(first, wanted)
        return ((0, row) for row in found.rows), found
    return _Lines(content).told(_values(content, name)), Found()


class _Lines:
    """Tells the lines of places that come one after another."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._line, self._place = 1, 0

    def told(self, values: Iterator[tuple[Any, int]]) -> _Rows:
        for value, place in values:
            self._line += self._content.count("\n", self._place, place)
            self._place = place
            yield self._line, value


def _values(content: str, name: str) -> Iterator[tuple[Any, int]]:
    place = 0
    while place < len(content):
        value, place = _decode(content, place, name)
        yield value, place
        match = _SPACE.match(content, place)
        place = match.end() if match else place


def _array(content: str, name: str) -> Iterator[tuple[Any, int]]:
    place = _skip(content, 1)
    while place < len(content) and content[place] != "]":
        value, place = _decode(content, place, name)
        yield value, place
        place = _skip(content, place)
        if place < len(content) and content[place] == ",":
            place = _skip(content, place + 1)
        elif place >= len(content) or content[place] != "]":
            raise _invalid(content, place, "',' or ']' expected", name)
    if place >= len(content):
        raise _invalid(content, place, "the file ends inside the array", name)
    if content[place + 1 :].strip():
        raise _invalid(content, place + 1, "text after the array", name)


def _skip(content: str, place: int) -> int:
    while place < len(content) and content[place] in " \t\r\n":
        place += 1
    return place


def _decode(content: str, place: int, name: str) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(content, place)
    except json.JSONDecodeError as error:
        raise _invalid(content, error.pos, error.msg, name) from error
    except RecursionError as error:
        raise BadInput("json_deep", name=name, line=1, limit=DEPTH_MAX) from error


def _invalid(content: str, place: int, reason: str, name: str) -> BadInput:
    line = content.count("\n", 0, place) + 1
    return BadInput("json_invalid", reason, name=name, line=line, reason=reason)
