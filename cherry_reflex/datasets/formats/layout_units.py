"""Units that are written around a table, given to the columns that they are about."""

from collections.abc import Sequence

from cherry_reflex.datasets.formats import layout_words
from cherry_reflex.datasets.formats.header_rows import ColumnKind, Header


def units_of_columns(
    header: Header, texts: Sequence[str], columns: Sequence[ColumnKind]
) -> dict[str, str]:
    """Return units by name: of the heading (`매출(천원)`), of a row of units below it, and of the
    `texts` above it (`단위: 천원`), which are about the numbers that have none yet."""
    units: dict[str, str] = dict(header.units)
    for name in header.names:
        if name and name not in units and (unit := layout_words.unit_of_name(name)):
            units[name] = unit
    told = next(filter(None, (_told(text) for text in texts)), "")
    if not told:
        return units
    numbers = [
        name
        for name, column in zip(header.names, columns, strict=False)
        if name and column.kind == "number" and not column.years
    ]
    free = [
        name
        for name in numbers
        if name not in units and not layout_words.is_number_of_a_thing(name)
    ]
    listed = layout_words.units_listed(told)
    others = [unit for unit in listed if unit != "%"]
    if len(listed) == 1:
        given = {name: listed[0] for name in free if not layout_words.is_rate(name) or told == "%"}
    elif "%" in listed and len(others) == 1:
        given = {name: "%" if layout_words.is_rate(name) else others[0] for name in free}
    elif len(listed) == len(free):
        given = dict(zip(free, listed, strict=True))
    else:
        given = {}
    return {**given, **units}


def _told(text: str) -> str:
    plain = text.lstrip("#/ ")
    unit = layout_words.unit_within(plain) or layout_words.unit_of(plain)
    return unit if unit and layout_words.has_unit(unit) else ""
