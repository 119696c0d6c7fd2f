"""The candidates that are kept: each meaning once a run, the surest, and not too many."""

from collections.abc import Sequence

from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    How,
    Meaning,
    ValueMeaning,
)

COLUMNS_MAX = 5
VALUES_MAX = 5
"""Columns and values over one run at most."""
_RANK: dict[How, int] = {
    "exact": 0,
    "remembered": 0,
    "pattern": 1,
    "plural": 1,
    "vocabulary": 2,
    "part": 3,
    "spelling": 4,
    "meaning": 5,
}


def chosen(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates in the order of the question, the surest of a run first."""
    best: dict[tuple[int, int, Meaning], Candidate] = {}
    for candidate in found:
        key = (candidate.first, candidate.last, candidate.meaning)
        if key not in best or _order(candidate) < _order(best[key]):
            best[key] = candidate
    runs: dict[tuple[int, int], list[Candidate]] = {}
    for candidate in best.values():
        runs.setdefault((candidate.first, candidate.last), []).append(candidate)
    kept: list[Candidate] = []
    for run in sorted(runs):
        ranked = sorted(runs[run], key=_order)
        kept += _most(ranked, ColumnMeaning, COLUMNS_MAX)
        kept += _most(ranked, ValueMeaning, VALUES_MAX)
        kept += [c for c in ranked if not isinstance(c.meaning, ColumnMeaning | ValueMeaning)]
    return tuple(kept)


def _most(ranked: Sequence[Candidate], kind: type, most: int) -> list[Candidate]:
    return [c for c in ranked if isinstance(c.meaning, kind)][:most]


def _order(candidate: Candidate) -> tuple[int, float]:
    return (_RANK[candidate.how], -candidate.strength)
