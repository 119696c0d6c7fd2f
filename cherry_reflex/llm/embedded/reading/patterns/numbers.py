"""Numbers in digits: `1,234.5`, `2.5k`, `3만 5천`, `$30`, `20%`, `95th`, `p95`, `20대`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.linked import NumberMeaning
from cherry_reflex.llm.embedded.reading.patterns.listing import begin_of
from cherry_reflex.llm.embedded.reading.patterns.match import Match, alternatives

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\d)\.\d+)"
_LESS_SURE = 0.5


def numbers_in(text: str) -> tuple[Match, ...]:
    """Return the numbers written in digits. With its unit and without it a number is two. The
    number of a question in a list (`2. How many …`) is none."""
    begin = begin_of(text)
    scaled = list(_scaled().finditer(text, begin))
    found = [match for one in scaled for match in _with_unit(text, one, _scaled_value(one.group()))]
    for one in _number().finditer(text, begin):
        is_taken = any(other.start() <= one.start() < other.end() for other in scaled)
        if not is_taken and _may_begin(text, one.start()):
            found.extend(_readings(text, one))
    return tuple(dict.fromkeys(found))


def _may_begin(text: str, start: int) -> bool:
    """Whether a number may stand there: not within a name (`OD450`), but behind `top` (`top10`)."""
    word = re.search(r"[A-Za-z]+$", text[:start])
    return word is None or word.group().lower() in _known()["joined"]


def _readings(text: str, match: re.Match[str]) -> Iterator[Match]:
    """Yield what one written number may be."""
    value = float(match["digits"].replace(",", "")) * (-1 if match["sign"] else 1)
    start, end = match.start(), match.end()
    if match["ordinal"]:
        yield Match(start, end, NumberMeaning(value, is_ordinal=True))
        yield Match(start, end, NumberMeaning(value), _LESS_SURE)
    elif match["decade"]:
        yield Match(start, end, NumberMeaning(value, is_decade=True))
        if match["decade"] in _known()["unit"]["ko"]:
            yield Match(start, end, NumberMeaning(value, match["decade"]), _LESS_SURE)
    elif match["scale"]:
        times = float(_known()["suffix"][match["scale"]])
        currency = match["currency"] or ""
        for one in _with_unit(text, match, value * times):
            meaning = one.meaning
            if isinstance(meaning, NumberMeaning) and currency:
                one = replace(one, meaning=replace(meaning, unit=currency))
            yield one
        if match["scale"] in _known()["suffix_or_unit"]:
            yield Match(start, end, NumberMeaning(value, unit=match["scale"]), _LESS_SURE)
    else:
        yield from _with_unit(text, match, value, match["currency"] or "")
        behind = _PLACE.match(text, end)
        if behind:
            yield Match(start, behind.end(), NumberMeaning(value, is_ordinal=True))


_PLACE = re.compile(r"\s?(?:번째|번 째|째|위|등)(?!\s?(?:이내|까지|안))")


def _with_unit(
    text: str, match: re.Match[str], value: float, currency: str = ""
) -> Iterator[Match]:
    """Yield a number with the unit behind it; alone too, where a space is between both."""
    end = match.end()
    unit = _unit().match(text, end)
    if unit is None or currency:
        yield Match(match.start(), end, NumberMeaning(value, currency))
        return
    told = unit["unit"] or ""
    meaning = NumberMeaning(value, "%" if unit["percent"] else told, bool(unit["percent"]))
    yield Match(match.start(), unit.end(), meaning)
    if text[end].isspace() and not unit["percent"]:
        yield Match(match.start(), end, NumberMeaning(value))


def _scaled_value(text: str) -> float:
    """Work out `1억 2천만`, `3만 5천`, `5백`."""
    places: Mapping[str, float] = _known()["sino_place"]
    scales: Mapping[str, float] = _known()["scale"]
    total = section = 0.0
    pending: float | None = None
    if text[-1] in places and ("억" in text or "조" in text):
        text += "만"  # `1억 2천` is said for 1억 2천만
    for token in re.findall(r"\d[\d,]*(?:\.\d+)?|[십백천만억조]", text):
        if token in places:
            section += (1.0 if pending is None else pending) * places[token]
            pending = None
        elif token in scales:
            total += (section + (pending or 0.0) or 1.0) * scales[token]
            section, pending = 0.0, None
        else:
            pending = float(token.replace(",", ""))
    return total + section + (pending or 0.0)


def _known() -> Any:
    return analysis_words.language("numbers")


@cache
def _number() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<![A-Za-z0-9_.])|(?<=[A-Za-z]))(?:(?<![A-Za-z])[pP](?=\d\d?(?!\w)))?"
        rf"(?:(?P<currency>{alternatives(_known()['currency'])})\s?)?"
        rf"(?:(?<![\w)])(?P<sign>[-−](?=[\d.])))?(?P<digits>{_DIGITS})"
        rf"(?:(?P<ordinal>(?:st|nd|rd|th)\b)|(?P<decade>(?<=0)(?:'?s\b|대))"
        rf"|\s?(?P<scale>{alternatives(_known()['suffix'])})(?![A-Za-z]))?"
    )


@cache
def _scaled() -> re.Pattern[str]:
    number = r"\d[\d,]*(?:\.\d+)?"
    return re.compile(
        rf"(?<![A-Za-z0-9_.])(?:{number}\s?[십백천]*[만억조](?:\s?{number}\s?(?:[십백천]+[만억]?|만)"
        rf"(?![월일년]))*|{number}\s?[십백천]+(?!분)(?:\s?{number}[십백]+)*)"
    )


@cache
def _unit() -> re.Pattern[str]:
    units = _known()["unit"]
    return re.compile(
        rf"\s?(?:(?P<percent>{alternatives(_known()['percent'])})(?![A-Za-z])"
        rf"|(?P<unit>{alternatives(units['ko'])}|(?:{alternatives(units['en'])})(?![A-Za-z])))",
        re.IGNORECASE,
    )
