"""What was understood of a file as fields of a form, and the form as options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from cherry_reflex.core.column import Column, ColumnType
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import NUMERIC
from cherry_reflex.core.parse_options import ParseOptions, ParseReport

Section = Literal["file", "rows", "values"]
Kind = Literal["select", "number", "switch", "text"]

_ENCODINGS = (
    "utf-8", "cp949", "utf-16", "cp1252", "latin-1", "shift_jis", "gb18030", "big5",
)  # fmt: skip
_KNOWN_AS = {"iso8859-1": "latin-1", "euc_kr": "cp949", "utf-8-sig": "utf-8", "utf-16-le": "utf-16"}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space"}
_ZONES = (
    "UTC", "Asia/Seoul", "Asia/Tokyo", "Asia/Shanghai", "Asia/Kolkata", "Europe/London",
    "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles",
)  # fmt: skip
_DIGITS_MAX = 10
_HEADER_ROWS_MAX = 3
_OPEN = ""
"""The value of a select whose option is to be found out."""
_ON = "on"


@dataclass(frozen=True)
class Option:
    """A value of a select. What it is called is `label`, or the sentence of `key`, which may use
    the value."""

    value: str
    key: str = ""
    label: str = ""


@dataclass(frozen=True)
class ParseField:
    """One option of ParseOptions as a control. A switch that is on has the value `on`."""

    name: str
    section: Section
    kind: Kind
    value: str
    options: list[Option]
    """The values of a select, the suggestions of a text."""
    is_guess: bool = False
    most: int = 0
    """The largest number that may be given; 0 for any."""
    label: str = ""
    """Another key than `ui.parse.<name>` for what it is called."""


@dataclass(frozen=True)
class ColumnField:
    """The type and the unit of a column; a column that is no number has no unit."""

    place: int
    name: str
    type: str
    types: list[str]
    has_unit: bool
    unit: str


def report_of(dataset: Dataset) -> ParseReport:
    """Return how the file of a dataset was read; what is known of it where no report is kept."""
    used = ParseOptions(sheet=dataset.sheet or None, encoding=dataset.encoding or None)
    return dataset.parsed or ParseReport(options=used)


def fields_of(report: ParseReport, sheets: Sequence[str]) -> list[ParseField]:
    """Return the controls that the report of a file gives sense to. `sheets` are those of the
    workbook that the dataset could be read from."""
    used, guesses = report.options, frozenset(report.guesses)
    made: list[ParseField] = []

    def add(
        name: str, section: Section, kind: Kind, value: Any, options: Sequence[Option] = (),
        label: str = "",
    ) -> None:  # fmt: skip
        is_guess = name in guesses and name != "months_as_rows"  # which is an offer
        most = _HEADER_ROWS_MAX if name == "header_rows" else 0
        made.append(ParseField(name, section, kind, str(value), [*options], is_guess, most, label))

    is_text = used.encoding is not None
    if used.sheet is not None and is_text:
        add("sheet", "file", "text", used.sheet, label="ui.parse.path")
    elif used.sheet is not None and len(sheets) > 1:
        add("sheet", "file", "select", used.sheet, [Option(one, label=one) for one in sheets])
    if used.table is not None:
        numbers = [Option(str(n), "ui.parse.table_number") for n in range(1, report.tables + 1)]
        add("table", "file", "select", used.table, [*numbers, Option("0", "ui.parse.table_whole")])
    if used.encoding is not None:
        now = _plain(used.encoding)
        known = dict.fromkeys((now, *_ENCODINGS))
        add("encoding", "file", "select", now, [Option(one, label=one) for one in known])
    if used.delimiter is not None:
        known = dict.fromkeys((used.delimiter, *_DELIMITERS))
        add("delimiter", "file", "select", used.delimiter, [_delimiter(one) for one in known])
    for name in ("skip_rows", "header_rows", "footer_rows"):
        if (count := getattr(used, name)) is not None:
            add(name, "rows", "number", count)
    if used.totals is not None:
        kept = [Option(one, f"ui.parse.totals_{one}") for one in ("leave_out", "keep")]
        add("totals", "rows", "select", used.totals, kept)
    if used.delimiter is not None:
        add("skip_ragged", "rows", "switch", _ON if used.skip_ragged else "")
    if used.months_as_rows is not None:
        add("months_as_rows", "rows", "switch", _ON if used.months_as_rows else "")
    if is_text or used.decimal_mark is not None:
        marks = [Option(".", "ui.parse.decimal_point"), Option(",", "ui.parse.decimal_comma")]
        add("decimal_mark", "values", "select", used.decimal_mark or _OPEN,
            _open(marks, used.decimal_mark))  # fmt: skip
    if is_text or used.day_first is not None:
        orders = [
            Option("true", "ui.parse.day_first_true"),
            Option("false", "ui.parse.day_first_false"),
        ]
        value = _OPEN if used.day_first is None else str(used.day_first).lower()
        add("day_first", "values", "select", value, _open(orders, used.day_first))
    if used.time_zone is not None:
        add("time_zone", "values", "text", used.time_zone, [Option(one) for one in _ZONES])
    return made


def columns_of(columns: Sequence[Column]) -> list[ColumnField]:
    """Return the controls of the columns. Whether a text is a category is seen from its values,
    so one of the two is offered."""
    return [
        ColumnField(
            place=place,
            name=column.name,
            type=column.type,
            types=[
                kind
                for kind in get_args(ColumnType)
                if kind == column.type
                or kind not in ("other", "text" if column.type == "category" else "category")
            ],
            has_unit=column.type in NUMERIC,
            unit=column.unit,
        )
        for place, column in enumerate(columns)
    ]


def changes_of(
    form: Mapping[str, Any], fields: Sequence[ParseField], columns: Sequence[ColumnField]
) -> ParseOptions:
    """Return the options that a form changes: those that are set otherwise than they were shown.

    Raises BadInput `options_wrong`.
    """
    changed: dict[str, Any] = {}
    for field in fields:
        given = str(form.get(field.name, "")).strip(" " if field.kind == "text" else "")
        if given != field.value:
            changed[field.name] = _value(field, given)
    types, units = {}, {}
    for column in columns:
        kind = form.get(f"type:{column.place}", column.type)
        unit = str(form.get(f"unit:{column.place}", column.unit)).strip()
        if kind != column.type:
            types[column.name] = kind
        if unit != column.unit:
            units[column.name] = unit
    changed |= {name: said for name, said in (("types", types), ("units", units)) if said}
    return ParseOptions.of(changed)


def _value(field: ParseField, given: str) -> Any:
    """Return what a control says; None for what is to be found out."""
    if field.kind == "switch":
        return given == _ON
    if given == _OPEN:
        return None
    if field.kind == "number" or field.name == "table":
        return int(given) if given.isdecimal() and len(given) < _DIGITS_MAX else given
    return {"true": True, "false": False}.get(given, given) if field.name == "day_first" else given


def _plain(encoding: str) -> str:
    return _KNOWN_AS.get(encoding.lower(), encoding)


def _delimiter(mark: str) -> Option:
    if mark in _DELIMITERS:
        return Option(mark, f"ui.parse.delimiter_{_DELIMITERS[mark]}")
    return Option(mark, label=mark)


def _open(options: list[Option], value: Any) -> list[Option]:
    """Add the choice to have it found out, where nothing was found."""
    return [Option(_OPEN, "ui.parse.open"), *options] if value is None else options
