"""Dates that arrived as text, in one form or in many."""

from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.cleaning.change import CleaningChange, Mapped
from cherry_reflex.analysis.cleaning.numbers import MIN_SHARE, likely
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.cleaning.tidy import texts
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.core.operation import Fact, column_field

_LISTED = 200
_TIME = r"( ?[T ] ?[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?[AP]M)?Z?)?"
_ZONE = r"[+-][0-9]{2}:?[0-9]{2}"
_YEAR_FIRST = r"[0-9]{4}[-/. ]+[0-9]{1,2}[-/. ]+[0-9]{1,2}"
_SHORT_YEAR_FIRST = r"[0-9]{2}\.[ ]?[0-9]{1,2}\.[ ]?[0-9]{1,2}"
_YEAR_LAST = r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})"
_SHORT_YEAR_LAST = r"[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{2}"
_YEAR_START = r"^([0-9]{4})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{1,2})\.?[T ]*"
_YEAR_END = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})[T ]*"
_DOTTED = r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}.*"
_DIGITS = r"(19|20)[0-9]{6}"
_NAMED = r"([A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4}|[0-9]{1,2}[- ][A-Za-z]{3,9}[- ][0-9]{4})"
_MONTH_NAMED = (
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%b %d %Y",
    "%B %d %Y",
    "%b %d, %Y",
    "%B %d, %Y",
)
_CLOCKS = ("%H:%M:%S.%f", "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")


class UnifyDates(CleaningStep):
    """Read text columns that hold dates in any mixture of forms (2024-03-05, 2024.3.5,
    2024년 3월 5일, 05/03/2024, Mar 5, 2024) as dates of one form. Values that are no dates become
    missing and are listed; ambiguous days and months are said."""

    name: ClassVar[str] = "unify_dates"
    examples: ClassVar[tuple[str, ...]] = (
        "날짜 형식을 하나로 통일해줘",
        "주문일이 여러 형식으로 적혀 있어요. 정리해주세요",
        "텍스트로 된 날짜를 날짜형으로 바꿔줘",
        "제각각인 날짜 표기를 맞춰줘",
        "Unify the date formats",
        "Parse the order date column as dates",
        "The dates are written in different ways, fix them",
        "Convert text dates to real dates",
    )

    columns: tuple[str, ...] = column_field(
        "Text columns to read as dates; empty for all that fit.",
        "text",
        "category",
        default=(),
        many=True,
    )
    day_first: Literal["auto", "yes", "no"] = Field(
        default="auto",
        description="Whether 03/04/2024 is 3 April (yes) or 4 March (no); auto: by the values.",
    )
    min_share: float = Field(
        default=MIN_SHARE,
        ge=0.5,
        le=1,
        description="Share of a column's values that must be dates (0.5 to 1).",
    )

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Convert every column that fits."""
        found = (self._column(chain, column) for column in texts(chain, self.columns))
        return [change for change in found if change is not None]

    def _column(self, chain: Chain, column: str) -> CleaningChange | None:
        tried = chain.distinct(column)
        macro = define_dates(chain, day_first=False)
        if not likely(chain, f"{macro}(v)", self.min_share):
            return None
        day_first, ambiguous, decided = self._order(chain, tried)
        macro = define_dates(chain, day_first=day_first)
        chain.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE parsed AS SELECT v, n, {macro}(v) AS p FROM {tried}"
        )
        present, dates, timed = chain.one(
            "SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (p IS NOT NULL), 0), "
            "count(*) FILTER (p <> date_trunc('day', p)) FROM parsed"
        )
        if not present or dates < self.min_share * present:
            return None
        failed = chain.all(
            f"SELECT v, n FROM parsed WHERE p IS NULL ORDER BY n DESC, v LIMIT {_LISTED}"
        )
        dtype = "TIMESTAMP" if timed else "DATE"
        chain.convert(column, f"{macro}({ident(column)})::{dtype}")
        params = {"column": column, "cells": int(present), "failed": int(present - dates)}
        key = "cleaning.to_date"
        if ambiguous and not decided:
            order = "day_first" if day_first else "month_first"
            params |= {"ambiguous": ambiguous, "order": f"cleaning.{order}"}
            key = "cleaning.to_date_ambiguous"
        return CleaningChange(
            "unify_dates",
            Fact(key=key, params=params, weight=1.3),
            column,
            int(present),
            mapped=tuple(Mapped(value, None, int(count)) for value, count in failed),
        )

    def _order(self, chain: Chain, tried: str) -> tuple[bool, int, bool]:
        """Return whether days come before months, how many values could be read both ways, and
        whether that is certain (said, or shown by a value such as 25/12/2024)."""
        full = f"^{_YEAR_LAST}{_TIME}$"
        first, second = (
            f"try_cast(regexp_extract(v, '{full}', {group}) AS INTEGER)" for group in (1, 2)
        )
        days, months, both, dotted = chain.one(
            f"SELECT coalesce(sum(n) FILTER ({first} > 12 AND {second} <= 12), 0), "
            f"coalesce(sum(n) FILTER ({second} > 12 AND {first} <= 12), 0), "
            f"coalesce(sum(n) FILTER (greatest({first}, {second}) <= 12 "
            f"AND {first} <> {second}), 0), "
            f"coalesce(sum(n) FILTER (regexp_full_match(v, '{_DOTTED}')), 0) FROM {tried}"
        )
        if self.day_first != "auto":
            return self.day_first == "yes", int(both), True
        if days or months:
            return days > months, int(both), not (days and months)
        return bool(dotted), int(both), False


def define_dates(chain: Chain, *, day_first: bool) -> str:
    """Define and return the name of a macro: the time stamp in a text, NULL where there is none."""
    chain.define(
        "date_text",
        r"rtrim(replace(replace(regexp_replace(regexp_replace(v, "
        r"'([0-9]{4})\s*년\s*([0-9]{1,2})\s*월\s*([0-9]{1,2})\s*일', '\1-\2-\3'), "
        r"'(오전|오후)\s*([0-9:]+)', '\2 \1'), '오전', 'AM'), '오후', 'PM'), '. ')",
    )
    # One separator, and a space before the time, leave few forms to try.
    chain.define("date_even", f"regexp_replace(date_text(v), '{_YEAR_START}', '\\1-\\2-\\3 ')")
    chain.define("date_late", f"regexp_replace(date_text(v), '{_YEAR_END}', '\\1-\\2-\\3 ')")
    plain, even = "date_text(v)", "date_even(v)"
    branches = [
        (even, f"{_YEAR_FIRST}{_TIME}", _with_time("%Y-%m-%d")),
        (f"replace({plain}, ' ', '')", _SHORT_YEAR_FIRST, ("%y.%m.%d",)),
        (f"replace({plain}, '/', '-')", _SHORT_YEAR_LAST, _ordered("%y", day_first)),
        ("date_late(v)", f"{_YEAR_LAST}{_TIME}", _timed(day_first)),
        (plain, _DIGITS, ("%Y%m%d",)),
        (plain, _NAMED, _MONTH_NAMED),
        (plain, r"[0-9]{1,2}[- ][A-Za-z]{3}[- ][0-9]{2}", ("%d-%b-%y", "%d %b %y")),
    ]  # fmt: skip
    cases = []
    for text, pattern, forms in branches:
        listed = ", ".join(f"'{form}'" for form in forms)
        cases.append(
            f"WHEN regexp_full_match({plain}, '{pattern}') "
            f"THEN try_strptime(rtrim({text}), [{listed}])"
        )
    # Times of several zones can only be compared in one: UTC.
    zoned = ", ".join(f"'%Y-%m-%d {clock}%z'" for clock in _CLOCKS[:3])
    cases.append(
        f"WHEN regexp_full_match({plain}, '{_YEAR_FIRST}{_TIME}{_ZONE}') "
        f"THEN try_strptime({even}, [{zoned}]) AT TIME ZONE 'UTC'"
    )
    name = "date_day_first" if day_first else "date_month_first"
    chain.define(name, f"CASE {' '.join(cases)} END")
    return name


def _ordered(year: str, day_first: bool) -> tuple[str, ...]:
    forms = (f"%d-%m-{year}", f"%m-%d-{year}")
    return forms if day_first else forms[::-1]


def _timed(day_first: bool) -> tuple[str, ...]:
    return tuple(form for day in _ordered("%Y", day_first) for form in _with_time(day))


def _with_time(day: str) -> tuple[str, ...]:
    zulu = tuple(f"{day} {clock}Z" for clock in _CLOCKS[:3])
    return (day, *(f"{day} {clock}" for clock in _CLOCKS), *zulu)
