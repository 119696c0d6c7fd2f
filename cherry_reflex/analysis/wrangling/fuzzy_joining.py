"""Two tables side by side by names that are alike rather than equal."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import heading, said, table
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.wrangling.bench import Bench, new_name, open_bench
from cherry_reflex.analysis.wrangling.joining import Pair
from cherry_reflex.analysis.wrangling.likeness import as_bytes, key_of, sorted_key
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, LimitExceeded
from cherry_reflex.core.operation import Fact, Outcome, Tables, column_field

_PAIRS_MAX = 25_000_000
_EXAMPLES = 5
_TIE = 1e-9


@dataclass(frozen=True)
class _Match:
    """Two values and how alike they are; `is_tied` when another value is as alike."""

    left: str
    right: str
    likeness: float
    is_tied: bool


class FuzzyJoin(Pair):
    """Fuzzy join: joins two datasets by names that are alike but not equal (typing errors, other
    case or spaces, another order of words): every value of the first gets the most similar value of
    the second, if it is similar enough. The matches are listed to be checked."""

    name: ClassVar[str] = "fuzzy_join"
    examples: ClassVar[tuple[str, ...]] = (
        "회사 이름이 조금씩 다른데 두 표를 비슷한 이름끼리 합쳐줘",
        "오타가 있는 이름도 매칭해서 조인해줘",
        "표기가 다른 상품명을 퍼지 매칭해줘",
        "Join the two tables by similar company names",
        "Fuzzy match the customer names",
        "Merge on names that are spelled slightly differently",
    )

    left_on: str = column_field("Column of names of the first dataset.", "text", "category")
    right_on: str = Field("", description="Column of the second dataset; empty for the same name.")
    least: float = Field(
        0.88, ge=0.5, le=1, description="How alike names must be: 0.5 to 1 (equal)."
    )
    keep_all: bool = Field(True, description="Whether rows of the first without a match are kept.")

    def check(self, tables: Tables) -> None:
        """Check both datasets and the columns. Raises BadInput."""
        super().check(tables)
        _, right = self.pair(tables)
        name = self.right_on or self.left_on
        if right.column(name) is None:
            known = ", ".join(c.name for c in right.columns[:60])
            raise BadInput("column_unknown", column=name, dataset=right.name, columns=known)

    def run(self, tables: Tables) -> Outcome:
        """Join. Raises LimitExceeded `fuzzy_pairs` when there are too many names to compare, and
        BadInput `fuzzy_no_match` when none is similar enough."""
        left, right = self.pair(tables)
        with open_bench(tables, left, right) as bench:
            names = [
                _values(bench, dataset, column)
                for dataset, column in ((left, self.left_on), (right, self._other))
            ]
            if len(names[0]) * len(names[1]) > _PAIRS_MAX:
                raise LimitExceeded(
                    "fuzzy_pairs", left=len(names[0]), right=len(names[1]), limit=_PAIRS_MAX
                )
            matches = self._matches(bench, *names)
            if not matches:
                raise BadInput("fuzzy_no_match", left=left.name, right=right.name)
            listed = self._listed(tables, matches)
            title = bench.say("title.joined", left=left.name, right=right.name)
            facts = self._facts(bench, left, right, len(names[0]), matches)
            sql = self._sql(bench, left, right, matches)
            return bench.outcome(self, sql, title, facts, beside=(listed,))

    @property
    def _other(self) -> str:
        return self.right_on or self.left_on

    def _matches(self, bench: Bench, left: list[str], right: list[str]) -> list[_Match]:
        """Find the best match of every value, and keep them as table `matched` of the bench."""
        import pandas as pd

        keys = {value: key_of(value) for value in {*left, *right}}
        forms = set(keys.values()) | {sorted_key(key) for key in keys.values()}
        written = as_bytes(sorted(forms))
        for name, values in (("l_names", left), ("r_names", right)):
            frame = pd.DataFrame(
                {
                    "v": values,
                    "k": [written[keys[v]] for v in values],
                    "s": [written[sorted_key(keys[v])] for v in values],
                },
                dtype="object",
            )
            bench.connection.register(f"{name}_given", frame)
            bench.connection.execute(
                f"CREATE TEMP TABLE {name} AS SELECT v::VARCHAR AS v, k::VARCHAR AS k, "
                f"s::VARCHAR AS s FROM {name}_given WHERE k <> ''"
            )
        bench.connection.execute(
            "CREATE TEMP TABLE matched AS WITH alike AS (SELECT l.v AS l, r.v AS r, "
            "CASE WHEN l.k = r.k THEN 1.0 ELSE greatest(jaro_winkler_similarity(l.k, r.k), "
            "jaro_winkler_similarity(l.s, r.s)) END AS likeness, l.v = r.v AS same "
            f"FROM l_names l CROSS JOIN r_names r WHERE likeness >= {self.least}) "
            "SELECT l, arg_max(r, (same, likeness, -rank)) AS r, max(likeness) AS likeness, "
            f"count(*) FILTER (likeness >= best - {_TIE}) > 1 AND NOT bool_or(same) AS tied FROM "
            "(SELECT *, row_number() OVER (ORDER BY r) AS rank, "
            "max(likeness) OVER (PARTITION BY l) AS best FROM alike) GROUP BY l"
        )
        rows = bench.all("SELECT l, r, likeness, tied FROM matched ORDER BY likeness, l")
        return [_Match(str(a), str(b), float(c), bool(d)) for a, b, c, d in rows]

    def _sql(self, bench: Bench, left: Dataset, right: Dataset, matches: list[_Match]) -> str:
        listed = ", ".join(
            f"({literal(m.left)}, {literal(m.right)}, {m.likeness!r})" for m in matches
        )
        taken = [column.name for column in left.columns]
        selected = [f"l.{ident(name)}" for name in taken]
        for column in right.columns:
            shown = new_name(column.name, taken)
            if shown != column.name:
                shown = new_name(f"{column.name}_{right.name}", taken)
            selected.append(f"r.{ident(column.name)} AS {ident(shown)}")
            taken.append(shown)
        selected.append(f"m.likeness AS {ident(new_name('likeness', taken))}")
        way = "LEFT" if self.keep_all else "INNER"
        return (
            f"WITH matched(l, r, likeness) AS (VALUES {listed}) "
            f"SELECT {', '.join(selected)} FROM {bench.name(left)} AS l "
            f"{way} JOIN matched m ON l.{ident(self.left_on)}::VARCHAR = m.l "
            f"{way} JOIN {bench.name(right)} AS r ON r.{ident(self._other)}::VARCHAR = m.r"
        )

    def _listed(self, tables: Tables, matches: list[_Match]) -> ArtifactContent:
        columns: dict[str, list[object]] = {
            self.left_on: [m.left for m in matches],
            heading("match", tables): [m.right for m in matches],
            heading("likeness", tables): [m.likeness for m in matches],
        }
        return table(tables, said("wrangling.title.matches", tables), columns)

    def _facts(
        self, bench: Bench, left: Dataset, right: Dataset, count: int, matches: list[_Match]
    ) -> list[Fact]:
        rows, found = bench.one(
            f"SELECT count(*), count(m.l) FROM {bench.name(left)} l LEFT JOIN matched m "
            f"ON l.{ident(self.left_on)}::VARCHAR = m.l"
        )
        equal = sum(m.left == m.right for m in matches)
        params: dict[str, object] = {
            "left": left.name, "right": right.name, "matched": int(found), "rows": int(rows),
            "share": int(found) / int(rows), "equal": equal, "alike": len(matches) - equal,
            "names": count, "least": self.least,
        }  # fmt: skip
        facts = [Fact(key="wrangling.fuzzy_matched", params=params, weight=2.5)]
        weakest = [m for m in matches if m.left != m.right][:_EXAMPLES]
        if weakest:
            shown = [f"{m.left} = {m.right} ({m.likeness:.2f})" for m in weakest]
            facts.append(Fact(key="wrangling.fuzzy_weakest", params={"matches": shown}, weight=2.2))
        if tied := [m.left for m in matches if m.is_tied]:
            told = {"count": len(tied), "names": tied[:_EXAMPLES]}
            facts.append(Fact(key="wrangling.fuzzy_tied", params=told, weight=2.1))
        return facts


def _values(bench: Bench, dataset: Dataset, column: str) -> list[str]:
    name = ident(column)
    rows = bench.all(
        f"SELECT DISTINCT {name}::VARCHAR AS v FROM {bench.name(dataset)} "
        f"WHERE trim({name}::VARCHAR) <> '' ORDER BY 1"
    )
    return [str(row[0]) for row in rows]
