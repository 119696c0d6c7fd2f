"""Texts that are dates or times of a date: in which order, in which forms, in which zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cherry_reflex.datasets.casts.month_names import MONTH_FORMS, month_shape

Order = Literal["ymd", "dmy", "mdy"]
_YEAR_MIN, _YEAR_MAX = 1900, 2100
"""Of dates that could be something else: without separators, or without a day."""
_CENTURY_FROM = 69
"""Two-digit years from here on are of the last century, as in POSIX."""

TIME = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
ZONE = r" ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$"
_PARTS = re.compile(
    r"(?P<date>.*?[^\sT,])"
    r"(?:(?P<joint>T| |, | T)(?:(?P<before>오전|오후|AM|PM|am|pm) ?)?"
    rf"(?P<time>{TIME})"
    r"(?: ?(?P<after>AM|PM|am|pm|a\.m\.|p\.m\.))?"
    rf"(?P<zone>{ZONE.removesuffix('$')})?)?"
)
_NUMERIC = re.compile(
    r"(?P<a>[0-9]{1,4})(?P<sep>[-/.])(?P<space> ?)(?P<b>[0-9]{1,2})(?P=sep) ?(?P<c>[0-9]{1,4})"
    r"(?P<dot>\.?)"
)
_KOREAN = re.compile(
    r"(?P<y>[0-9]{4}|[0-9]{2})년(?P<s> ?)(?P<m>[0-9]{1,2})월(?:(?P<t> ?)(?P<d>[0-9]{1,2})일)?"
)
_YEAR_MONTH = re.compile(
    r"(?P<y>[0-9]{4})(?P<sep>[-/]|\. )(?P<m>[0-9]{1,2})(?P<dot>\.?)"
    r"|(?P<y2>[0-9]{4})\.(?P<m2>[0-9]{1,2})\."
)
_DIGITS = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<t>[0-9]{6})?")


@dataclass(frozen=True)
class Form:
    """How a date is written: a format of strptime, and the RE2 pattern of the texts that it is
    meant for, since strptime takes years of fewer digits as well."""

    format: str
    pattern: str
    is_month: bool = False
    """Whether the day is left out."""


@dataclass(frozen=True)
class DateEvidence:
    """What the values of a column, all of them dates, say about how they are written."""

    forms: dict[Order, tuple[Form, ...]]
    """The forms for each order in which all values are dates, the likelier order first."""
    times: tuple[str, ...] = ()
    """Formats of the times of day, empty for dates alone; `` among them for values without."""
    has_zone: bool = False
    is_guess: bool = False
    """Whether the values alone leave more than one reading."""

    @property
    def day_first(self) -> bool | None:
        """Whether days stand before months; None where that is no question or not settled."""
        orders = set(self.forms)
        if orders == {"dmy"}:
            return True
        return False if orders == {"mdy"} else None


def evidence(values: Sequence[str]) -> DateEvidence | None:
    """Return what the values say, or None when one of them is no date."""
    if values[0].isdigit():
        return _of_digits(values)
    if not any(c.isdigit() for c in values[0]):
        return None
    forms: dict[Order, dict[Form, None]] | None = None
    times: dict[str, None] = {}
    zoned = 0
    triples: list[tuple[int, int, int]] = []
    months: list[str] = []
    for one in values:
        parts = _PARTS.fullmatch(one)
        if parts is None:
            return None
        read = _date(parts["date"], triples, months)
        if read is None:
            return None
        if forms is None:
            forms = {order: {form: None} for order, form in read.items()}
        else:
            forms = {o: {**forms[o], form: None} for o, form in read.items() if o in forms}
        if not forms:
            return None
        time = _time(parts)
        if time is None:
            return None
        times[time] = None
        zoned += bool(parts["zone"])
    if forms is None or zoned not in (0, len(values)):
        return None
    if any(form.is_month for found in forms.values() for form in found) and set(times) != {""}:
        return None
    if months and not _are_months(months):
        return None
    ordered = _likelier(forms, triples)
    return DateEvidence(
        {order: tuple(found) for order, found in ordered.items()},
        tuple(times) if set(times) != {""} else (),
        zoned > 0,
        is_guess=len(forms) > 1,
    )


def _of_digits(values: Sequence[str]) -> DateEvidence | None:
    """Eight digits are a date only between these years: anything else is a number."""
    sizes = {len(one) for one in values}
    if sizes not in ({8}, {14}):
        return None
    for one in values:
        found = _DIGITS.fullmatch(one)
        if found is None or not _is_day(int(found["y"]), int(found["m"]), int(found["d"])):
            return None
        if not _YEAR_MIN <= int(found["y"]) <= _YEAR_MAX:
            return None
        time = found["t"] or "000000"
        if time[:2] > "23" or time[2:4] > "59" or time[4:] > "59":
            return None
    if sizes == {8}:
        return DateEvidence({"ymd": (Form("%Y%m%d", "(19|20|21)[0-9]{6}"),)})
    form = Form("%Y%m%d%H%M%S", "(19|20|21)[0-9]{12}")
    return DateEvidence({"ymd": (form,)}, times=("",))


def _date(
    text: str, triples: list[tuple[int, int, int]], months: list[str]
) -> dict[Order, Form] | None:
    if found := _NUMERIC.fullmatch(text):
        return _numeric(found, triples)
    if found := _KOREAN.fullmatch(text):
        return _korean(found)
    if found := _YEAR_MONTH.fullmatch(text):
        year, month = int(found["y"] or found["y2"]), int(found["m"] or found["m2"])
        if not (1 <= month <= 12 and _YEAR_MIN <= year <= _YEAR_MAX):
            return None
        sep = "." if found["y2"] else found["sep"]
        dot = "." if found["y2"] else found["dot"]
        mark = re.escape(sep)
        pattern = f"(19[0-9]{{2}}|20[0-9]{{2}}|2100){mark}[0-9]{{1,2}}{re.escape(dot)}"
        return {"ymd": Form(f"%Y{sep}%m{dot}", pattern, is_month=True)}
    shape = month_shape(text)
    if shape is None:
        return None
    form = MONTH_FORMS[shape]
    if form.is_short:
        months.append(text)
    return {"ymd": Form(form.format, form.pattern, form.is_month)}


def _numeric(
    found: "re.Match[str]", triples: list[tuple[int, int, int]]
) -> dict[Order, Form] | None:
    a, b, c, sep = found["a"], found["b"], found["c"], found["sep"]
    if sep != "." and (found["dot"] or found["space"]):
        return None
    space, dot, mark = found["space"], found["dot"], re.escape(sep)
    orders: dict[Order, tuple[str, str, str]]
    if len(a) == 4 and len(c) <= 2:
        orders = {"ymd": (a, b, c)}
        year, digits = "%Y", ("[0-9]{4}", "[0-9]{1,2}", "[0-9]{1,2}")
    elif len(c) == 4 and len(a) <= 2:
        orders = {"mdy": (c, a, b), "dmy": (c, b, a)}
        year, digits = "%Y", ("[0-9]{1,2}", "[0-9]{1,2}", "[0-9]{4}")
    elif len(a) <= 2 and len(c) <= 2:
        # Dots without leading zeros are those of versions and chapters.
        if sep == "." and not space and not len(a) == len(b) == len(c) == 2:
            return None
        orders = {}
        if len(a) == 2:
            orders["ymd"] = (a, b, c)
        if len(c) == 2:
            orders |= {"mdy": (c, a, b), "dmy": (c, b, a)}
        year, digits = "%y", ("[0-9]{1,2}", "[0-9]{1,2}", "[0-9]{1,2}")
    else:
        return None
    triples.append((int(a), int(b), int(c)))
    joint = f"{sep}{space}"
    written: dict[Order, tuple[str, str, str]] = {
        "ymd": (year, "%m", "%d"),
        "mdy": ("%m", "%d", year),
        "dmy": ("%d", "%m", year),
    }
    valid = {o: p for o, p in orders.items() if _is_day(_year(p[0]), int(p[1]), int(p[2]))}
    if year == "%y":
        both = {"ymd": ("[0-9]{2}", *digits[1:]), "mdy": (*digits[:2], "[0-9]{2}")}
        both["dmy"] = both["mdy"]
    else:
        both = dict.fromkeys(written, digits)
    joined = rf"{mark} ?" if space else mark
    return {
        order: Form(joint.join(written[order]) + dot, joined.join(both[order]) + re.escape(dot))
        for order in valid
    } or None


def _korean(found: "re.Match[str]") -> dict[Order, Form] | None:
    if not _is_day(_year(found["y"]), int(found["m"]), int(found["d"] or 1)):
        return None
    year, digits = ("%Y", "[0-9]{4}") if len(found["y"]) == 4 else ("%y", "[0-9]{2}")
    form, pattern = f"{year}년{found['s']}%m월", f"{digits}년{found['s']}[0-9]{{1,2}}월"
    if not found["d"]:
        return {"ymd": Form(form, pattern, is_month=True)}
    return {"ymd": Form(f"{form}{found['t']}%d일", f"{pattern}{found['t']}[0-9]{{1,2}}일")}


def _time(parts: "re.Match[str]") -> str | None:
    """Return the format of the time of day with what joins it to the date."""
    time = parts["time"]
    if not time:
        return ""
    hour, minute, *rest = (int(p) for p in re.split("[:.,]", time))
    half = parts["before"] or parts["after"]
    if minute > 59 or (rest and rest[0] > 59) or not (1 <= hour <= 12 if half else hour <= 23):
        return None
    form = "%I:%M" if half else "%H:%M"
    form += ":%S" if rest else ""
    form += ("," if "," in time else ".") + "%f" if len(rest) > 1 else ""
    if parts["before"]:
        form = f"%p {form}" if parts[0][parts.end("before")] == " " else f"%p{form}"
    elif parts["after"]:
        form += " %p" if parts[0][parts.start("after") - 1] == " " else "%p"
    return f"{parts['joint']}{form}"


def _likelier(
    forms: dict[Order, dict[Form, None]], triples: list[tuple[int, int, int]]
) -> dict[Order, dict[Form, None]]:
    """Order the readings: years change least, and dots are those of days first."""
    if len(forms) < 2:
        return forms
    places: dict[Order, int] = {"ymd": 0, "mdy": 2, "dmy": 2}
    different = [len({triple[place] for triple in triples}) for place in range(3)]
    is_dotted = "." in next(iter(next(iter(forms.values())))).format

    def rank(order: Order) -> tuple[int, int]:
        return different[places[order]], ("ymd", "dmy" if is_dotted else "mdy").count(order) == 0

    return {order: forms[order] for order in sorted(forms, key=rank)}


def _are_months(texts: Sequence[str]) -> bool:
    """Whether `19-Jan` is a month of 2019: the nineteenths of months have days beside them."""
    if not texts[0][0].isdigit():
        return True
    pairs = [tuple(re.split("[-/ ]", text)) for text in texts]
    numbers, names = {pair[0] for pair in pairs}, {pair[-1].lower() for pair in pairs}
    return all(len(n) == 2 for n in numbers) and len(numbers) <= len(names)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= _CENTURY_FROM else 2000)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
