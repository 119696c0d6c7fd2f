"""What a text of a table looks like: a number, a date, a code, words."""

import re
from typing import Literal

Kind = Literal["empty", "missing", "number", "date", "time", "boolean", "code", "text"]

_MISSING = frozenset(
    (
        "-",
        "--",
        "–",
        "—",
        ".",
        "..",
        "…",
        "na",
        "n/a",
        "#n/a",
        "nan",
        "null",
        "none",
        "nat",
        "\\n",
        "?",
    )
)
_CURRENCY = r"[$€£¥₩￦]|US\$|USD|EUR|KRW|원|천원|만원"
_NUMBER = re.compile(
    rf"(?:{_CURRENCY})?\s?\(?\s?(?:{_CURRENCY})?\s?[+\-−△▲]?\s?(?:{_CURRENCY})?\s?"
    r"(\d+(?:[,. '\u00a0\u202f]\d{3})*(?:[.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?"
    rf"\s?(?:{_CURRENCY}|%|‰|%p)?\s?\)?-?"
)
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\.?"
_CLOCK = r"(?:오전|오후|[ap]m)?\s?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[ap]m)?"
_DATE = re.compile(
    r"(?:\d{4}\s?[-/.년]\s?\d{1,2}\s?[-/.월]\s?\d{1,2}\s?[.일]?(?:\s?\([월화수목금토일]\))?"
    r"|\d{4}-\d{1,2}|\d{4}/\d{1,2}|\d{4}년\s?\d{1,2}월"
    r"|\d{4}[-\s]?q[1-4]|\d{4}년?\s?[1-4]분기|\d{4}-w\d{1,2}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}[.\s-]*{_MONTH}[\s-]?,?\s?(?:\d{{4}}|\d{{2}})"
    rf"|{_MONTH}[\s-]\d{{1,2}}(?:,?\s?\d{{4}})?|{_MONTH}\s\d{{4}})"
    rf"(?:[T\s]+{_CLOCK}\s?(?:z|utc|[+-]\d{{2}}:?\d{{2}})?)?",
    re.I,
)
_TIME = re.compile(_CLOCK, re.I)
_YEAR = re.compile(r"(?:18|19|20|21)\d\d(?:년|년도)?")
_CODE = re.compile(r"(?=.*\d)[^\s]{2,40}")
_MADE_OF = re.compile(r"(?P<letters>[A-Za-z]+)|(?P<hangul>[가-힣]+)|(?P<digits>\d+)")


def kind_of(text: str | None) -> Kind:
    """Return what a cell looks like."""
    plain = text.strip() if text else ""
    if not plain:
        return "empty"
    low = plain.lower()
    if low in _MISSING:
        return "missing"
    if low in ("true", "false"):
        return "boolean"
    if len(plain) > 60:
        return "text"
    if plain[0] in "0123456789+-−.,($€£¥₩￦△▲UEK원(" and _NUMBER.fullmatch(plain):
        return "number"
    if _DATE.fullmatch(plain):
        return "date"
    if _TIME.fullmatch(plain):
        return "time"
    return "code" if _CODE.fullmatch(plain) else "text"


def is_year(text: str) -> bool:
    """Whether a text is a year between 1800 and 2199."""
    return _YEAR.fullmatch(text.strip()) is not None


def shape_of(text: str) -> str:
    """Return a text with its runs of letters and digits made one: `KE703` and `OZ8901` are `A9`."""
    return _MADE_OF.sub(
        lambda run: "A" if run["letters"] else "가" if run["hangul"] else "9", text.strip()
    )


def has_decimal_comma(texts: list[str]) -> bool:
    """Whether the numbers among texts are written as 1.234,50, by those that leave no doubt."""
    for text in texts:
        comma, point = text.rfind(","), text.rfind(".")
        if comma < 0:
            continue
        if point > comma:
            return False
        if 0 <= point < comma or text.count(",") > 1:
            return 0 <= point < comma
        if not re.search(r",\d{3}(?!\d)", text):
            return True
    return False


def number_of(text: str | None, *, decimal_comma: bool = False) -> float | None:
    """Return the value of a text that `kind_of` calls a number, None for any other."""
    if kind_of(text) != "number" or text is None:
        return None
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    digits = re.sub(r"[ '\u00a0\u202f]", "", found[1])
    grouping, mark = (".", ",") if decimal_comma else (",", ".")
    digits = digits.replace(grouping, "").replace(mark, ".")
    try:
        value = float(digits + (found[2] or ""))
    except ValueError:
        return None
    rest = text.replace(found[2], "") if found[2] else text
    negative = rest.strip().startswith("(") or re.search(r"[-−△▲]", rest)
    return -value if negative else value
