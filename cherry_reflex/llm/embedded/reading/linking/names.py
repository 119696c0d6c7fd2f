"""Where names with signs or digits in them (`one_page`, `SH-305`) are written in a question."""

import re
from collections.abc import Sequence

_WORD = r"[A-Za-z0-9_]"


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
