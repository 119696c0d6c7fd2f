"""A table as a parser left it, before its types are found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cherry_reflex.core.parse_options import ParseReport
from cherry_reflex.datasets.formats.note import Note

ROWS_PER_GROUP = 122_880


@dataclass(frozen=True)
class Raw:
    """One table in a Parquet file of its own. `texts` are columns whose values were text in the
    source by its own types (strings of JSON): they are not read as numbers. `notes` are keys of
    the catalogue (`fact.note.<key>`), or Notes with what they are about. `worded`: the format has
    no other way to say that a value is missing than an empty one or a word (NA)."""

    path: Path
    sheet: str = ""
    encoding: str = ""
    texts: frozenset[str] = frozenset()
    notes: tuple[str | Note, ...] = field(default=())
    worded: bool = False
    parsed: ParseReport | None = None
    """How the file was read, as far as the parser knows: types are found later."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Units of columns by name, where the source writes them apart from its values."""
    fractions: frozenset[str] = frozenset()
    """Columns of percentages that are kept as fractions."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Zones of columns of moments by name, where the source names them."""
