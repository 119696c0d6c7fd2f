"""Rows above a heading: titles, units, what was filtered, comments, blank rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from cherry_reflex.core.parse_options import LeftOut, LeftOutReason
from cherry_reflex.datasets.formats import layout_words
from cherry_reflex.datasets.formats.text_kind import kind_of

_LOOKED_AT = 40
_TEXT_MAX = 200
_WIDE = 4
"""Columns from which a row of two cells (a word and its value) is no row of the table."""
_GROUP_CHARS_MAX = 15

Row = Sequence[str]


@dataclass(frozen=True)
class Above:
    """The rows above a heading, and whether another careful reader might draw the line
    elsewhere."""

    rows: tuple[LeftOut, ...]
    guessed: bool

    @property
    def count(self) -> int:
        """How many rows that are."""
        return sum(row.rows for row in self.rows)


def find_above(rows: Sequence[Row], width: int, *, wanted: int | None = None) -> Above:
    """Return the rows above the heading; `wanted` is how many there are, where that is known."""
    if wanted is not None:
        return Above(_listed([(_reason(row) or "title", row) for row in rows[:wanted]]), False)
    usual = _usual_width(rows)
    told: list[tuple[LeftOutReason, Row]] = []
    guessed, taken = False, 0
    for place, row in enumerate(rows[:_LOOKED_AT]):
        following = rows[place + 1 :]
        found = _reason(row)
        if found == "comment" and _is_header(row, following):
            found = None
        sure = found is not None
        if found is None and _is_loose(row, following, usual, width):
            told_of = len(set(row) - {""}) == 2 and _is_word(row[0])
            found = "filter" if told_of else "title"
            sure = told_of or _filled(row) == 1
        if found is None:
            break
        told.append((found, row))
        if found != "blank":
            guessed = guessed or not sure
        taken = place + 1
    left = [row for row in rows[taken:] if _filled(row)]
    if not left:
        # Everything looked like something above a table: then nothing is.
        blank = next((place for place, row in enumerate(rows) if _filled(row)), 0)
        return Above(_listed([("blank", row) for row in rows[:blank]]), False)
    return Above(_listed(told), guessed)


def text_of(row: Row) -> str:
    """Return what stands in a row, shortened."""
    seen = list(dict.fromkeys(cell for cell in row if cell))
    return " ".join(seen)[:_TEXT_MAX]


def is_comment(row: Row) -> bool:
    """Whether a row begins with the mark of a comment."""
    first = next((cell for cell in row if cell), "")
    return first.startswith(("#", "//")) and bool(row) and bool(row[0]) and len(first) > 1


def _listed(told: Sequence[tuple[LeftOutReason, Row]]) -> tuple[LeftOut, ...]:
    found: list[LeftOut] = []
    for number, (reason, row) in enumerate(told, start=1):
        if reason == "blank" and found and found[-1].reason == "blank":
            found[-1] = found[-1].model_copy(update={"rows": found[-1].rows + 1})
        else:
            found.append(LeftOut(reason=reason, row=number, text=text_of(row)))
    return tuple(found)


def _reason(row: Row) -> LeftOutReason | None:
    """Return what a row says by its words alone."""
    filled = list(dict.fromkeys(cell for cell in row if cell))
    if not filled:
        return "blank"
    if is_comment(row):
        return "comment"
    units = [cell for cell in filled if layout_words.unit_of(cell)]
    if units and len(filled) <= len(units) + 1:
        return "unit" if len(units) == len(filled) else "title"
    if layout_words.key_of(filled[0])[0] in _unit_words() and len(filled) <= 2:
        return "unit"
    if len(filled) == 2 and layout_words.without_colon(filled[0]).lower() in _unit_words():
        return "unit" if _has_colon(filled[0]) or layout_words.is_unit(filled[1]) else None
    if layout_words.is_filter(filled[0]) and (
        len(filled) <= 2 or all(layout_words.is_filter(cell) for cell in filled)
    ):
        return "filter"
    if len(filled) == 1 and _filled(row) == 1 and layout_words.is_note(filled[0]):
        return "note"
    return None


def _is_header(row: Row, following: Sequence[Row]) -> bool:
    """Whether a row that begins with # is the heading itself: as wide as the rows below it, the
    last before them."""
    below = next((other for other in following if _filled(other)), None)
    if below is None or is_comment(below) or _filled(row) < 2 or ":" in row[0]:
        return False
    texts = sum(kind_of(cell) in ("text", "code") for cell in below if cell)
    return _filled(row) >= _filled(below) and texts < _filled(below)


def _is_loose(row: Row, following: Sequence[Row], usual: int, width: int) -> bool:
    """Whether a row stands above the table since it is far narrower than the rows below."""
    filled = _filled(row)
    if usual < 2 or not any(_filled(other) * 2 >= usual for other in following):
        return False
    distinct = {cell for cell in row if cell}
    below = following[0] if following else ()
    if len(distinct) == 1:
        return not _is_group(row, below, width)
    if filled == 2 and usual >= _WIDE and row[0] and row[1]:
        # A word and its value; over a group's names the first column would be blank below.
        return _is_word(row[0]) or not _filled(below) or bool(below[0])
    return False


def _is_group(row: Row, below: Row, width: int) -> bool:
    """Whether the only text of a row names a group of the columns below it, as in `,,2024,,`."""
    places = [place for place, cell in enumerate(row) if cell]
    first, text = places[0], row[places[0]]
    if not first or layout_words.is_filter(text) or _filled(below) < 2:
        return False
    covered = [cell for cell in below[first:] if cell]
    if len(covered) < 2 or not all(kind_of(cell) in ("text", "code", "date") for cell in covered):
        return False
    if len(places) > 1:
        return len(places) < width
    return all(below[:first]) and len(text) <= _GROUP_CHARS_MAX and _filled(below) == width


def _unit_words() -> frozenset[str]:
    return layout_words.words("unit")


def _is_word(text: str) -> bool:
    """Whether a text is a word whose value stands in the next cell."""
    return layout_words.is_filter_word(text) or _has_colon(text)


def _has_colon(text: str) -> bool:
    return text.endswith((":", "\uff1a"))


def _usual_width(rows: Sequence[Row]) -> int:
    counts = sorted(count for row in rows if (count := _filled(row)) > 1)
    return counts[len(counts) // 2] if counts else 1


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell)
