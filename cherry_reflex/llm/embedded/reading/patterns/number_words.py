"""Numbers in words: `twenty five`, `two hundred`, `a dozen`, `third`, `half`, `an hour`, `다섯 개`,
`세 번째`, `백 명`, `절반`, `일주일`."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.linked import NumberMeaning
from cherry_reflex.llm.embedded.reading.patterns.match import Match, alternatives

_LESS_SURE = 0.6
"""How sure it is that `one`, `first` or `한` is a number at all."""
_TENS = 20
_THOUSAND = 1000


def number_words_in(text: str) -> tuple[Match, ...]:
    """Return the numbers that are written in words."""
    return (
        *_cardinals(text),
        *_single_words(text),
        *_native(text),
        *_sino(text),
        *_fractions(text),
        *_spans(text),
    )


def _fractions(text: str) -> Iterator[Match]:
    """Yield parts of a whole as percentages: `half`, `절반`."""
    known: Mapping[str, float] = _known()["fraction"]
    pattern = rf"(?<![\w가-힣])({alternatives(known)})(?![A-Za-z])(?!\s?반)"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        meaning = NumberMeaning(known[match.group(1).lower()], "%", is_percent=True)
        yield Match(match.start(), match.end(), meaning, _LESS_SURE)


def _spans(text: str) -> Iterator[Match]:
    """Yield lengths of time that are one word, or have no number: `an hour`, `일주일`."""
    known: Mapping[str, tuple[float, str]] = _known()["span"]
    pattern = rf"(?<![\w가-힣])({alternatives(known)})(?![A-Za-z])"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        value, unit = known[match.group(1).lower()]
        yield Match(match.start(), match.end(), NumberMeaning(float(value), unit), _LESS_SURE)
    bare: Mapping[str, float] = _known()["bare"]
    units = alternatives(_known()["unit"]["ko"])
    for match in re.finditer(rf"(?<![가-힣\d])({alternatives(bare)})\s?({units}|보)", text):
        meaning = NumberMeaning(float(bare[match.group(1)]), match.group(2))
        yield Match(match.start(), match.end(), meaning, _LESS_SURE)


def _single_words(text: str) -> Iterator[Match]:
    for match in re.finditer(r"[A-Za-z]+", text):
        word = match.group().lower()
        if word in _known()["ordinal"]:
            meaning = NumberMeaning(float(_known()["ordinal"][word]), is_ordinal=True)
            yield Match(match.start(), match.end(), meaning, _LESS_SURE)
        elif word in _known()["decade"]:
            meaning = NumberMeaning(float(_known()["decade"][word]), is_decade=True)
            yield Match(match.start(), match.end(), meaning)


def _cardinals(text: str) -> Iterator[Match]:
    """Yield runs of words that make one number."""
    words: Mapping[str, float] = _known()["cardinal"]
    times: Mapping[str, float] = _known()["multiplier"]
    for match in _cardinal().finditer(text):
        said = re.findall(r"[a-z]+", match.group().lower())
        total = current = 0.0
        for word in said:
            if word in times:
                current = (current or 1.0) * times[word]
                if times[word] >= _THOUSAND:
                    total, current = total + current, 0.0
            elif word not in ("a", "and"):
                current += words[word]
        strength = _LESS_SURE if said == ["one"] else 1.0
        yield Match(match.start(), match.end(), NumberMeaning(total + current), strength)


def _native(text: str) -> Iterator[Match]:
    for match in _native_number().finditer(text):
        number = float(_known()["native"][match["number"]])
        if match["ordinal"]:
            yield Match(match.start(), match.end(), NumberMeaning(number, is_ordinal=True))
        else:
            meaning = NumberMeaning(number, match["unit"].strip())
            strength = 1.0 if number > 1 else _LESS_SURE
            yield Match(match.start(), match.end(), meaning, strength)
    for match in _native_ordinal().finditer(text):
        number = float(_known()["native_ordinal"][match.group(1)])
        yield Match(match.start(), match.end(), NumberMeaning(number, is_ordinal=True))


def _sino(text: str) -> Iterator[Match]:
    for match in _sino_number().finditer(text):
        percent = match["unit"].strip() in _known()["percent"]
        unit = "%" if percent else match["unit"].strip()
        meaning = NumberMeaning(_sino_value(match["number"]), unit, percent)
        yield Match(match.start(), match.end(), meaning)


def _sino_value(text: str) -> float:
    digits: Mapping[str, int] = _known()["sino_digit"]
    places: Mapping[str, float] = _known()["sino_place"]
    total = section = 0.0
    pending: float | None = None
    for letter in text:
        if letter in digits:
            pending = float(digits[letter])
        elif letter in places:
            section += (1.0 if pending is None else pending) * places[letter]
            pending = None
        else:
            total += (section + (pending or 0.0) or 1.0) * _known()["scale"][letter]
            section, pending = 0.0, None
    return total + section + (pending or 0.0)


def _known() -> Any:
    return analysis_words.language("numbers")


@cache
def _cardinal() -> re.Pattern[str]:
    tens = [word for word, value in _known()["cardinal"].items() if value >= _TENS]
    units = [word for word, value in _known()["cardinal"].items() if 0 < value < _TENS // 2]
    two = rf"(?:{alternatives(tens)})[ -](?:{alternatives(units)})"
    one = rf"(?:{two}|{alternatives(_known()['cardinal'])})"
    times = rf"(?:{alternatives(_known()['multiplier'])})"
    return re.compile(
        rf"\b(?:(?:{one}|a)(?: {times})+(?: (?:and )?{one}(?: {times})*)*|{one})\b", re.I
    )


@cache
def _native_number() -> re.Pattern[str]:
    units = [unit for unit in _known()["unit"]["ko"] if unit not in _known()["native_unit_never"]]
    return re.compile(
        rf"(?<![가-힣])(?P<number>{alternatives(_known()['native'])})"
        rf"(?:\s?(?P<ordinal>번째|번 째|째)|(?P<unit>\s?(?:{alternatives(units)})))"
    )


@cache
def _native_ordinal() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![가-힣])({alternatives(_known()['native_ordinal'])})(?:\s?번째|\s?째)?"
    )


@cache
def _sino_number() -> re.Pattern[str]:
    units = alternatives([*_known()["unit"]["ko"], *_known()["percent"]])
    return re.compile(
        rf"(?<![가-힣\d])(?P<number>[일이삼사오육칠팔구]?[십백천][일이삼사오육칠팔구십백천]*[만억]?"
        rf"|[일이삼사오육칠팔구][만억])(?P<unit>\s?(?:{units}))"
    )
