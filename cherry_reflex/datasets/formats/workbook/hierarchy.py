"""Indented labels as a hierarchy: each row's parent is the nearest row above that stands further
left."""

from collections.abc import Sequence


def parents_of(labels: Sequence[str | None], levels: Sequence[int]) -> list[str | None] | None:
    """Return the parent's label for each row, None for rows of the first level; None altogether
    when the rows are no hierarchy (all on one level, or the first below the others)."""
    present = [level for label, level in zip(labels, levels, strict=True) if label]
    if len(set(present)) < 2 or present[0] != min(present):
        return None
    found: list[str | None] = []
    open_rows: list[tuple[int, str]] = []
    for label, level in zip(labels, levels, strict=True):
        if not label:
            found.append(None)
            continue
        while open_rows and open_rows[-1][0] >= level:
            open_rows.pop()
        found.append(open_rows[-1][1] if open_rows else None)
        open_rows.append((level, label.strip()))
    return found
