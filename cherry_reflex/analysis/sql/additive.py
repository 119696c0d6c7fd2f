"""Whether the numbers of a column add up to something."""

from cherry_reflex.core.column import Column

_RATES = frozenset(
    {"%", "‰", "%p", "pp", "퍼센트", "percent", "pct", "포인트", "°c", "℃", "°f", "℉", "도", "degc"}
    | {"degf", "psu", "db", "ppm", "ppb", "bpm", "hz"}
)
"""Units of shares, temperatures and concentrations; what is per something has a `/` in its unit."""


def is_additive(column: Column) -> bool:
    """Return whether a total of the column means something, as far as its unit and its kind tell:
    shares, temperatures, speeds and years do not add up. (What names mean is not known here.)"""
    unit = column.unit.strip().casefold()
    return not column.time and unit not in _RATES and "/" not in unit
