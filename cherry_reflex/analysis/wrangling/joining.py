"""Two tables side by side, joined by a key that is proposed, checked and said."""

from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.wrangling.bench import ROWS_MAX, Bench, new_name, open_bench
from cherry_reflex.analysis.wrangling.keys import JoinCheck, KeyPair, checked, comparable, proposals
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, LimitExceeded
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables, column_field
from cherry_reflex.i18n.catalogue import text

How = Literal["inner", "left", "right", "full", "matching", "missing"]
_EXPLODES = 3
"""A result with so many times the rows of the larger table is said to have exploded."""
_PROPOSED = 3
"""Keys listed for a pair of tables."""


class Pair(Preparation):
    """The base of operations on two datasets."""

    other: str = Field(
        default="",
        description="Name of the second dataset; empty for the next one.",
        json_schema_extra={"x-dataset": True},
    )

    def pair(self, tables: Tables) -> tuple[Dataset, Dataset]:
        """Return both datasets. Raises BadInput `wrangle_one_dataset`."""
        left = tables.get(self.dataset)
        right = tables.get(self.other) if self.other else left
        if right.id != left.id:
            return left, right
        rest = [dataset for dataset in tables.datasets if dataset.id != left.id]
        if not rest:
            raise BadInput("wrangle_one_dataset", name=left.name)
        return left, rest[0]


class JoinTables(Pair):
    """Join two datasets by key columns. The key is proposed from the values when none is given;
    match rates, repeated keys and growing numbers of rows are checked and said."""

    name: ClassVar[str] = "join_tables"
    examples: ClassVar[tuple[str, ...]] = (
        "두 파일을 고객번호로 합쳐줘",
        "주문 테이블에 제품 정보를 붙여주세요",
        "두 데이터를 조인해줘",
        "고객 테이블과 주문 테이블을 연결해줘",
        "매칭되지 않는 주문만 남겨줘",
        "Join the orders with the customers",
        "Merge both files by id",
        "Add the product names to the sales table",
        "Left join the two tables on customer_id",
        "Which orders have no matching customer?",
    )

    left_on: tuple[str, ...] = column_field(
        "Key columns of the first dataset; empty to have them proposed.", default=(), many=True
    )
    right_on: tuple[str, ...] = Field(
        default=(),
        description="Key columns of the second dataset in the same order; empty for those of the "
        "same names.",
    )
    how: How = Field(
        default="left",
        description="Which rows: left (all of the first), inner (matched), right, full (all of "
        "both), matching or missing (rows of the first with or without a match, nothing added).",
    )

    def check(self, tables: Tables) -> None:
        """Check both datasets and the keys. Raises BadInput."""
        super().check(tables)
        left, right = self.pair(tables)
        right_on = self.right_on or self.left_on
        if len(right_on) != len(self.left_on):
            raise BadInput("wrangle_keys_uneven")
        for dataset, names in ((left, self.left_on), (right, right_on)):
            for name in names:
                if dataset.column(name) is None:
                    known = ", ".join(c.name for c in dataset.columns[:60])
                    raise BadInput(
                        "column_unknown", column=name, dataset=dataset.name, columns=known
                    )

    def run(self, tables: Tables) -> Outcome:
        """Join. Raises BadInput `wrangle_no_key` or `wrangle_no_match`, LimitExceeded
        `wrangle_join_explodes`."""
        left, right = self.pair(tables)
        with open_bench(tables, left, right) as bench:
            facts: list[Fact] = []
            pairs = list(zip(self.left_on, self.right_on or self.left_on, strict=True))
            if not pairs:
                best = _best(bench, left, right)
                pairs = [(best.left, best.right)]
                facts.append(Fact(key="wrangling.key_proposed", params=_told(best), weight=2.5))
            found = checked(bench, left, right, pairs)
            facts += _facts(found, self.how, left, right, pairs)
            if not found.pairs and self.how in ("inner", "matching"):
                raise BadInput("wrangle_no_match", left=left.name, right=right.name)
            if (rows := found.rows(self.how)) > ROWS_MAX:
                raise LimitExceeded("wrangle_join_explodes", rows=rows, limit=ROWS_MAX)
            title = bench.say("title.joined", left=left.name, right=right.name)
            return bench.outcome(self, self._sql(bench, left, right, pairs), title, facts)

    def _sql(
        self, bench: Bench, left: Dataset, right: Dataset, pairs: list[tuple[str, str]]
    ) -> str:
        types = [bench.types(bench.name(dataset)) for dataset in (left, right)]
        same = []
        for one, other in pairs:
            sides = (types[0][one], types[1][other])
            same.append(f"l.{comparable(one, *sides)} = r.{comparable(other, *sides)}")
        on = " AND ".join(same)
        of_left, of_right = f"{bench.name(left)} AS l", f"{bench.name(right)} AS r"
        if self.how in ("matching", "missing"):
            negated = "NOT " if self.how == "missing" else ""
            return (
                f"SELECT l.* FROM {of_left} WHERE {negated}EXISTS "
                f"(SELECT 1 FROM {of_right} WHERE {on})"
            )
        partners = dict(pairs)
        selected, taken = [], []
        for name in types[0]:
            key = f"l.{ident(name)}"
            if name in partners and self.how in ("right", "full"):
                # A row of the second table alone has its key there only.
                other = f"r.{ident(partners[name])}"
                even = types[0][name] == types[1][partners[name]]
                key = f"coalesce({key}, {other if even else f'{other}::{types[0][name]}'})"
            selected.append(f"{key} AS {ident(name)}")
            taken.append(name)
        for name in types[1]:
            if name in partners.values():
                continue
            shown = new_name(name, taken)
            if shown != name:
                shown = new_name(f"{name}_{right.name}", taken)
            selected.append(f"r.{ident(name)} AS {ident(shown)}")
            taken.append(shown)
        joined = f"{of_left} {self.how.upper()} JOIN {of_right} ON {on}"
        return f"SELECT {', '.join(selected)} FROM {joined}"


class ProposeJoins(Preparation):
    """Look at all pairs of datasets and propose the columns by which they can be joined, with
    match rates and what a join would do to the number of rows."""

    name: ClassVar[str] = "propose_joins"
    examples: ClassVar[tuple[str, ...]] = (
        "이 파일들을 어떻게 연결할 수 있어?",
        "공통 키가 무엇인지 찾아줘",
        "여러 테이블의 관계를 알려주세요",
        "어떤 열로 합칠 수 있나요?",
        "How can these files be joined?",
        "Find the common key of the tables",
        "Propose joins between the datasets",
        "Which columns connect these tables?",
    )

    def run(self, tables: Tables) -> Outcome:
        """Propose. Raises BadInput `wrangle_one_dataset`."""
        if len(tables.datasets) == 1:
            raise BadInput("wrangle_one_dataset", name=tables.datasets[0].name)
        facts: list[Fact] = []
        listed: list[tuple[Dataset, Dataset, KeyPair, JoinCheck]] = []
        for place, left in enumerate(tables.datasets):
            for right in tables.datasets[place + 1 :]:
                with open_bench(tables, left, right) as bench:
                    found = proposals(bench, left, right)
                    for pair in found[:_PROPOSED]:
                        keys = [(pair.left, pair.right)]
                        listed.append((left, right, pair, checked(bench, left, right, keys)))
                if found:
                    facts.append(
                        Fact(
                            key="wrangling.key_found",
                            params={"one": left.name, "other": right.name, **_told(found[0])},
                            weight=1 + found[0].score,
                        )
                    )
                else:
                    params = {"one": left.name, "other": right.name}
                    facts.append(Fact(key="wrangling.key_none", params=params))
        return Outcome(facts=tuple(facts), artifacts=_listed(tables, listed))


def _listed(
    tables: Tables, found: list[tuple[Dataset, Dataset, KeyPair, JoinCheck]]
) -> tuple[ArtifactContent, ...]:
    if not found:
        return ()

    def say(key: str) -> str:
        return text(f"fact.wrangling.{key}", tables.language)

    columns: dict[str, list[object]] = {
        heading("left", tables): [left.name for left, _, _, _ in found],
        heading("right", tables): [right.name for _, right, _, _ in found],
        heading("left_key", tables): [pair.left for _, _, pair, _ in found],
        heading("right_key", tables): [pair.right for _, _, pair, _ in found],
        heading("shared", tables): [pair.shared for _, _, pair, _ in found],
        heading("left_matched", tables): [c.left_matched / c.left_rows for _, _, _, c in found],
        heading("right_matched", tables): [c.right_matched / c.right_rows for _, _, _, c in found],
        heading("left_join", tables): [c.rows("left") for _, _, _, c in found],
        heading("inner_join", tables): [c.rows("inner") for _, _, _, c in found],
    }
    return (table(tables, say("title.joins"), columns),)


def _best(bench: Bench, left: Dataset, right: Dataset) -> KeyPair:
    found = proposals(bench, left, right)
    if not found:
        raise BadInput("wrangle_no_key", left=left.name, right=right.name)
    return found[0]


def _told(pair: KeyPair) -> dict[str, object]:
    return {"left": pair.left, "right": pair.right, "shared": pair.shared}


def _facts(
    found: JoinCheck, how: How, left: Dataset, right: Dataset, pairs: list[tuple[str, str]]
) -> list[Fact]:
    matched = found.left_matched / max(1, found.left_rows)
    facts = [
        Fact(
            key="wrangling.match",
            params={
                "left": left.name,
                "right": right.name,
                "matched": found.left_matched,
                "rows": found.left_rows,
                "share": matched,
                "other_matched": found.right_matched,
                "other_rows": found.right_rows,
                "other_share": found.right_matched / max(1, found.right_rows),
                "keys": [one if one == other else f"{one} = {other}" for one, other in pairs],
            },
            weight=2,
        )
    ]
    repeated = {"one": found.left_repeated, "other": found.right_repeated}
    if found.left_repeated and found.right_repeated:
        told: dict[str, object] = {"left": left.name, "right": right.name, **repeated}
        facts.append(Fact(key="wrangling.many_to_many", params=told, weight=2.2))
    elif found.right_repeated and how in ("left", "inner", "full", "right"):
        told = {"right": right.name, "count": found.right_repeated}
        facts.append(Fact(key="wrangling.right_repeated", params=told, weight=1.8))
    larger = max(found.left_rows, found.right_rows)
    if how not in ("matching", "missing") and found.rows(how) > _EXPLODES * larger:
        grown = {"rows": found.rows(how), "larger": larger}
        facts.append(Fact(key="wrangling.exploded", params=grown, weight=2.4))
    return facts
