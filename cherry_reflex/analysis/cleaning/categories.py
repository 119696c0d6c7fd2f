"""Categories that are written in several ways: found by spelling, merged into the usual one.

Two values are one category when they differ only in case, spaces, punctuation and the form of
their characters. They are also taken as one when the rarer looks like a slip of the pen of the far
more frequent: one letter (two in long words) added, left out, changed or swapped, not the first
one, and no digit. Korean is compared letter by letter (jamo), not syllable by syllable.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.cleaning.change import CleaningChange, Mapped
from cherry_reflex.analysis.cleaning.step import CleaningStep
from cherry_reflex.analysis.cleaning.tidy import texts
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.steps import Chain
from cherry_reflex.core.operation import Fact, column_field

DISTINCT_MAX = 2000
"""Columns with more distinct values are free text or keys: nothing is merged in them."""
_REPEATED = 2
"""Mean number of rows a value from which a column is one of categories."""
_RARER = 5
"""How much more frequent the usual spelling must be than a slip of the pen."""
_LETTERS_ONE, _LETTERS_TWO = 5, 10
"""Letters from which one slip, and from which two, are taken as such."""


@dataclass(frozen=True)
class Merge:
    """A spelling, the usual one, how many cells have it, and whether letters differ."""

    before: str
    after: str
    cells: int
    by_letters: bool


class UnifyCategories(CleaningStep):
    """Merge different spellings of the same category (case, spaces, punctuation, slips of the pen)
    into the most frequent one, and list what was merged."""

    name: ClassVar[str] = "unify_categories"
    examples: ClassVar[tuple[str, ...]] = (
        "같은 지역인데 다르게 적힌 값을 통일해줘",
        "대소문자가 섞인 카테고리를 합쳐주세요",
        "오타가 있는 제품명을 정리해줘",
        "범주의 표기를 하나로 맞춰줘",
        "Merge the different spellings of the same city",
        "Unify the category names",
        "Fix typos in the product names",
        "Seoul and seoul should be the same category",
    )

    columns: tuple[str, ...] = column_field(
        "Text columns; empty for all that hold categories.",
        "text",
        "category",
        default=(),
        many=True,
    )
    similar: bool = Field(
        default=True,
        description="Also merge rare spellings with a slip of the pen, not only case and spaces.",
    )

    def apply(self, chain: Chain) -> list[CleaningChange]:
        """Merge within every column of categories."""
        changes, new = [], {}
        for column in texts(chain, self.columns):
            merges = self._merges(chain, column)
            if not merges:
                continue
            new[column] = _sql(column, merges)
            cells = sum(merge.cells for merge in merges)
            params = {
                "column": column,
                "cells": cells,
                "values": len(merges),
                "pairs": [f"{m.before} → {m.after}" for m in merges[:6]],
            }
            guessed = any(merge.by_letters for merge in merges)
            key = "cleaning.merged_similar" if guessed else "cleaning.merged"
            mapped = tuple(Mapped(m.before, m.after, m.cells) for m in merges)
            fact = Fact(key=key, params=params, weight=1.4)
            changes.append(CleaningChange("unify_categories", fact, column, cells, mapped=mapped))
        if new:
            chain.replace(new)
        return changes

    def _merges(self, chain: Chain, column: str) -> list[Merge]:
        name = ident(column)
        found = chain.all(
            f"SELECT {name}, count(*) FROM {chain.table} WHERE {name} IS NOT NULL "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {DISTINCT_MAX + 1}"
        )
        counts = {str(value): int(count) for value, count in found}
        few = sum(counts.values()) >= _REPEATED * len(counts)
        if not 1 < len(counts) <= DISTINCT_MAX or not (few or self.columns):
            return []
        return merges(counts, similar=self.similar)


def merges(counts: dict[str, int], *, similar: bool) -> list[Merge]:
    """Return which of the values (with their frequencies) are another's spelling, most cells
    first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for value in counts:
        groups[_plain(value)].append(value)
    usual = {
        key: max(same, key=lambda v: (counts[v], v.istitle(), v)) for key, same in groups.items()
    }
    found = [
        Merge(value, usual[key], counts[value], by_letters=False)
        for key, same in groups.items()
        for value in same
        if value != usual[key]
    ]
    if similar:
        found += _slips(groups, usual, counts)
    return sorted(found, key=lambda merge: -merge.cells)


def _slips(
    groups: dict[str, list[str]], usual: dict[str, str], counts: dict[str, int]
) -> list[Merge]:
    total = {key: sum(counts[v] for v in same) for key, same in groups.items()}
    letters = {key: unicodedata.normalize("NFD", key) for key in groups}
    by_first: dict[str, list[str]] = defaultdict(list)
    for key in sorted(groups, key=lambda k: -total[k]):
        if key:
            by_first[letters[key][0]].append(key)
    found = []
    for keys in by_first.values():
        for place, rare in enumerate(keys):
            for key in keys[:place]:
                if total[key] < _RARER * total[rare]:
                    break
                if _is_slip(letters[rare], letters[key]):
                    found += [
                        Merge(value, usual[key], counts[value], by_letters=True)
                        for value in groups[rare]
                    ]
                    # A value merged by its spelling into `rare` follows it.
                    break
    return found


def _plain(value: str) -> str:
    """Return the letters and digits of a value, without case and width."""
    even = unicodedata.normalize("NFKC", value).casefold()
    return "".join(c for c in even if c.isalnum()) or even.strip()


def _is_slip(rare: str, usual: str) -> bool:
    shorter = min(len(rare), len(usual))
    allowed = 2 if shorter >= _LETTERS_TWO else 1 if shorter >= _LETTERS_ONE else 0
    if not allowed or abs(len(rare) - len(usual)) > allowed:
        return False
    if [c for c in rare if c.isdigit()] != [c for c in usual if c.isdigit()]:
        return False
    return _distance(rare, usual, allowed) <= allowed


def _distance(one: str, other: str, most: int) -> int:
    """Return the optimal string alignment distance (insert, delete, change, swap neighbours);
    more than `most` is only said to be more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if last and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _sql(column: str, merges: list[Merge]) -> str:
    cases = " ".join(f"WHEN {literal(m.before)} THEN {literal(m.after)}" for m in merges)
    return f"CASE {ident(column)} {cases} ELSE {ident(column)} END"
