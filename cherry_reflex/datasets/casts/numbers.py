"""Texts that are numbers: with thousands set apart, either decimal mark, money, percentages."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.datasets.casts.cast import Cast, matched, value
from cherry_reflex.datasets.casts.units import CURRENCIES, UNITS, is_currency

INTEGER = r"[+-]?(0|[1-9][0-9]{0,17})"
_NUMBER = (
    r"[+-]?(0|[1-9][0-9]{0,14}|(0|[1-9][0-9]{0,14})?MARK[0-9]+|[1-9][0-9]{0,14}MARK)"
    r"([eE]([+-]?([0-9]{1,2}|[12][0-9]{2})|-30[0-7]))?"
)
"""Whole digits only as far as a double holds them exactly."""
_PLAIN = {mark: _NUMBER.replace("MARK", re.escape(mark)) for mark in (".", ",")}
_IS_INTEGER = re.compile(INTEGER).fullmatch
_IS_PLAIN = {mark: re.compile(pattern).fullmatch for mark, pattern in _PLAIN.items()}

Style = tuple[str, str]
"""Decimal mark, and the mark between thousands."""
_SPACES = " \u00a0\u202f\u2009"
_QUOTES = "'\u2019"
_GROUPS = {",": ",", ".": r"\.", " ": f"[{_SPACES}]", "'": f"[{_QUOTES}]"}
_STYLES: tuple[Style, ...] = tuple(
    (mark, group) for mark in (".", ",") for group in (",", ".", " ", "'") if mark != group
)
_WHOLE_DIGITS = 15
_DIGITS_MAX = 38
_SIGNS = "-+\u2212\u2013\u25b2\u25b3"
_MINUS = "-\u2212\u2013\u25b2\u25b3"
"""Triangles mark losses in Korean accounts."""
_VALUE = re.compile(
    rf"(?P<open>\(\s*)?(?P<sign>[{_SIGNS}]?)\s*(?P<before>{CURRENCIES})?\s*(?P<inner>[-+\u2212]?)\s*"
    rf"(?P<digits>[0-9](?:[0-9.,{_QUOTES}{_SPACES}]*[0-9])?[.,]?|[.,][0-9]+)"
    rf"(?:[{_SPACES}]*(?P<after>{UNITS}))?(?P<behind>-?)(?P<close>\s*\))?"
)


@dataclass(frozen=True)
class NumberEvidence:
    """What the values of a column, all of them numbers, say about how they are written."""

    styles: frozenset[Style]
    """Those in which every value is a number."""
    units: tuple[str, ...] = ()
    """The spellings of its one unit, most frequent first."""
    is_marked: bool = False
    """Whether any value has a mark in it."""
    is_plain: bool = False
    """Whether all are as programs write them: sign, digits, one decimal mark, exponent."""
    is_integer: bool = False
    mark: str = ""
    """The mark of the last value that has one."""
    short: bool = False
    """Whether values without a mark have up to three digits."""
    ungrouped: bool = False
    """Whether values without a mark have more than three digits."""
    whole_digits: int = 0
    decimals: int = 0

    @property
    def marks(self) -> frozenset[str]:
        """The decimal marks with which every value is a number."""
        return frozenset(mark for mark, _ in self.styles)


def evidence(values: Sequence[str]) -> NumberEvidence | None:
    """Return what the values say, or None when one of them is no number."""
    if all(map(_IS_INTEGER, values)):
        return NumberEvidence(frozenset(_STYLES), is_plain=True, is_integer=True)
    for mark, is_plain in _IS_PLAIN.items():
        # A mark before exactly three digits may set thousands apart as well.
        if all(map(is_plain, values)) and not _may_be_grouped(values, mark):
            styles = frozenset(style for style in _STYLES if style[0] == mark)
            is_marked = any(mark in one for one in values)
            return NumberEvidence(styles, is_marked=is_marked, is_plain=True)
    return _written(values)


def cast(column: str, found: NumberEvidence, mark: str) -> Cast | None:
    """Return the cast of a column whose numbers have that decimal mark, or None."""
    text = value(column)
    if found.is_integer:
        quick = f"try_cast({ident(column)} AS BIGINT)"
        whole = matched(text, INTEGER, f"try_cast({text} AS BIGINT)")
        return Cast("BIGINT", whole, quick, INTEGER)
    style = next((s for s in _STYLES if s in found.styles and s[0] == mark), None)
    if style is None:
        return None
    told = mark if found.is_marked else ""
    if found.is_plain:
        number = text if mark == "." else f"replace({text}, ',', '.')"
        # The one word for a missing value that the cast would take for a number is nan.
        quick = f"try_cast(nullif(lower(trim({ident(column)})), 'nan') AS DOUBLE)"
        return Cast(
            "DOUBLE",
            matched(text, _PLAIN[mark], f"try_cast({number} AS DOUBLE)"),
            quick if mark == "." else "",
            _PLAIN[mark],
            decimal_mark=told,
        )
    kind = "DOUBLE"
    if found.whole_digits > _WHOLE_DIGITS:
        if found.whole_digits + found.decimals > _DIGITS_MAX:
            return None
        kind = f"DECIMAL({_DIGITS_MAX},{found.decimals})"
    bare = text
    for unit in sorted(found.units, key=len, reverse=True):
        bare = f"replace({bare}, {literal(unit)}, '')"
    digits = f"regexp_replace({bare}, '[^0-9{mark}]', '', 'g')"
    number = digits if mark == "." else f"replace({digits}, ',', '.')"
    amount = f"try_cast({number} AS {kind})"
    minus = literal(rf"^\(|[{_MINUS}]")
    negative = f"regexp_matches({text}, {minus})"
    signed = f"(CASE WHEN {negative} THEN -{amount} ELSE {amount} END)"
    unit = found.units[0] if found.units else ""
    return Cast(kind, matched(text, _pattern(found, style), signed), unit=unit, decimal_mark=told)


def _may_be_grouped(values: Iterable[str], mark: str) -> bool:
    """Whether every mark stands before exactly three digits and after one to three others."""
    group = re.compile(rf"[+-]?[1-9][0-9]{{0,2}}{re.escape(mark)}[0-9]{{3}}").fullmatch
    marked = [one for one in values if mark in one]
    return bool(marked) and all(map(group, marked))


def _written(values: Sequence[str]) -> NumberEvidence | None:
    styles = frozenset(_STYLES)
    units: Counter[str] = Counter()
    without = zeros = whole_digits = decimals = 0
    short = ungrouped = has_spaces = False
    written = ""
    lengths: set[int] = set()
    for one in values:
        found = _VALUE.fullmatch(one)
        if found is None or (found["open"] is None) != (found["close"] is None):
            return None
        if found["before"] and found["after"]:
            return None
        if sum(bool(found[sign]) for sign in ("open", "sign", "inner", "behind")) > 1:
            return None
        digits = "".join(
            " " if c in _SPACES else "'" if c in _QUOTES else c for c in found["digits"]
        )
        unit = found["before"] or found["after"] or ""
        if digits[0] == "0" and digits[1:2].isdigit() and not unit:
            return None
        styles &= _styles(digits)
        if not styles:
            return None
        if unit:
            units[unit] += 1
        else:
            without += 1
            zeros += not digits.strip("0.,")
        parts = re.split(r"[.,]", digits)
        if digits.isdigit():
            short = short or len(digits) <= 3
            ungrouped = ungrouped or len(digits) > 3
        else:
            written = next(c for c in digits if not c.isdigit())
        has_spaces = has_spaces or " " in digits
        lengths.add(len(digits))
        fraction = parts[-1] if len(parts) > 1 else ""
        decimals = max(decimals, len(fraction))
        whole_digits = max(whole_digits, sum(c.isdigit() for c in digits) - len(fraction))
    if not _is_one_unit(units, without, zeros):
        return None
    decided = units or decimals or any("\u00a0" in v or "\u202f" in v for v in values)
    if has_spaces and not decided and len(lengths) == 1:
        return None  # numbers of telephones and the like
    if whole_digits > _WHOLE_DIGITS and not (written or units):
        return None  # codes
    return NumberEvidence(
        styles,
        tuple(unit for unit, _ in units.most_common()),
        bool(written),
        mark=written,
        short=short,
        ungrouped=ungrouped,
        whole_digits=whole_digits,
        decimals=decimals,
    )


def _styles(digits: str) -> frozenset[Style]:
    marks = {c for c in digits if not c.isdigit()}
    if not marks:
        return frozenset(_STYLES)
    return frozenset(s for s in _STYLES if marks <= set(s) and _IS_STYLE[s](digits))


def _core(style: Style, whole: str = "[0-9]+", decimals: str = "*") -> str:
    mark, group = re.escape(style[0]), _GROUPS[style[1]]
    thousands = rf"[1-9][0-9]{{0,2}}({group}[0-9]{{3}})+"
    lakhs = rf"[1-9][0-9]?({group}[0-9]{{2}})+{group}[0-9]{{3}}"
    return rf"(({whole}|{thousands}|{lakhs})({mark}[0-9]{decimals})?|{mark}[0-9]+)"


def _pattern(found: NumberEvidence, style: Style) -> str:
    """Return the RE2 pattern of a whole value."""
    is_exact = found.whole_digits > _WHOLE_DIGITS
    most = _DIGITS_MAX - found.decimals if is_exact else _WHOLE_DIGITS
    # Leading zeros are those of codes, but for amounts with a unit.
    whole = f"[0-9]{{1,{most}}}" if found.units else f"(0|[1-9][0-9]{{0,{most - 1}}})"
    core = _core(style, whole, f"{{0,{found.decimals}}}" if is_exact else "*")
    space = f"[{_SPACES}]*"
    unit = "|".join(re.escape(unit) for unit in found.units)
    if not unit:
        inner = f"{core}-?"
    elif is_currency(found.units[0]):
        inner = f"({unit})?{space}[-+\u2212]?{space}{core}({space}({unit}))?-?"
    else:
        inner = f"({core}{space}({unit})|0+([.,]0+)?)"
    signed = f"[{_SIGNS}]?{space}{inner}"
    return rf"\({space}{signed}{space}\)|{signed}"


def _is_one_unit(units: Counter[str], without: int, zeros: int) -> bool:
    """Whether all values count the same thing; money may be written without its sign, other
    values only where they are zero."""
    if not units:
        return True
    if len({_same(unit) for unit in units}) > 1:
        return False
    with_unit = sum(units.values())
    return without == zeros or (is_currency(next(iter(units))) and without <= with_unit)


def _same(unit: str) -> str:
    return unit.translate(_WIDE)


_WIDE = str.maketrans({"￦": "₩", "＄": "$", "％": "%", "￥": "¥", "￡": "£"})
_IS_STYLE = {style: re.compile(_core(style)).fullmatch for style in _STYLES}
