"""Spans of time seen from now: `last month`, `past 90 days`, `작년`, `최근 7일`, `지난 3개월`."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from cherry_reflex.core.reading.condition import PeriodUnit
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.linked import RelativeMeaning
from cherry_reflex.llm.embedded.reading.patterns.match import Match, alternatives

Which = Literal["last", "this", "next"]


def relative_dates_in(text: str) -> tuple[Match, ...]:
    """Return the spans of time that a text counts from now."""
    return tuple(dict.fromkeys([*_fixed(text), *_counted(text)]))


def _fixed(text: str) -> Iterator[Match]:
    for match in _fixed_words().finditer(text):
        said = match.group().lower()
        fixed = _known()["fixed"]
        which, count, unit = fixed.get(said) or fixed[said.replace(" ", "")]
        yield Match(match.start(), match.end(), RelativeMeaning(which, count, unit))


def _counted(text: str) -> Iterator[Match]:
    whiches: Mapping[str, Mapping[str, list[str]]] = _known()["which"]
    units: Mapping[str, PeriodUnit] = _known()["units"]
    for language, pattern in _counted_words().items():
        for match in pattern.finditer(text):
            said = match["which"].lower()
            which = next(w for w, words in whiches[language].items() if said in words)
            count = _count(match["count"])
            if count == 0:
                continue
            is_rolling = match["count"] is not None or said in _known()["rolling"]
            unit = units[match["unit"].lower()]
            yield Match(
                match.start(),
                match.end(),
                RelativeMeaning(_which(which), count, unit, is_rolling and which != "this"),
            )


def _which(said: str) -> Which:
    return "last" if said == "last" else "next" if said == "next" else "this"


def _count(said: str | None) -> int:
    if said is None:
        return 1
    numbers = analysis_words.language("numbers")
    words = {**numbers["cardinal"], **numbers["native"]}
    return int(words.get(said.lower(), said if said.isdigit() else 0))


def _known() -> Any:
    return analysis_words.language("calendar")


@cache
def _fixed_words() -> re.Pattern[str]:
    words = [
        r"\s?".join(_spaced(word)) for word in sorted(_known()["fixed"], key=len, reverse=True)
    ]
    return re.compile(rf"(?<![\w])(?:{'|'.join(words)})(?![A-Za-z])(?!대비)", re.IGNORECASE)


def _spaced(word: str) -> list[str]:
    """Return a Korean word of two parts (`지난달`) as both, as it is written with a space too."""
    heads = [w for words in _known()["which"]["ko"].values() for w in words if len(w) > 1]
    head = next((h for h in heads if word.startswith(h) and len(word) > len(h)), "")
    return [re.escape(head), re.escape(word[len(head) :])] if head else [re.escape(word)]


@cache
def _counted_words() -> Mapping[str, re.Pattern[str]]:
    numbers = analysis_words.language("numbers")
    units = _known()["units"]
    english = alternatives(unit for unit in units if unit.isascii())
    korean = alternatives(unit for unit in units if not unit.isascii())
    cardinal = alternatives(word for word in numbers["cardinal"] if word.isascii())
    native = alternatives(numbers["native"])
    which = {
        language: alternatives(w for words in whiches.values() for w in words)
        for language, whiches in _known()["which"].items()
    }
    return {
        "en": re.compile(
            rf"\b(?P<which>{which['en']})[ -](?:(?P<count>\d+|{cardinal})[ -]?)?"
            rf"(?:full |complete |calendar |business )?(?P<unit>{english})\b",
            re.IGNORECASE,
        ),
        "ko": re.compile(
            rf"(?<![가-힣])(?P<which>{which['ko']})(?:\s?(?P<count>\d+|{native})\s?)?(?:개\s?)?"
            rf"\s?(?P<unit>{korean})(?:간|치|동안)?",
        ),
    }
