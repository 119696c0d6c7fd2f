"""Names between quotes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTED = re.compile(
    r"\"([^\"\n]{1,80})\"|“([^”\n]{1,80})”|`([^`\n]{1,80})`|「([^」\n]{1,80})」|『([^』\n]{1,80})』"
    r"|(?<![\w'])'([^'\n]{1,80})'(?![A-Za-z'])|‘([^’\n]{1,80})’(?![A-Za-z])"
)


@dataclass(frozen=True)
class Quoted:
    """Characters between quotes, from `start` up to `end` (not included), without the quotes."""

    text: str
    start: int
    end: int


def quoted_in(text: str) -> tuple[Quoted, ...]:
    """Return what a text has between quotes."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Quoted]:
    for match in _QUOTED.finditer(text):
        place = match.lastindex or 0
        if match.group(place).strip():
            yield Quoted(match.group(place), match.start(place), match.end(place))
