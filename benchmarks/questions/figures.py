"""Whether a first line states an expected answer.

A **number** is stated when a figure of the line rounds to it, at the digits in which it was
published: 34.65 is stated by 34.65, 34.649 and 34.6501, not by 34.7 or 34. A percentage counts as
itself and as its hundredth. A line may round more than was published; where the answer's first
table has one row only, a figure of the line is read with the digits of the number in that row that
it is a rounding of. Nothing else of the table counts, and no number of any other line.

A line with many more figures than were asked for states none of them: more than four beyond twice
as many. Nothing (0) is stated by a `no` or `none` too.

**Yes or no** is the first word of the line. **Other words** stand in the line as whole words, or as
adverbs of them (`normally`), and are not negated there unless they are in what is expected.
"""

import re
from collections.abc import Sequence
from typing import Any

FIGURES_BEYOND = 4

_NUMBER = re.compile(
    r"(?<![A-Za-z_\d.])[-−–]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?<=\d)(?:[eE][-+−]?\d+)?\s?%?"
)
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?")
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}
_SPOKEN = {**_TRUTHS, "not": False, "예": True, "네": True, "아니요": False, "아니오": False}
_NONE = re.compile(r"\b(?:has|have|are|is) (?:no|none)\b|없습니다", re.I)
_NEGATED = r"(?<!\bnot )(?<!\bno )(?<!\bnon-)(?<!\bnon )(?<!n't )"


def states(expected: Sequence[str], line: str, row: Sequence[Any] = ()) -> bool:
    """Return whether a line states all of what is expected. `row` has the cells of the answer's
    first table if that has one row."""
    found = figures(line)
    parts = [part for one in expected for part in _parts(one)]
    many = len(found) > 2 * len(parts) + FIGURES_BEYOND
    values = [value for figure in found for value in _values(figure, row)]
    return bool(parts) and all(
        (not many and (_rounds(part, values) or _is_none(part, line)))
        if _is_number(part)
        else _says(part, line)
        for part in parts
    )


def figures(line: str) -> list[str]:
    """Return the numbers of a line as they are written, without separators of thousands."""
    found = (match.group().strip() for match in _NUMBER.finditer(line))
    return [re.sub("[−–]", "-", one).replace(",", "") for one in found if one]


def _parts(expected: str) -> list[str]:
    """Return the single answers of what may be a list; in brackets every comma separates."""
    bare = expected.strip()
    if _THOUSANDS.fullmatch(bare):
        return [bare.replace(",", "")]
    bare = bare.strip("[](){}")
    return [part for one in re.split(r"[,;]", bare) if (part := one.strip().strip("'\""))]


def _is_number(text: str) -> bool:
    try:
        float(text.rstrip("%"))
    except ValueError:
        return False
    return text.strip().lower() not in ("nan", "inf", "infinity")


def _values(figure: str, row: Sequence[Any]) -> list[float]:
    is_percent = figure.endswith("%")
    bare = figure.rstrip("% ")
    near = float(bare)
    unit = 10.0 ** -_decimals(bare)
    exact = [
        cell * scale
        for cell in row
        if isinstance(cell, int | float) and not isinstance(cell, bool)
        for scale in ((1.0, 100.0) if is_percent else (1.0,))
        if abs(cell * scale - near) <= unit * 0.5000001
    ]
    values = [near, *exact]
    return [*values, *(value / 100 for value in values)] if is_percent else values


def _is_none(expected: str, line: str) -> bool:
    """Whether nothing is expected, and the line says so (`has no outliers`)."""
    return float(expected.rstrip("%")) == 0 and _NONE.search(line) is not None


def _rounds(expected: str, values: Sequence[float]) -> bool:
    bare = expected.rstrip("%")
    half = 0.5 * 10.0 ** -_decimals(bare)
    return any(abs(value - float(bare)) <= half * 1.000001 + 1e-12 for value in values)


def _decimals(number: str) -> int:
    digits, _, power = number.lower().replace("−", "-").partition("e")
    return len(digits.partition(".")[2]) - int(power or 0)


def _says(expected: str, line: str) -> bool:
    wanted = expected.lower().replace("_", " ").strip()
    if wanted in _TRUTHS:
        first = re.match(r"\W*(\w+)", line.lower())
        return first is not None and _SPOKEN.get(first[1]) is _TRUTHS[wanted]
    guard = "" if re.match(r"(?:not|no|non)\b", wanted) else _NEGATED
    return re.search(rf"{guard}(?<!\w){re.escape(wanted)}(?:ly)?(?!\w)", line.lower()) is not None
