"""The SQL that makes dates and times of texts."""

import re
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.casts.cast import Cast, matched, value
from cherry_reflex.datasets.casts.dates import TIME, ZONE, DateEvidence, Order

UTC, MIXED = "UTC", "mixed"
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})?")
_HALF = r"( ?(오전|오후|AM|PM|am|pm|a\.m\.|p\.m\.) ?)?"


def cast(
    column: str, found: DateEvidence, order: Order, *, offsets: Sequence[str] = (), zone: str = ""
) -> Cast:
    """Return the cast of a column whose dates are in that order.

    `offsets` are those from UTC that its values have: with one, the times stay as the clocks there
    showed them; with several, they are those of `zone`, or of UTC. Raises BadInput
    `time_zone_unknown`.
    """
    text = value(column)
    forms = found.forms[order]
    day_first = {"dmy": True, "mdy": False}.get(order)
    dates = "|".join(form.pattern for form in forms)
    if not found.times:
        made = f"{_parsed(text, [form.format for form in forms])}::DATE"
        quick = ""
        if [form.format for form in forms] == ["%Y-%m-%d"]:
            quick = f"try_cast({ident(column)} AS DATE)"
        return Cast("DATE", matched(text, f"({dates})", made), quick, day_first=day_first)
    formats = [form.format + time for form in forms for time in found.times]
    pattern = f"({dates})((T| |, | T){_HALF}{TIME}{_HALF})?"
    clock = f"regexp_replace({text}, {literal(ZONE)}, '')" if found.has_zone else text
    if any("%p" in time for time in found.times):
        clock = _half_days(clock)
    if any("%f" in time for time in found.times):
        # Fractions of seconds are read as far as microseconds.
        clock = f"regexp_replace({clock}, '([.,][0-9]{{6}})[0-9]+', '\\1')"
    made = _parsed(clock, formats)
    if not found.has_zone:
        plain = {"%Y-%m-%d %H:%M:%S"} == set(formats)
        quick = f"try_cast({ident(column)} AS TIMESTAMP)" if plain else ""
        return Cast("TIMESTAMP", matched(text, pattern, made), quick, day_first=day_first)
    pattern += ZONE.removesuffix("$")
    if len(offsets) <= 1 and not zone:
        told = offset_of(offsets[0]) if offsets else UTC
        return Cast("TIMESTAMP", matched(text, pattern, made), day_first=day_first, zone=told)
    moment = f"({made} - {_shift(text)})"
    shown = f"({at_zone(moment, zone or UTC)})"
    told = zone or MIXED
    return Cast("TIMESTAMP", matched(text, pattern, shown), day_first=day_first, zone=told)


def offsets(column: str) -> str:
    """Return SQL for the different offsets from UTC in a column, as they are written."""
    return f"list_sort(list(DISTINCT trim(regexp_extract({value(column)}, {literal(ZONE)}, 1))))"


def offset_of(written: str) -> str:
    """Return `UTC` or `UTC+09:00` for an offset as it is written."""
    found = _OFFSET.fullmatch(written)
    if found is None or (found[2] == "00" and found[3] in (None, "00")):
        return UTC
    return f"UTC{found[1]}{found[2]}:{found[3] or '00'}"


def at_zone(moment: str, zone: str) -> str:
    """Return SQL for the clock of a zone (an IANA name, `UTC` or `UTC+09:00`) at a moment that is
    given as a TIMESTAMP of UTC. Raises BadInput `time_zone_unknown`."""
    if zone == UTC:
        return moment
    if fixed := _OFFSET.fullmatch(zone.removeprefix(UTC)):
        shift = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        return f"{moment} {fixed[1]} INTERVAL '{int(shift.total_seconds())} seconds'"
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput("time_zone_unknown", zone=zone[:80]) from error
    return f"({moment} AT TIME ZONE 'UTC') AT TIME ZONE {literal(zone)}"


def _shift(text: str) -> str:
    part = f"regexp_extract({text}, '([+-])([0-9]{{2}}):?([0-9]{{2}})?$', "
    hours = f"coalesce(try_cast({part} 2) AS INTEGER), 0)"
    minutes = f"coalesce(try_cast({part} 3) AS INTEGER), 0)"
    sign = f"(CASE WHEN {part} 1) = '-' THEN -1 ELSE 1 END)"
    return f"to_minutes({sign} * ({hours} * 60 + {minutes}))"


def _half_days(text: str) -> str:
    halves = {"오전": "AM", "오후": "PM", "a.m.": "AM", "p.m.": "PM"}
    for written, half in halves.items():
        text = f"replace({text}, '{written}', '{half}')"
    return text


def _parsed(text: str, formats: Sequence[str]) -> str:
    listed = ", ".join(literal(form) for form in formats)
    return f"try_strptime({text}, {listed if len(formats) == 1 else f'[{listed}]'})"
