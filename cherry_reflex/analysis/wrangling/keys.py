"""Which columns of two tables belong together: proposed from their values, and checked."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.types import is_numeric, is_temporal, is_text, is_whole
from cherry_reflex.analysis.wrangling.bench import Bench
from cherry_reflex.core.dataset import Dataset

_SAMPLE_ROWS = 200_000
_SHARED_MIN = 0.3
"""Share of the smaller side's values that the other must have, to be called a key."""
_KEYS_MAX = 40
"""Columns looked at in each table."""
_DISTINCT_MIN = 2


@dataclass(frozen=True)
class KeyPair:
    """A column of each table. `shared` is the share of the smaller side's distinct values that the
    other has; `unique` how close the better side is to one row a value; `named` how alike the names
    are (all 0 to 1)."""

    left: str
    right: str
    shared: float
    unique: float
    named: float

    @property
    def score(self) -> float:
        """How likely it is that the columns belong together, for ranking."""
        return self.shared * (0.4 + 0.6 * self.unique) * (0.5 + 0.5 * self.named)


@dataclass(frozen=True)
class JoinCheck:
    """What joining by a key would do. Rows without a key value match nothing."""

    left_rows: int
    right_rows: int
    left_matched: int
    right_matched: int
    pairs: int
    """Rows of the inner join."""
    left_repeated: int
    right_repeated: int
    """Key values that occur on more than one row."""

    def rows(self, how: str) -> int:
        """Return how many rows a join of that kind has."""
        left_alone = self.left_rows - self.left_matched
        right_alone = self.right_rows - self.right_matched
        return {
            "inner": self.pairs,
            "left": self.pairs + left_alone,
            "right": self.pairs + right_alone,
            "full": self.pairs + left_alone + right_alone,
            "matching": self.left_matched,
            "missing": left_alone,
        }[how]


def proposals(bench: Bench, left: Dataset, right: Dataset) -> list[KeyPair]:
    """Return pairs of columns that may be a key, the likeliest first."""
    sides = [_candidates(bench, dataset) for dataset in (left, right)]
    found = []
    for one, (dtype, distinct, rows) in sides[0].items():
        for other, (other_dtype, other_distinct, other_rows) in sides[1].items():
            if not _fit(dtype, other_dtype):
                continue
            common = _common(bench, left, right, one, other)
            shared = common / min(distinct, other_distinct)
            if shared < _SHARED_MIN:
                continue
            unique = max(distinct / rows, other_distinct / other_rows)
            named = SequenceMatcher(None, _plain(one), _plain(other)).ratio()
            found.append(KeyPair(one, other, min(1.0, shared), min(1.0, unique), named))
    return sorted(found, key=lambda pair: -pair.score)


def checked(bench: Bench, left: Dataset, right: Dataset, pairs: list[tuple[str, str]]) -> JoinCheck:
    """Count what joining by `pairs` of columns would do."""
    types = [bench.types(bench.name(dataset)) for dataset in (left, right)]
    keys = [[], []]  # type: list[list[str]]
    for one, other in pairs:
        for side, name in ((0, one), (1, other)):
            keys[side].append(comparable(name, types[0][one], types[1][other]))
    selected = [
        f"SELECT {', '.join(f'{sql} AS k{n}' for n, sql in enumerate(keys[side]))}, "
        f"count(*) AS n FROM {bench.name(dataset)} GROUP BY ALL"
        for side, dataset in ((0, left), (1, right))
    ]
    same = " AND ".join(f"l.k{n} = r.k{n}" for n in range(len(pairs)))
    row = bench.one(
        f"WITH __l AS ({selected[0]}), __r AS ({selected[1]}), "
        f"__b AS (SELECT l.n AS ln, r.n AS rn FROM __l AS l JOIN __r AS r ON {same}) "
        "SELECT (SELECT sum(n) FROM __l), (SELECT sum(n) FROM __r), coalesce(sum(ln), 0), "
        "coalesce(sum(rn), 0), coalesce(sum(ln::HUGEINT * rn), 0), "
        "(SELECT count(*) FROM __l WHERE n > 1), (SELECT count(*) FROM __r WHERE n > 1) FROM __b"
    )
    return JoinCheck(*(int(value or 0) for value in row))


def comparable(name: str, left_dtype: str, right_dtype: str) -> str:
    """Return SQL for a key value that can be compared with one of the other side's type."""
    column = ident(name)
    if left_dtype == right_dtype or (is_numeric(left_dtype) and is_numeric(right_dtype)):
        return column
    if is_temporal(left_dtype) and is_temporal(right_dtype):
        return f"{column}::TIMESTAMP"
    return f"{column}::VARCHAR"


def _candidates(bench: Bench, dataset: Dataset) -> dict[str, tuple[str, int, int]]:
    """Return the columns that can be keys: type, distinct values, rows. Measures (numbers with
    decimals) and columns of one value are none."""
    table = bench.name(dataset)
    types = {
        name: dtype
        for name, dtype in bench.types(table).items()
        if is_whole(dtype) or is_text(dtype) or is_temporal(dtype)
    }
    names = list(types)[:_KEYS_MAX]
    if not names:
        return {}
    asked = ", ".join(f"count(DISTINCT {ident(n)}), count({ident(n)})" for n in names)
    row = bench.one(f"SELECT {asked} FROM (SELECT * FROM {table} LIMIT {_SAMPLE_ROWS})")
    found = {n: (types[n], int(row[2 * i]), int(row[2 * i + 1])) for i, n in enumerate(names)}
    return {name: about for name, about in found.items() if about[1] >= _DISTINCT_MIN}


def _common(bench: Bench, left: Dataset, right: Dataset, one: str, other: str) -> int:
    sides = (
        f"SELECT DISTINCT {ident(name)}::VARCHAR FROM "
        f"(SELECT * FROM {bench.name(dataset)} LIMIT {_SAMPLE_ROWS}) "
        f"WHERE {ident(name)} IS NOT NULL"
        for dataset, name in ((left, one), (right, other))
    )
    (count,) = bench.one(f"SELECT count(*) FROM ({' INTERSECT '.join(sides)})")
    return int(count)


def _fit(one: str, other: str) -> bool:
    if is_temporal(one) or is_temporal(other):
        return is_temporal(one) and is_temporal(other)
    return (is_whole(one) or is_text(one)) and (is_whole(other) or is_text(other))


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
