"""Figures as people write them: with their unit, percentages as such, years without separators."""

import datetime as dt
from typing import Any, Literal

from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import text

Style = Literal["number", "percent", "name"]
"""`percent` is written of a part of one (0.384 is 38.4%), `name` without separators."""

ONE = 6
"""Significant digits, at least, of a figure that was asked for."""
MANY = 4
_BEFORE = frozenset({"$", "€", "£", "¥", "₩", "US$"})
_CODES = {"usd": "$", "eur": "€", "gbp": "£", "krw": "₩"}
_TIGHT = frozenset(
    {"%", "°", "°C", "°F", "원", "만원", "억원", "천원", "백만원", "명", "개", "건", "세"}
)
_TIMES = {
    "day": "day",
    "days": "day",
    "h": "h",
    "hours": "h",
    "min": "min",
    "minutes": "min",
    "s": "s",
    "sec": "s",
    "seconds": "s",
}
_POWER = 15


def written(
    value: Any,
    language: Language,
    *,
    style: Style = "number",
    unit: str = "",
    digits: int = ONE,
) -> str:
    """Return a value for readers: `$32.2042`, `1,234원`, `38.3838%`, `2024-03-05`, `–` for none."""
    if value is None or value != value:
        return "–"
    if isinstance(value, bool):
        return text(f"fact.word.{'yes' if value else 'no'}", language)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if not isinstance(value, int | float) and not hasattr(value, "as_tuple"):
        return str(value)
    if style == "name":
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.12g}"
    if style == "percent":
        return f"{number(float(value) * 100, digits)}%"
    return with_unit(number(value, digits), unit, language)


def number(value: Any, digits: int = ONE) -> str:
    """Return a number with separators; what comes after the point has at least so many
    significant digits in all, and no zeros at its end. Very small and large ones as powers."""
    size = abs(float(value))
    if size == float("inf"):
        return "∞" if value > 0 else "-∞"
    if float(value).is_integer() and size < 10**_POWER:
        return f"{int(value):,}"
    if size >= 10**_POWER or 0 < size < 10**-digits:
        return f"{float(value):.{digits}g}"
    whole = len(str(int(size))) if size >= 1 else -_leading_zeros(size)
    places = max(0 if whole >= digits else 1, digits - whole)
    shown = f"{float(value):,.{max(places, 2 if size >= 1 and digits >= ONE else 0)}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def with_unit(shown: str, unit: str, language: Language) -> str:
    """Return a written number with its unit where people put it: `$5`, `5 kg`, `5원`, `5 days`."""
    if not unit:
        return shown
    if (time := _TIMES.get(unit.lower())) is not None:
        key = f"reading.duration.{time}"
        return text(key, language, value=shown)
    unit = _CODES.get(unit.lower(), unit)
    if unit in _BEFORE:
        return f"-{unit}{shown[1:]}" if shown.startswith("-") else f"{unit}{shown}"
    is_hangul = "가" <= unit[0] <= "힣"
    return f"{shown}{unit}" if unit in _TIGHT or is_hangul else f"{shown} {unit}"


def as_plain(value: Any) -> Any:
    """Return a value as a fact holds it."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    return float(value) if hasattr(value, "as_tuple") else str(value)


def _leading_zeros(size: float) -> int:
    if not size:
        return 0
    zeros = 0
    while size < 0.1:
        size *= 10
        zeros += 1
    return zeros
