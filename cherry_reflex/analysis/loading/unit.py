"""Units of measure that a column's name tells: `price (USD)`, `무게[kg]`, `bill_length_mm`."""

import re

_BRACKETED = re.compile(r"[(\[（]\s*([^()\[\]（）]{1,15}?)\s*[)\]）]\s*$")
_SUFFIX = re.compile(r"[_\s.\-]([A-Za-z%°]{1,7})$")
_KNOWN = """
mm cm m km in ft mi mg g kg t lb lbs oz ml l ms sec s min hr h days usd krw eur jpy pct percent
kwh mw kw w v hz mph kmh kph mpa pa hpa ppm c f k
"""
SUFFIXES = frozenset(_KNOWN.split())
"""Units that are recognised without brackets, at the end of a name after an underscore or space."""


def unit_of(name: str) -> str:
    """Return the unit in a column's name, or an empty text."""
    if found := _BRACKETED.search(name):
        return found.group(1)
    found = _SUFFIX.search(name)
    return found.group(1) if found and found.group(1).lower() in SUFFIXES else ""
