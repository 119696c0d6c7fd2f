"""Numbers as people read them, alone or with their unit."""

from cherry_reflex.core.unit import Unit

_BEFORE = frozenset("$€£¥₩￦")
"""Signs of money that stand before a number; other units stand after it."""
_PERCENT = 100
_CLOSE = frozenset("%‰°℃℉")
"""Signs that stand close to their number in every language; so do units in Hangul."""


def number(value: float) -> str:
    """Return a number for reading: integers whole, others with four significant digits."""
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "-∞"
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e15):
        return f"{int(value):,}"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.1f}" if size < 100_000 else f"{value:,.0f}"
    return f"{value:.4g}"


def quantity(value: float, unit: Unit) -> str:
    """Return a number with its unit: `25%` (also of 0.25, where percentages are kept as fractions),
    `₩1,200`, `1,200원`, `3.5 kg`."""
    symbol = unit.symbol.strip()
    if unit.is_fraction:
        # What makes 0.07 * 100 a 7.000000000000001 is no part of the value.
        value = float(f"{value * _PERCENT:.12g}")
    written = number(value)
    if not symbol or value != value:
        return written
    if symbol in _BEFORE:
        return f"-{symbol}{written[1:]}" if written.startswith("-") else f"{symbol}{written}"
    near = symbol[0] in _CLOSE or "가" <= symbol[0] <= "힣"
    return f"{written}{symbol}" if near else f"{written} {symbol}"


def written(value: float, unit: Unit | None) -> str:
    """Return a number with its unit where it has one."""
    return quantity(value, unit) if unit else number(value)
