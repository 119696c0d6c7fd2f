"""A question cut into segments: words, and the parts of Korean words."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.korean import cut
from cherry_reflex.llm.embedded.reading.linked import Segment
from cherry_reflex.llm.embedded.reading.patterns.listing import begin_of
from cherry_reflex.llm.embedded.reading.patterns.match import Match
from cherry_reflex.llm.embedded.reading.patterns.quotes import Quoted

_WORD = re.compile(
    r"[A-Za-z]+n['’]t\b|['’](?:s|re|ve|m|d|ll)\b|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*"
    r"|[가-힣]+|[ㄱ-ㆎ]+|\d+(?:[.,]\d+)*|[^\W\d_]+|[<>=!≥≤≠]+|(?<=\s)[-+*×÷/&](?=\s)|[+*×÷/&%]"
)
_WRITTEN = re.compile(r"\S+")
_SIGN = re.compile(r"[^\w\s]")


@dataclass(frozen=True)
class Known:
    """What the cutter must know: whether a Korean piece is a stem, and whether a sign or a word
    means something by itself."""

    is_stem: Callable[[str], bool]
    is_sign: Callable[[str], bool]


def segments_of(
    text: str,
    known: Known,
    matches: Sequence[Match] = (),
    quoted: Sequence[Quoted] = (),
    names: Sequence[tuple[int, int]] = (),
) -> tuple[Segment, ...]:
    """Cut a question. `matches` are its numbers and dates, which are not cut but at their ends;
    `names` are the places of names with signs or digits in them (`one_page`, `SH-305`), each of
    which is one segment. The number of a question in a list is no part of it."""
    found: list[Segment] = []
    begin = begin_of(text)
    for start, end, is_whole in _pieces(text, matches, names):
        if end <= begin:
            continue
        start = max(start, begin)
        if is_whole:
            found.append(_segment(text, start, end, quoted))
            continue
        for match in _WORD.finditer(text, start, end):
            word = match.group()
            if "가" <= word[0] <= "힣":
                place = match.start()
                for piece in cut(word, known.is_stem, analysis_words.particles()):
                    is_inside = place > match.start() or (place == start and place > 0)
                    found.append(_segment(text, place, place + len(piece), quoted, is_inside))
                    place += len(piece)
            elif not _SIGN.match(word) or word[0] in "'’" or known.is_sign(word):
                found.append(_segment(text, match.start(), match.end(), quoted))
    return tuple(found)


def _segment(
    text: str, start: int, end: int, quoted: Sequence[Quoted], is_inside: bool = False
) -> Segment:
    """Return a piece of the text; particles are function words inside a Korean word alone."""
    word = text[start:end]
    is_quoted = any(one.start <= start and end <= one.end for one in quoted)
    said = word.lower().replace("’", "'")
    is_function = (
        said in analysis_words.function_words()
        or (is_inside and said in analysis_words.particles())
        or _is_letter(word[0])
    )
    return Segment(word, start, end, is_function and not is_quoted, is_quoted)


def _is_letter(sign: str) -> bool:
    """Whether it is a Korean letter by itself, as in laughter and tears (`ㅋㅋ`, `ㅠㅠ`)."""
    return "ㄱ" <= sign <= "ㆎ"


def _pieces(
    text: str, matches: Iterable[Match], names: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int, bool]]:
    """Yield stretches of the text from left to right: those of patterns and names, cut where one
    of them begins or ends and at spaces, and those between."""
    areas = [(m.start, m.end) for m in matches]
    whole = sorted(set(names))
    areas += whole
    edges = sorted({e for area in areas for e in area if not any(s < e < t for s, t in whole)})
    place = 0
    for left, right in pairwise(edges):
        is_inside = any(start <= left and right <= end for start, end in areas)
        if not is_inside:
            continue
        if place < left:
            yield place, left, False
        if (left, right) in whole:
            yield left, right, True
        else:
            yield from (
                (left + m.start(), left + m.end(), True)
                for m in _WRITTEN.finditer(text[left:right])
            )
        place = right
    if place < len(text):
        yield place, len(text), False
