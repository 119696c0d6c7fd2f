"""Words with one letter wrong, missing, too many or two changed about."""

from collections.abc import Iterable, Iterator

LATIN_MIN = 4
"""Letters from which on a word is taken for another with a slip in it."""
HANGUL_MIN = 5
"""The same in Korean letters: two syllables, one of them with a final consonant, have five."""
TWICE_MIN = 9
"""Letters from which on two slips are forgiven."""
_FIRST = 0xAC00
_LAST = 0xD7A3
_VOWELS = 21
_FINALS = 28
_INITIAL, _VOWEL, _FINAL = 0x1100, 0x1161, 0x11A7


class Spelling:
    """Known words, found by what is left when a letter is taken from them; those of `base` too."""

    def __init__(self, words: Iterable[str], base: "Spelling | None" = None) -> None:
        self._base = base
        self._known: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            letters = letters_of(word)
            if len(letters) >= _least(word):
                for rest in _rests(letters):
                    self._known.setdefault(rest, []).append(word)

    def like(self, word: str) -> list[tuple[str, float]]:
        """Return known words that are spelled like one, each with how much alike (0 to 1)."""
        letters = letters_of(word)
        if len(letters) < _least(word):
            return []
        near = {known for rest in _rests(letters) for known in self._with(rest)}
        found = []
        for known in near:
            other = letters_of(known)
            slips = distance(letters, other)
            most = 2 if min(len(letters), len(other)) >= TWICE_MIN else 1
            if 0 < slips <= most:
                found.append((known, 1 - slips / max(len(letters), len(other))))
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _with(self, rest: str) -> list[str]:
        own = self._known.get(rest, [])
        return own + self._base._with(rest) if self._base is not None else own


def letters_of(word: str) -> str:
    """Return a word with its Korean syllables taken apart."""
    return "".join(_apart(letter) for letter in word)


def _apart(letter: str) -> str:
    number = ord(letter)
    if not _FIRST <= number <= _LAST:
        return letter
    number -= _FIRST
    final = number % _FINALS
    parts = chr(_INITIAL + number // (_VOWELS * _FINALS)) + chr(
        _VOWEL + number // _FINALS % _VOWELS
    )
    return parts + (chr(_FINAL + final) if final else "")


def _least(word: str) -> int:
    return LATIN_MIN if word.isascii() else HANGUL_MIN


def _rests(letters: str) -> Iterator[str]:
    yield letters
    for place in range(len(letters)):
        yield letters[:place] + letters[place + 1 :]


def distance(one: str, other: str) -> int:
    """Return how many letters must be changed, put in, left out or changed about."""
    before: list[int] = []
    line = list(range(len(other) + 1))
    for row, left in enumerate(one, start=1):
        following = [row]
        for column, right in enumerate(other, start=1):
            cost = min(
                line[column] + 1, following[column - 1] + 1, line[column - 1] + (left != right)
            )
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, before[column - 2] + 1)
            following.append(cost)
        before, line = line, following
    return line[-1]
