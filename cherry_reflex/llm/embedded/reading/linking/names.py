"""Where names with signs or digits in them (`one_page`, `SH-305`), and codes that look like those
of a column, are written in a question."""

import re
from collections.abc import Sequence

from cherry_reflex.llm.embedded.reading.linked import ValueMeaning
from cherry_reflex.llm.embedded.reading.linking.table_index import TableIndex
from cherry_reflex.llm.embedded.reading.patterns.match import Match
from cherry_reflex.llm.embedded.reading.shape import codes_in, fits

_WORD = r"[A-Za-z0-9_]"
_FITTING = 0.8
"""How sure it is that what looks like a code of a column is one."""


def names_in(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places (start, end) of names that have letters and no space, whatever their
    case; a longer name hides those within it."""
    found: list[tuple[int, int]] = []
    lowered = text.lower()
    for name in sorted((n for n in names if " " not in n), key=len, reverse=True):
        said = name.lower()
        if said not in lowered:
            continue
        for match in re.finditer(rf"(?<!{_WORD}){re.escape(said)}(?!{_WORD})", lowered):
            if not any(s < match.end() and match.start() < e for s, e in found):
                found.append((match.start(), match.end()))
    return sorted(found)


def codes_of(text: str, index: TableIndex) -> list[Match]:
    """Return what looks like the values of a column of codes (`INV-22704`), known or not."""
    return [
        Match(code.start(), code.end(), ValueMeaning(name, code.group()), _FITTING)
        for code in codes_in(text)
        for name, values in index.coded
        if fits(code.group(), values)
    ]
