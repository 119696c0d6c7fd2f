"""The layout of a table in a grid of texts: what stands above it, its heading, its rows, what
stands below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cherry_reflex.core.parse_options import LeftOut, ParseOptions
from cherry_reflex.datasets.casts.cast import is_missing
from cherry_reflex.datasets.casts.choice import evidence
from cherry_reflex.datasets.casts.units import unit_of_heading

HEAD_ROWS = 1000
TAIL_ROWS = 60
_TOTAL = re.compile(r"(?:grand |sub)?total|sum|합\s*계|총\s*계|소\s*계|계", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Where the table is in its rows, which are numbered from 1; rows of a tail are numbered from
    the end instead, -1 being the last: see `placed`."""

    above: tuple[LeftOut, ...] = ()
    skip_rows: int = 0
    header_rows: int = 1
    names: tuple[str, ...] = ()
    below: tuple[LeftOut, ...] = ()
    footer_rows: int = 0
    totals: tuple[LeftOut, ...] = ()
    inside: tuple[LeftOut, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    guesses: frozenset[str] = frozenset()

    def placed(self, rows: int) -> "Layout":
        """Return this with rows of the tail numbered from the beginning, for a grid of `rows`."""

        def numbered(found: tuple[LeftOut, ...]) -> tuple[LeftOut, ...]:
            return tuple(
                one.model_copy(update={"row": rows + one.row + 1}) if one.row < 0 else one
                for one in found
            )

        return replace(
            self,
            below=numbered(self.below),
            totals=numbered(self.totals),
            inside=numbered(self.inside),
        )


def find_layout(
    rows: Sequence[Sequence[str | None]],
    options: ParseOptions,
    *,
    is_whole: bool,
    tail: Sequence[Sequence[str | None]] = (),
) -> Layout:
    """Return the layout of the table in `rows`, the beginning of a grid (all of it if `is_whole`);
    `tail` are the last rows of a long one. Options that are set are taken as they are."""
    width = max((len(row) for row in (*rows, *tail)), default=0)
    grid = [[(cell or "").strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    end = [[(cell or "").strip() for cell in row] + [""] * (width - len(row)) for row in tail]
    skip = options.skip_rows if options.skip_rows is not None else _above(grid, width)
    header = options.header_rows if options.header_rows is not None else _header(grid[skip:])
    first = skip + header
    last = grid if is_whole else end
    offset = 0 if is_whole else -len(end) - 1
    footer = options.footer_rows if options.footer_rows is not None else _below(last, width, first)
    names = _names(grid[skip:first], width)
    totals: list[LeftOut] = []
    if options.totals != "keep":
        for place, row in enumerate(last[: len(last) - footer]):
            if (not is_whole or place >= first) and any(map(_TOTAL.fullmatch, row[:2])):
                totals.append(LeftOut(reason="total", row=place + 1 + offset, text=_text(row)))
    return Layout(
        above=tuple(_left_out(row, n + 1) for n, row in enumerate(grid[:skip])),
        skip_rows=skip,
        header_rows=header,
        names=names,
        below=tuple(
            _left_out(row, len(last) - footer + n + 1 + offset, "note")
            for n, row in enumerate(last[len(last) - footer :])
        ),
        footer_rows=footer,
        totals=tuple(totals),
        inside=tuple(
            LeftOut(reason="blank", row=n + 1)
            for n, row in enumerate(grid)
            if n >= first and not any(row)
        ),
        units={name: unit for name in names if (unit := unit_of_heading(name))},
    )


def _left_out(row: Sequence[str], number: int, reason: str = "title") -> LeftOut:
    reason = "comment" if row[:1] and row[0].startswith("#") else reason
    if not any(row):
        reason = "blank"
    return LeftOut.model_validate({"reason": reason, "row": number, "text": _text(row)})


def _text(row: Sequence[str]) -> str:
    return ", ".join(filter(None, row))[:200]


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _above(grid: Sequence[Sequence[str]], width: int) -> int:
    for place, row in enumerate(grid[:20]):
        if not any(row) or row[0].startswith("#"):
            continue
        following = next((other for other in grid[place + 1 :] if any(other)), row)
        if _filled(row) > 1 or width == 1 or _filled(following) <= 1:
            return place
    return 0


def _below(rows: Sequence[Sequence[str]], width: int, first: int) -> int:
    end = len(rows)
    while (
        width > 1
        and end > first + 1
        and _filled(rows[end - 1]) <= 1
        and rows[end - 1][0] == ("".join(rows[end - 1]))
    ):
        end -= 1
    return len(rows) - end


def _kind(cells: Sequence[str]) -> str:
    values = [cell for cell in cells if not is_missing(cell)]
    found = evidence(values, dates_only=False) if values else None
    return "" if found is None else "date" if found.dated else "number"


def _header(rows: Sequence[Sequence[str]]) -> int:
    rows = [row for row in rows[:200] if any(row)]
    if len(rows) < 2:
        return 0 if rows and any(_kind([cell]) == "number" for cell in rows[0]) else 1
    for count in range(2):
        row, below = rows[count], rows[count + 1 :]
        for place, cell in enumerate(row):
            kind = _kind([cell])
            values = [other[place] for other in below if other[place]]
            if not kind or _kind(values) != kind:
                continue
            years = re.compile("(18|19|20|21)[0-9]{2}").fullmatch
            if years(cell) and not all(map(years, values)):
                continue
            return count
        if count == 0 and (all(row) or len(rows) < 3):
            return 1
    return 2


def _names(rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        group = ""
        for place, cell in enumerate(row):
            group = cell or (group if number + 1 < len(rows) else "")
            if group and group not in parts[place]:
                parts[place].append(" ".join(group.split()))
    return tuple(" ".join(part) for part in parts)
