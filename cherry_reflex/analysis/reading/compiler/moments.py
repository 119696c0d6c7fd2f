"""Dates in columns of any type, and their parts."""

import re
from dataclasses import replace

from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.expression import Grain
from cherry_reflex.i18n.catalogue import text

_FORMS = (
    ("%Y-%m-%d %H:%M:%S", re.compile(r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}:\d{2}$")),
    ("%Y-%m-%d %H:%M", re.compile(r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}$")),
    ("%Y-%m-%d", re.compile(r"\d{4}-\d{1,2}-\d{1,2}$")),
    ("%Y/%m/%d", re.compile(r"\d{4}/\d{1,2}/\d{1,2}$")),
    ("%Y.%m.%d", re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}\.?$")),
    ("%Y%m%d", re.compile(r"(19|20)\d{2}[01]\d[0-3]\d$")),
    ("%Y-%m", re.compile(r"(19|20)\d{2}-(0?[1-9]|1[0-2])$")),
    ("%Y.%m", re.compile(r"(19|20)\d{2}\.(0[1-9]|1[0-2])$")),
    ("%Y%m", re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])$")),
    ("%Y", re.compile(r"(19|20)\d{2}$")),
)
_DAYS_MIN, _DAYS_MAX = 19_000_101, 21_001_231
FOLDING: tuple[Grain, ...] = ("weekday", "month_of_year", "hour_of_day")
"""Grains that fold all years (or days) together."""

_TRUNCATED = {
    "year": "year", "quarter": "quarter", "month": "month", "week": "week", "day": "day",
    "hour": "hour",
}  # fmt: skip
_PARTS = {
    "year": "year({})",
    "quarter": "quarter({})",
    "month": "month({})",
    "week": "weekofyear({})",
    "day": "day({})",
    "hour": "hour({})",
    "weekday": "isodow({})",
    "month_of_year": "month({})",
    "hour_of_day": "hour({})",
}


def moment(value: Typed) -> Typed | None:
    """Return the value as a date or a time of a date, or None when it is none: whole numbers that
    stand for years, months or days, and texts that are dates, are read as such."""
    if value.is_moment:
        return value
    column = value.column
    if column is None:
        return None
    if value.kind == "integer" and column.time in ("year", "year_month"):
        year, month = (value.sql, "1")
        if column.time == "year_month":
            year, month = f"{value.sql} // 100", f"{value.sql} % 100"
        return replace(value, sql=f"make_date({year}, {month}, 1)", kind="date")
    if value.kind == "integer" and _are_days(column.minimum, column.maximum):
        return replace(value, sql=f"try_strptime({value.sql}::VARCHAR, '%Y%m%d')", kind="date")
    if value.kind != "text" or not column.examples:
        return None
    examples = [str(example).strip() for example in column.examples]
    counts = {form: sum(bool(p.match(e)) for e in examples) for form, p in _FORMS}
    fitting = [form for form, count in counts.items() if count]
    if sum(counts[form] for form in fitting) * 2 < len(examples):
        return None
    forms = ", ".join(f"'{form}'" for form in fitting)
    read = f"try_strptime(replace(rtrim(trim({value.sql}), '.'), 'T', ' '), [{forms}])"
    has_time = any("%H" in form for form in fitting)
    return replace(value, sql=read, kind="datetime" if has_time else "date", column=column)


def needed_moment(value: Typed) -> Typed:
    """Return the value as a date. Raises BadInput `reading_not_time` when it is none."""
    found = moment(value)
    if found is None:
        raise BadInput("reading_not_time", column=value.name)
    return found


def part(value: Typed, grain: Grain) -> Typed:
    """Return a part of a date as a number: 3 for March, 1 for Monday. A number column that is that
    part already (an hour, a month) stays as it is."""
    if (found := moment(value)) is not None:
        sql = _PARTS[grain].format(found.sql)
        return Typed(sql, "integer", name=value.name, is_name=True)
    if value.kind == "time" and grain in ("hour", "hour_of_day"):
        return Typed(f"hour({value.sql})", "integer", name=value.name, is_name=True)
    if value.is_number:
        return replace(value, is_name=True)
    raise BadInput("reading_not_time", column=value.name)


def cut(value: Typed, grain: Grain) -> Typed:
    """Return a date cut to the beginning of its period, or the part by which all years are folded
    together: what rows are grouped and sorted by. A column that is the part already stays."""
    if grain in FOLDING:
        if value.kind == "text" and moment(value) is None:
            return value
        return part(value, grain)
    found = moment(value)
    if found is None:
        if value.is_number or value.kind == "text":
            return value
        raise BadInput("reading_not_time", column=value.name)
    cast = "TIMESTAMP" if grain == "hour" else "DATE"
    kind = "datetime" if grain == "hour" else "date"
    sql = f"date_trunc('{_TRUNCATED[grain]}', {found.sql})::{cast}"
    return Typed(sql, kind, name=value.name)  # type: ignore[arg-type]


def label(sql: str, key: Typed, grain: Grain, language: Language) -> str:
    """Return SQL for what a reader sees of a cut date: `2024`, `2024-Q1`, `2024-03`, `Mon`."""
    if key.kind == "integer" and grain in FOLDING:
        if grain == "hour_of_day":
            return f"printf('%02d:00', {sql})"
        numbers = range(1, 8) if grain == "weekday" else range(1, 13)
        name = "day" if grain == "weekday" else "month"
        cases = " ".join(
            f"WHEN {n} THEN '{text(f'reading.{name}.{n}', language)}'" for n in numbers
        )
        return f"CASE {sql} {cases} ELSE {sql}::VARCHAR END"
    if not key.is_moment:
        return sql
    if grain == "quarter":
        return f"strftime({sql}, '%Y') || '-Q' || quarter({sql})"
    forms = {"year": "%Y", "month": "%Y-%m", "hour": "%Y-%m-%d %H:00"}
    return f"strftime({sql}, '{forms.get(grain, '%Y-%m-%d')}')"


def _are_days(low: object, high: object) -> bool:
    if not isinstance(low, int) or not isinstance(high, int):
        return False
    return low >= _DAYS_MIN and high <= _DAYS_MAX and 1 <= low // 100 % 100 <= 12
