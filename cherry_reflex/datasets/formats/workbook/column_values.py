"""Values of a column: the reader's texts become numbers, dates and times where the cells are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cherry_reflex.datasets.formats.workbook.exact_cells import ExactCell
from cherry_reflex.datasets.formats.workbook.number_format import CellFormat
from cherry_reflex.datasets.formats.workbook.sheet_scan import Written

_HOURS_A_DAY = 24
_SECONDS_A_DAY = 86_400
_DAYS_OF_DURATIONS = 366
"""A time format over a larger number shows the time of a date."""
_SHARE = 0.5
_PLAIN = CellFormat()

Remark = Literal["", "hours", "mixed_times"]


@dataclass(frozen=True)
class ColumnValues:
    """The values of a column as an Arrow array, the unit that their format shows, and what there
    is to say of how they were read."""

    values: Any
    unit: str = ""
    remark: Remark = ""


def column_values(
    texts: Any,
    written: Sequence[Written],
    formats: Sequence[CellFormat],
    unit: str,
    present: int,
) -> ColumnValues:
    """Return the values of a column whose cells are `written` so (all of them in the sheet);
    `present` is how many cells the texts come from."""
    import pyarrow
    import pyarrow.compute

    cells = Counter[str]()
    for one in written:
        shown = _format(formats, one.style).shown if one.type == "n" else one.type
        cells["n" if shown in ("number", "percent") else shown] += one.cells
    dated = cells["date"] + cells["datetime"]
    if present and dated:
        moments = _cast(texts, pyarrow.timestamp("us"))
        if moments is not None and dated >= present:
            return ColumnValues(moments)
        texts = pyarrow.compute.replace_substring_regex(texts, " 00:00:00$", "")
    if present and cells["n"] >= present:
        numbers = _cast(texts, pyarrow.float64())
        if numbers is not None:
            return ColumnValues(_whole(numbers), unit)
    return ColumnValues(texts, unit)


def shown_unit(styles: Mapping[int, int], formats: Sequence[CellFormat]) -> str:
    """Return the unit that the formats of most numbers show; `styles` counts cells by style."""
    counted = Counter[str]()
    for style, cells in styles.items():
        shown = _format(formats, style)
        if shown.shown in ("number", "percent"):
            counted[shown.unit] += cells
    if not counted:
        return ""
    unit, cells = counted.most_common(1)[0]
    return unit if cells > _SHARE * counted.total() else ""


def has_times(written: Sequence[Written], formats: Sequence[CellFormat]) -> bool:
    """Whether some cells of a column are shown as times of day or as durations."""
    return any(
        one.type == "n" and _format(formats, one.style).shown in ("time", "duration")
        for one in written
    )


def timed_values(
    texts: Any, rows: Sequence[int], cells: Mapping[int, ExactCell], formats: Sequence[CellFormat]
) -> ColumnValues | None:
    """Return a column with times or durations: times of day as texts (`09:30`), durations as
    hours, and both with dates or others as texts. None when no row of `rows` holds a time.

    `rows` are the rows of the sheet (from 1) that the texts stand in.
    """
    import pyarrow

    found = [_timed(cells.get(row), formats) for row in rows]
    kinds = {kind for kind, _ in found if kind}
    others = any(
        text is not None and not kind
        for text, (kind, _) in zip(texts.to_pylist(), found, strict=True)
    )
    if not kinds & {"time", "duration"}:
        return None
    if kinds == {"time", "duration"} and not others and not _is_bracketed(rows, cells, formats):
        # Hours past midnight in a format for times: all of them are durations.
        kinds = {"duration"}
    if kinds == {"duration"} and not others:
        hours = [None if value is None else round(value * _HOURS_A_DAY, 9) for _, value in found]
        return ColumnValues(_whole(pyarrow.array(hours, pyarrow.float64())), "h", "hours")
    seconds = any(
        kind == "time" and value is not None and round(value * _SECONDS_A_DAY) % 60
        for kind, value in found
    )
    written: list[str | None] = []
    for text, (kind, value) in zip(texts.to_pylist(), found, strict=True):
        if kind in ("time", "duration") and value is not None:
            written.append(
                _clock(value, seconds=seconds or kind == "duration", padded=kind == "time")
            )
        else:
            written.append(text.removesuffix(" 00:00:00") if text else text)
    alone = kinds == {"time"} and not others
    return ColumnValues(
        pyarrow.array(written, pyarrow.string()), "", "" if alone else "mixed_times"
    )


def _timed(
    cell: ExactCell | None, formats: Sequence[CellFormat]
) -> tuple[Literal["", "time", "duration"], float | None]:
    if cell is None or cell.number is None:
        return "", None
    shown = _format(formats, cell.style).shown
    if shown == "duration":
        return "duration", cell.number
    if shown == "time" and 0 <= cell.number < _DAYS_OF_DURATIONS:
        return ("time" if cell.number < 1 else "duration"), cell.number
    return "", None


def _is_bracketed(
    rows: Sequence[int], cells: Mapping[int, ExactCell], formats: Sequence[CellFormat]
) -> bool:
    found = (cells[row] for row in rows if row in cells)
    return any(_format(formats, cell.style).shown == "duration" for cell in found)


def _clock(days: float, *, seconds: bool, padded: bool) -> str:
    total = round(days * _SECONDS_A_DAY)
    sign, total = ("-", -total) if total < 0 else ("", total)
    hours, rest = divmod(total, 3600)
    text = f"{sign}{hours:02d}" if padded else f"{sign}{hours}"
    text += f":{rest // 60:02d}"
    return f"{text}:{rest % 60:02d}" if seconds else text


def _format(formats: Sequence[CellFormat], style: int) -> CellFormat:
    return formats[style] if style < len(formats) else _PLAIN


def _cast(texts: Any, kind: Any) -> Any:
    import pyarrow
    import pyarrow.compute

    try:
        return pyarrow.compute.cast(texts, kind)
    except pyarrow.ArrowInvalid:
        return None


def _whole(numbers: Any) -> Any:
    """Excel keeps every number as a float: those that are all whole become integers."""
    import pyarrow
    import pyarrow.compute

    try:
        return pyarrow.compute.cast(numbers, pyarrow.int64(), safe=True)
    except pyarrow.ArrowInvalid:
        return numbers
