"""Parts of dates compared with values: hours, weekdays by name, months of the year."""

from cherry_reflex.analysis.reading.compiler.moments import moment, part
from cherry_reflex.analysis.reading.compiler.spans import span_of
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.sql.duckdb import literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.core.reading.expression import Grain
from cherry_reflex.i18n.catalogue import languages, text

_LONG = 3
"""A month or weekday is known by its first three letters in English."""


def part_condition(base: Typed, grain: Grain, op: str, value: Scalar) -> str | None:
    """Return the comparison of a part of a date with a value, or None where the value is itself a
    date (`month = 2024-03`), so that the whole dates are to be compared.

    Raises BadInput `filter_value`, `reading_not_time`.
    """
    number = _number(grain, value)
    if number is None:
        if moment(base) is not None and not isinstance(value, bool) and _is_dated(value):
            return None
        if base.kind == "text" and moment(base) is None:
            return f"{base.sql} {op} {literal(str(value))}"
        raise BadInput("filter_value", column=base.name, value=str(value))
    sign = "<>" if op == "!=" else op
    return f"{part(base, grain).sql} {sign} {number}"


def _number(grain: Grain, value: Scalar) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value)
    word = value.strip().casefold()
    if grain in ("weekday", "month", "month_of_year"):
        name, most = ("day", 7) if grain == "weekday" else ("month", 12)
        for number in range(1, most + 1):
            for language in languages():
                known = text(f"reading.{name}.{number}", language).casefold()
                long = text(f"reading.{name}_long.{number}", language).casefold()
                if word in (known, long) or (len(word) >= _LONG and long.startswith(word)):
                    return number
    plain = word.removeprefix("q").rstrip("월일시년분기").split(":")[0]
    if not plain.isdigit():
        return None
    return int(plain) if grain == "year" or len(plain) <= 2 else None


def _is_dated(value: Scalar) -> bool:
    return span_of(value) is not None
