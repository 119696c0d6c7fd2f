"""Column names as a table can have them: present, different, printable."""

from collections.abc import Iterable

from cherry_reflex.core.errors import BadInput

COLUMNS_MAX = 2000
_LENGTH_MAX = 200


def headings(given: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return usable names, and what was changed as codes (`unnamed`, `repeated`).

    Empty names become `column_3`, repeated ones get a number. Names that differ only in case are
    kept apart as well, since SQL does not tell them apart. Raises BadInput `columns_many`.
    """
    names: list[str] = []
    taken: set[str] = set()
    changed: set[str] = set()
    for place, raw in enumerate(given, start=1):
        if place > COLUMNS_MAX:
            raise BadInput("columns_many", limit=COLUMNS_MAX)
        base = " ".join("".join(c if c.isprintable() else " " for c in raw).split())[:_LENGTH_MAX]
        if not base:
            base = f"column_{place}"
            changed.add("unnamed")
        name, number = base, 2
        while name.casefold() in taken:
            name, number = f"{base}_{number}", number + 1
            changed.add("repeated")
        taken.add(name.casefold())
        names.append(name)
    return names, sorted(changed)
