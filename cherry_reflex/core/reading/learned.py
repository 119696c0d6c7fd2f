"""What a choice between two readings says about a word."""

from collections.abc import Iterator, Mapping
from typing import Any

from cherry_reflex.core.reading.reading import Reading

_TARGET = "target"
"""The one role in which a reading names a column by a bare text."""


class _Otherwise(Exception):
    """The readings differ in more than a column."""


def learned(before: Reading, after: Reading, words: Mapping[str, str]) -> tuple[str, str] | None:
    """Return (word, column) when `after`, which a person has chosen over `before`, says which
    column a word of the question means; None when it does not say so beyond doubt.

    It does when the readings differ in nothing but one column in one role, and exactly one word
    is linked to either of the two (`words`: word of the question -> column). A word that is
    itself the name of one of the columns means nothing else from now on.
    """
    try:
        found = list(_replaced(before.model_dump(mode="json"), after.model_dump(mode="json")))
    except _Otherwise:
        return None
    if len(found) != 1:
        return None
    ((old, new),) = found
    linked = [word for word, column in words.items() if column in (old, new)]
    if len(linked) != 1 or _plain(linked[0]) in ("", _plain(old), _plain(new)):
        return None
    return linked[0], new


def _replaced(before: Any, after: Any, role: str = "") -> Iterator[tuple[str, str]]:
    """Yield (old, new) of each place where another column stands. Raises _Otherwise."""
    if before == after:
        return
    if role == _TARGET and before and after:
        yield str(before), str(after)
    elif isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        if before.get("kind") == after.get("kind") == "column":
            if {**before, "name": ""} != {**after, "name": ""}:
                raise _Otherwise
            yield str(before["name"]), str(after["name"])
            return
        for key, value in before.items():
            yield from _replaced(value, after[key], key)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _replaced(one, other)
    else:
        raise _Otherwise


def _plain(word: str) -> str:
    return "".join(word.split()).casefold().replace("_", "")
