"""Whether an answer states what DABench expects: values in its format, `@name[value]`.

A **number** is right when it rounds to the published one at the digits that were published: 34.65
is right as 34.65, 34.649 and 34.6501, not as 34.7. **Words** are compared without case, quotes,
brackets, and the difference of `_`, `-` and a blank. A **list** or object is right part by part, in
order, lists of words in any order. Where a name comes once in what is expected, the last time that
the answer states it counts; where it comes more often (one of each continent), each value must be
stated somewhere.
"""

import re
from collections import Counter
from collections.abc import Sequence

_BEGIN = re.compile(r"@\s*([A-Za-z]\w*)\s*\[")
_SEPARATOR = re.compile(r"[,;{}\[\]()]|:(?=\s|\d|-|\.|$)")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?%?")
_NOTHING = {"", "none", "no", "nan", "null", "empty"}


def stated(text: str) -> list[tuple[str, str]]:
    """Return the names and values that an answer states, in order."""
    plain = text.replace("\\_", "_").replace("−", "-").replace("`", "")
    found = []
    for match in _BEGIN.finditer(plain):
        depth, end = 1, match.end()
        while end < len(plain) and depth:
            depth += {"[": 1, "]": -1}.get(plain[end], 0)
            end += 1
        found.append((match[1].lower(), plain[match.end() : end - 1 if not depth else end].strip()))
    return found


def is_right(expected: Sequence[tuple[str, str]], text: str) -> bool:
    """Return whether an answer states all that is expected."""
    found = stated(text)
    times = Counter(name.lower() for name, _ in expected)
    for name, value in expected:
        places = [n for n, (other, _) in enumerate(found) if other == name.lower()]
        if times[name.lower()] == 1:
            places = places[-1:]
        place = next((n for n in places if same(value, found[n][1])), None)
        if place is None:
            return False
        del found[place]
    return bool(expected)


def begins_with_format(text: str) -> bool:
    """Return whether an answer begins with the format, not with words before it."""
    return _BEGIN.match(text.lstrip(" \n*`-{")) is not None


def same(expected: str, got: str) -> bool:
    """Return whether two values say the same."""
    wanted = _parts(expected)
    found = _parts(got, is_list=len(wanted) > 1)
    if not wanted:
        return not found or (len(found) == 1 and found[0] in _NOTHING)
    if len(wanted) != len(found):
        return False
    if not any(map(_is_number, wanted)):
        return sorted(wanted) == sorted(found)
    return all(_same_part(*pair) for pair in zip(wanted, found, strict=True))


def _parts(value: str, *, is_list: bool = False) -> list[str]:
    bare = value.strip()
    if not is_list and _is_number(bare):
        return [bare.replace(",", "")]
    return list(filter(None, map(_part, _SEPARATOR.split(bare))))


def _part(text: str) -> str:
    bare = text.strip(" '\"\n\t*")
    return bare if _is_number(bare) else re.sub(r"[\s_-]+", " ", bare).strip().lower()


def _same_part(expected: str, got: str) -> bool:
    if not (_is_number(expected) and _is_number(got)):
        return expected == got
    half = 0.5 * 10.0 ** -_decimals(expected.rstrip("%"))
    want = float(expected.rstrip("%"))
    return abs(float(got.rstrip("%")) - want) <= half * 1.000001 + 1e-12


def _is_number(text: str) -> bool:
    bare = text.strip()
    return bool(re.search(r"\d", bare)) and _NUMBER.fullmatch(bare) is not None


def _decimals(number: str) -> int:
    digits, _, power = number.lower().partition("e")
    return len(digits.partition(".")[2]) - int(power or 0)
