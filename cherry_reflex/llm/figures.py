"""Holds prose to the computed figures: a number that the model wrote must stand in its material."""

import re
from collections.abc import Iterable
from itertools import islice
from math import inf, isfinite

_NUMBER = re.compile(r"(?<![\w.,])[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SCALES = (1e3, 1e4, 1e6, 1e8, 1e9, 1e12)
"""Thousand, 만, million, 억, billion, 조."""

_KNOWN_MAX = 5_000
"""At most so many figures of the material are compared with."""

_COUNT_MAX = 10
"""Whole numbers up to this are counts and places of the prose itself (`the 3 regions`, lists)."""

_TOLD_MAX = 8
_LENGTH_MAX = 60


def unsupported(prose: str, material: Iterable[str]) -> list[str]:
    """Return the numbers of `prose` that do not stand in `material`, as they are written.

    A number stands there when one of the material's rounds to it at the digits that are written,
    also as a percentage or in thousands, 만, millions, 억 and so on.
    """
    figures = (abs(value) for text in material for _, value, _ in _numbers(text))
    known = set(islice(figures, _KNOWN_MAX))
    found: list[str] = []
    for written, value, digits in _numbers(prose):
        small = value == int(value) and abs(value) <= _COUNT_MAX and "." not in written
        if small or written in found or _stands(abs(value), digits, known):
            continue
        found.append(written)
        if len(found) == _TOLD_MAX:
            break
    return found


def _numbers(text: str) -> Iterable[tuple[str, float, int]]:
    """Yield each number: as written, its value, its digits that count."""
    for match in _NUMBER.finditer(text):
        written = match.group().rstrip(",")
        plain = written.replace(",", "").replace("−", "-")
        value = float(plain) if len(plain) < _LENGTH_MAX else inf
        if not isfinite(value):
            continue
        mantissa = plain.lower().split("e")[0].lstrip("+-").lstrip("0.").replace(".", "")
        if "." not in plain:
            mantissa = mantissa.rstrip("0")  # 1,200 may be a rounded 1,234
        yield written, value, max(1, len(mantissa))


def _stands(value: float, digits: int, known: set[float]) -> bool:
    if value in known:
        return True
    return any(
        _rounds_to(written_as, value, digits)
        for figure in known
        for written_as in (figure, figure * 100, figure / 100, *_scaled(figure))
    )


def _scaled(figure: float) -> list[float]:
    return [figure / scale for scale in _SCALES if figure >= scale]


def _rounds_to(figure: float, value: float, digits: int) -> bool:
    if figure == 0 or value == 0:
        return figure == value
    if not 0.5 < figure / value < 2:
        return False
    # Half a unit of the last digit that counts, with room for the figure's own rounding.
    unit = 10.0 ** (_magnitude(value) - digits + 1)
    return abs(figure - value) <= 0.51 * unit


def _magnitude(value: float) -> int:
    return int(f"{value:e}".split("e")[1])
