"""What a person is told about how a file was read: short sentences, guesses called guesses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cherry_reflex.core.language import Language
from cherry_reflex.core.parse_options import LeftOut, ParseReport
from cherry_reflex.datasets.formats.note import Note
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.datasets.month_columns import MonthColumns
from cherry_reflex.i18n.catalogue import text

_NAMED_MAX = 5
_QUOTED_CHARS = 40
_GUESSED = (
    "skip_rows", "header_rows", "footer_rows", "totals", "decimal_mark", "day_first", "time_zone",
)  # fmt: skip
"""Guesses that have a sentence each, besides those of the encoding and of months."""


class Notes:
    """Gathers the sentences of one dataset's note, each once."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._sentences: dict[str, None] = {}

    @property
    def text(self) -> str:
        """The whole note."""
        return " ".join(self._sentences)

    def add(self, *keys: str, **params: Any) -> None:
        """Add the sentences of the catalogue with these keys (`fact.<key>`)."""
        for key in keys:
            self._sentences[text(f"fact.{key}", self._language, **params)] = None

    def remarks(self, notes: Iterable[str | Note]) -> None:
        """What the parser of the file had to say."""
        for note in notes:
            if isinstance(note, str):
                self.add(f"note.{note}")
            else:
                self.add(f"note.{note.key}", **note.params)

    def words(self, counts: Mapping[str, int]) -> None:
        """Words in texts that were read as missing, with how often, by column."""
        if counts:
            named = [f"{name} ({count:,})" for name, count in counts.items()]
            more = len(named) > _NAMED_MAX
            self.add(
                "note.worded_more" if more else "note.worded",
                columns=", ".join(named[:_NAMED_MAX]),
                more=len(named) - _NAMED_MAX,
            )

    def marks(self, written: Mapping[str, Sequence[str]]) -> None:
        """Signs that were read as missing among numbers and dates, by column."""
        if written:
            signs = dict.fromkeys(sign for found in written.values() for sign in found)
            self.add("note.marks", signs=" ".join(signs), columns=self._named(list(written)))

    def units(self, units: Mapping[str, str]) -> None:
        """Units that stood beside numbers, by column."""
        if units:
            self.add("note.units", columns=self._named([f"{n} ({u})" for n, u in units.items()]))

    def decimal_comma(self, columns: Sequence[str]) -> None:
        """Columns whose numbers have a comma before their decimals."""
        if columns:
            self.add("note.decimal_comma", columns=self._named(columns))

    def zones(self, zones: Mapping[str, str], *, asked: bool) -> None:
        """Zones of times, by column."""
        for zone in dict.fromkeys(zones.values()):
            columns = self._named([name for name, one in zones.items() if one == zone])
            if zone == "mixed":
                self.add("note.zone_mixed", columns=columns)
            else:
                key = "note.zone_asked" if asked else "note.zone_kept"
                self.add(key, columns=columns, zone=zone)

    def unfit(self, counts: Mapping[str, int]) -> None:
        """Values that are not of the type that was asked for, by column."""
        if counts:
            self.add("note.unfit", columns=self._named([f"{n} ({c:,})" for n, c in counts.items()]))

    def report(self, raw: Raw, parsed: ParseReport | None, months: MonthColumns | None) -> None:
        """What was left out, and what is a guess."""
        if parsed is None:
            return
        if parsed.options.sheet and not raw.sheet:
            self.add("note.json_table", path=parsed.options.sheet)
        self._left_out(parsed.left_out)
        if months is not None:
            key = "months_done" if parsed.options.months_as_rows else "months_offered"
            names = list(months.periods)
            self.add(f"note.{key}", first=names[0], last=names[-1], count=len(names))
        if "encoding" in parsed.guesses:
            self.add("note.guess_encoding", encoding=raw.encoding)
        for guess in _GUESSED:
            if guess in parsed.guesses:
                value = getattr(parsed.options, guess)
                if guess == "header_rows" and value == 1:
                    continue  # what everybody expects
                order = f"_{'days' if value else 'months'}" if guess == "day_first" else ""
                self.add(f"note.guess_{guess}{order}", value=value)

    def _left_out(self, rows: Sequence[LeftOut]) -> None:
        reasons = {row.reason for row in rows}
        if reasons & {"title", "unit", "filter"}:
            self.add("note.preamble")
        elif "comment" in reasons:
            self.add("note.comments")
        for reason in ("note", "total", "header_again", "ragged"):
            found = [row for row in rows if row.reason == reason]
            if found:
                quoted = ", ".join(f"“{row.text[:_QUOTED_CHARS]}”" for row in found[:3] if row.text)
                count = sum(row.rows for row in found)
                self.add(f"note.left_{reason}", count=count, rows=quoted)

    def _named(self, names: Sequence[str]) -> str:
        if len(names) <= _NAMED_MAX:
            return ", ".join(names)
        more = len(names) - _NAMED_MAX
        return text(
            "fact.note.and_more", self._language, columns=", ".join(names[:_NAMED_MAX]), more=more
        )
