"""Numbers as people and models write them: 1,234.5; -3e-4; 41 %; 1.2 million; 1억 2,345만; 3–5."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Bound = Literal["", "<", ">"]

_DIGITS_MAX = 40
_POWER_MAX = 250
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_POWER = r"[eE][-+−]?[0-9]{1,3}|\s?(?:×|x|\\times|·)\s?10(?:\^\{?[-−]?[0-9]{1,3}\}?|[⁻⁰¹²³⁴-⁹]+)"
_NUMBER = re.compile(rf"({_DIGITS})({_POWER})?")
_SIGN = "-−–+"
_KOREAN = re.compile(r"(?:[십백천]?[만억조](?!큼|각|사|합)|[천백](?!안|분|화|점))")
_LATIN = re.compile(
    r"\s?(?:(thousand|million|billion|trillion|bn|mn)(?![A-Za-z])|([kKMBT])(?![\w]))"
)
_FURTHER = re.compile(rf"\s?({_DIGITS})")
_COUNTED = re.compile(r"\s?[가-힣]")
_WORD = re.compile(r"[\w.]*\w")
_PERCENT = re.compile(r"\s?(?:%p|%P|%|퍼센트|percentage points?|percent|pp(?![a-z]))")
_LESS = re.compile(r"(?:<|≤|&lt;|\\le|less than|below|under|at most)=?\s*[$€£₩]?\s*$", re.I)
_MORE = re.compile(r"(?:>|≥|&gt;|\\ge|more than|above|over|at least)=?\s*[$€£₩]?\s*$", re.I)
_SAID_AFTER = re.compile(r"\s?[가-힣]{0,2}\s?(?:(미만|이하)|(초과|이상|넘))")
_RANGE = re.compile(r"\s?(?:[-–−~〜]|to)\s?(?=[0-9.])")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?![A-Za-z])|번째|(?:차|위)(?![가-힣]*[0-9])")

_WORDS = {
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "bn": 1e9,
    "mn": 1e6,
    "k": 1e3,
    "m": 1e6,
    "b": 1e9,
    "t": 1e12,
}
_SCALES = {"십": 10.0, "백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12}
_SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_BEFORE_CHARS = 24


@dataclass(frozen=True)
class Written:
    """A number in a text. `value` is what it stands for, scale words included; `bare` without
    them. `unit` is what its last digit counts, `digits` how many digits it has that tell
    something; `rough` the same unit when zeros at its end tell nothing (1,200 for 1,234)."""

    start: int
    end: int
    value: float
    bare: float
    unit: float
    rough: float
    digits: int
    percent: bool = False
    signed: bool = False
    """It has a sign of its own."""
    bound: Bound = ""
    """It is a limit (`p < 0.001`), which a figure keeps."""
    whole: bool = False
    """A whole number without sign, scale, percent or fraction: it may be a mere count."""
    ordinal: bool = False


def numbers(text: str) -> Iterator[Written]:
    """Yield the numbers of `text` in order. Digits inside of words (`Q3`, `x_1`) are none."""
    at = 0
    inherited: list[Written] = []
    while match := _NUMBER.search(text, at):
        at = match.end()
        if _is_inside_word(text, match):
            at = max(at, _word_end(text, at))
            continue
        one = _read(text, match)
        if one is None:
            continue
        at = one.end
        if _RANGE.match(text, one.end) and not (one.percent or one.value != one.bare):
            inherited.append(one)  # the second of `3–5 %` says what both are
            continue
        for first in inherited:
            yield _alike(first, one)
        inherited = []
        yield one
    yield from inherited


def _alike(first: Written, second: Written) -> Written:
    scale = second.value / second.bare if second.bare and second.value != second.bare else 1.0
    return replace(
        first,
        percent=second.percent,
        value=first.value * scale,
        unit=first.unit * scale,
        rough=first.rough * scale,
        whole=first.whole and second.whole,
    )


def _is_inside_word(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1] if match.start() else " "
    if before == "_" or (before.isascii() and before.isalpha()):
        return True
    if before == "." and match.start() > 1 and text[match.start() - 2].isalnum():
        return True  # 1.2.3, x.5
    # `COVID-19`, `코로나-19`: a hyphen right behind a letter is no sign.
    behind = text[match.start() - 2] if match.start() > 1 else " "
    if before in "-_" and (behind.isalpha() or behind == "_"):
        return True
    after = text[match.end() : match.end() + 3]
    if re.match(r"\.[0-9]", after) or re.match(r"_", after):
        return True
    return bool(re.match(r"[A-Za-z]+[0-9_]", text[match.end() : match.end() + 12]))


def _word_end(text: str, at: int) -> int:
    found = _WORD.match(text, at)
    return found.end() if found else at


def _read(text: str, match: re.Match[str]) -> Written | None:
    plain = match.group(1).replace(",", "")
    power = _exponent(match.group(2))
    if len(plain) > _DIGITS_MAX or abs(power) > _POWER_MAX:
        return None
    places = len(plain.partition(".")[2])
    scaled = _scaled(text, match.end(), float(plain) * 10.0**power, 10.0 ** (power - places))
    figure = str(round(scaled.value / scaled.unit))
    trailing = len(figure) - len(figure.rstrip("0")) if scaled.unit >= 1 and figure != "0" else 0
    start, sign = _sign(text, match.start())
    percent = _PERCENT.match(text, scaled.end)
    end = percent.end() if percent else scaled.end
    is_plain = places == 0 and not match.group(2) and scaled.end == match.end()
    return Written(
        start=start,
        end=end,
        value=sign * scaled.value,
        bare=sign * scaled.bare,
        unit=scaled.unit,
        rough=scaled.unit * 10.0**trailing,
        digits=len(figure),
        percent=percent is not None,
        signed=start != match.start(),
        bound=_bound(text, start, end),
        whole=is_plain and percent is None and start == match.start(),
        ordinal=bool(_ORDINAL.match(text, match.end())),
    )


@dataclass(frozen=True)
class _Scaled:
    value: float
    bare: float
    unit: float
    end: int


def _scaled(text: str, end: int, bare: float, unit: float) -> _Scaled:
    """Return a number with the words of scale behind it."""
    if word := _LATIN.match(text, end):
        scale = _WORDS[(word.group(1) or word.group(2)).lower()]
        return _Scaled(bare * scale, bare, unit * scale, word.end())
    scale, end_of_scale = _korean_scale(text, end)
    if scale == 1:
        return _Scaled(bare, bare, unit, end)
    found = _Scaled(bare * scale, bare, unit * scale, end_of_scale)
    # 1억 2,345만 6,789: each further part counts something smaller.
    while further := _FURTHER.match(text, found.end):
        part, smallest = float(further.group(1).replace(",", "")), scale
        scale, end_of_scale = _korean_scale(text, further.end())
        is_last = scale == 1
        if part * scale >= smallest or scale >= smallest:
            break
        if is_last and not _COUNTED.match(text, further.end()):
            break
        value = found.value + part * scale
        places = len(further.group(1).partition(".")[2])
        found = _Scaled(value, value, scale * 10.0**-places, end_of_scale)
        if is_last:
            break
    return found


def _korean_scale(text: str, at: int) -> tuple[float, int]:
    scale = 1.0
    found = _KOREAN.match(text, at)
    if found is None:
        return scale, at
    for sign in found.group():
        scale *= _SCALES[sign]
    return scale, found.end()


def _exponent(written: str | None) -> int:
    if not written:
        return 0
    if written[0] in "eE":
        return int(written[1:].replace("−", "-"))
    power = written.rpartition("10")[2].translate(_SUPERSCRIPT)
    return int(power.strip("^{}").replace("−", "-") or 0)


def _sign(text: str, at: int) -> tuple[int, float]:
    """Return where the number begins with its sign, and the sign."""
    if at and text[at - 1] in _SIGN:
        before = text[at - 2] if at > 1 else " "
        if not (before.isalnum() or before in ")]%\"'_"):
            return at - 1, 1.0 if text[at - 1] == "+" else -1.0
    for between in ("$", "₩", "€", "£"):  # -$5
        if at > 1 and text[at - 1] == between and text[at - 2] in "-−":
            return at - 2, -1.0
    return at, 1.0


def _bound(text: str, start: int, end: int) -> Bound:
    before = text[max(0, start - _BEFORE_CHARS) : start]
    if _LESS.search(before):
        return "<"
    if _MORE.search(before):
        return ">"
    if after := _SAID_AFTER.match(text, end):
        return "<" if after.group(1) else ">"
    return ""
