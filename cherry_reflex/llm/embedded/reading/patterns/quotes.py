"""Names between quotes, and headers between brackets."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_QUOTED = re.compile(
    r"\"([^\"\n]{1,80})\"|“([^”\n]{1,80})”|`([^`\n]{1,80})`|「([^」\n]{1,80})」|『([^』\n]{1,80})』"
    r"|(?<![\w'])'([^'\n]{1,80})'(?![A-Za-z'])|‘([^’\n]{1,80})’(?![A-Za-z])"
)


_BRACKETED = re.compile(r"\(([^()\n]{2,80})\)")


@dataclass(frozen=True)
class Quoted:
    """Characters between quotes, from `start` up to `end` (not included), without the quotes."""

    text: str
    start: int
    end: int


def quoted_in(text: str, headers: Collection[str] = ()) -> tuple[Quoted, ...]:
    """Return what a text has between quotes, and headers as they are written between brackets
    (`the wind speed (WINDSPEED)`)."""
    bracketed = (
        Quoted(match[1], match.start(1), match.end(1))
        for match in _BRACKETED.finditer(text)
        if match[1] in headers
    )
    return (*_found(text), *bracketed)


def _found(text: str) -> Iterator[Quoted]:
    for match in _QUOTED.finditer(text):
        place = match.lastindex or 0
        if match.group(place).strip():
            yield Quoted(match.group(place), match.start(place), match.end(place))
