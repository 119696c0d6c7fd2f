"""Dates that name their month in English, as spreadsheets write them: `19-Jan`, `5 March 2024`."""

import re
from dataclasses import dataclass

_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec"
_LONG = "january february march april may june july august september october november december"
_NAMES = {"b": "|".join(_SHORT.split()), "B": "|".join(_LONG.split())}


@dataclass(frozen=True)
class MonthForm:
    """A format of strptime with the pattern (RE2 and Python) of what it is meant for."""

    format: str
    pattern: str
    is_month: bool = False
    is_short: bool = False
    """Whether the year has two digits and no day, so that it could be a day."""


_WRITTEN: tuple[tuple[str, str], ...] = (
    ("%d{s}%{n}{s}%Y", "[0-9]{{1,2}}{s}({m}){s}[0-9]{{4}}"),
    ("%d{s}%{n}{s}%y", "[0-9]{{1,2}}{s}({m}){s}[0-9]{{2}}"),
    ("%Y{s}%{n}{s}%d", "[0-9]{{4}}{s}({m}){s}[0-9]{{1,2}}"),
    ("%{n}{s}%Y", "({m}){s}[0-9]{{4}}"),
    ("%Y{s}%{n}", "[0-9]{{4}}{s}({m})"),
    ("%{n}{s}%y", "({m}){s}[0-9]{{2}}"),
    ("%y{s}%{n}", "[0-9]{{1,2}}{s}({m})"),
)


def _forms() -> dict[str, MonthForm]:
    found: dict[str, MonthForm] = {}
    for name, months in _NAMES.items():
        for separator in "- /":
            for form, pattern in _WRITTEN:
                format_ = form.format(s=separator, n=name)
                is_month = "%d" not in format_
                found[format_] = MonthForm(
                    format_,
                    f"(?i:{pattern.format(s=separator, m=months)})",
                    is_month,
                    is_month and "%y" in format_,
                )
        format_ = f"%{name} %d, %Y"
        found[format_] = MonthForm(format_, f"(?i:({months}) [0-9]{{1,2}}, [0-9]{{4}})")
    return found


MONTH_FORMS = _forms()
_COMPILED = {name: re.compile(form.pattern) for name, form in MONTH_FORMS.items()}
_HAS_NAME = re.compile(f"(?i)(?:{_NAMES['b']})")


def month_shape(text: str) -> str | None:
    """Return the format of a text that names its month, or None."""
    if len(text) > 24 or not _HAS_NAME.search(text):
        return None
    return next((name for name, form in _COMPILED.items() if form.fullmatch(text)), None)
