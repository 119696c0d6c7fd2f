"""Headers of columns as words: `totMedCost`, `dep_delay_min`, `수량(kg/10a)`."""

import re
from dataclasses import dataclass

from cherry_reflex.llm.embedded.knowledge import analysis_words

_BRACKETS = re.compile(r"\s*[(\[{（]\s*([^)\]}）]*)\s*[)\]}）]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PIECE = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Header:
    """A header taken apart. `words` are its words as written in lower case, `spelled` those with
    abbreviations written out, both without a unit at its end or in brackets."""

    words: tuple[str, ...]
    spelled: tuple[str, ...]
    unit: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        """What the column is called by its header alone, the nearest to it first."""
        return tuple(
            dict.fromkeys(form for form in (" ".join(self.words), " ".join(self.spelled)) if form)
        )


def header_of(name: str) -> Header:
    """Take a header apart."""
    unit = ""
    bracket = _BRACKETS.search(name)
    bare = _BRACKETS.sub(" ", name) if bracket else name
    if bracket:
        unit = bracket.group(1).strip()
    if not _PIECE.search(bare):
        bare = name
    words = tuple(_pieces(bare))
    units = analysis_words.header_units()
    if len(words) > 1 and words[-1] in units:
        unit = unit or words[-1]
        words = words[:-1]
    short = analysis_words.abbreviations()
    spelled = tuple(short.get(word, (word,))[0] for word in words)
    return Header(words, spelled, unit)


def _pieces(name: str) -> list[str]:
    parted = _CAMEL.sub(" ", name)
    return [piece.lower() for piece in _PIECE.findall(parted)]
