"""RFM: customers by how recently, how often and for how much they bought."""

from typing import TYPE_CHECKING, Any, ClassVar

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    ENTITY,
    NUMERIC,
    TEMPORAL,
    Fact,
    Outcome,
    Tables,
    column_field,
)
from cherry_reflex.core.unit import PERCENT

if TYPE_CHECKING:
    import pandas as pd

_SCORES = 5
_HIGH, _LOW = 4, 2
SEGMENTS = ("champions", "loyal", "potential", "new", "attention", "at_risk", "lost")
"""From the best to the worst."""
_CUSTOMERS_LEAST = 2


class RfmSegments(Filtered):
    """RFM segments: scores every customer from 1 to 5 by recency of the last purchase, frequency
    and total amount, and puts them into segments (champions, loyal, at risk, lost, …)."""

    name: ClassVar[str] = "rfm_segments"
    examples: ClassVar[tuple[str, ...]] = (
        "고객을 RFM으로 세분화해줘",
        "우수 고객과 이탈 위험 고객을 구분해줘",
        "RFM 분석으로 고객 등급을 나눠줘",
        "Segment the customers by RFM",
        "Who are our best customers and who is at risk of leaving?",
        "RFM analysis of the orders",
    )

    customer: str = column_field("Column that identifies the customer.", *ENTITY, named=True)
    date: str = column_field("Column of dates of purchases.", *TEMPORAL)
    amount: str = column_field("Column of amounts.", *NUMERIC, named=True)

    def run(self, tables: Tables) -> Outcome:
        """Compute. Recency counts days until the newest date of the data. Scores are fifths of the
        customers by mid-rank, so that equal customers have equal scores."""
        with open_source(self, tables) as source:
            sql = self._sql(source)
            frame = source.connection.execute(sql).df()
            if len(frame) < _CUSTOMERS_LEAST:
                raise BadInput("rfm_customers_few", column=self.customer, count=len(frame))
            frame = scored(frame)
            newest = source.one(f"SELECT max({ident(self.date)})::DATE {source.of()}")[0]
            title = source.say("rfm.title")
            table = self._segments(source, title, frame)
            customers = self._customers(source, frame)
            chart = self._chart(source, title, frame)
            facts = [*self._told(source, frame), *self._missing(source)]
            told = {"newest": newest, "segments": len(frame["segment"].unique())}
            facts += [Fact(key="rfm.reference", params=told, weight=0.4), *source.facts()]
        return Outcome(
            facts=tuple(facts), artifacts=(table, chart, customers), code=sql, code_language="sql"
        )

    def _sql(self, source: Source) -> str:
        names = [ident(name) for name in (self.customer, self.date, self.amount)]
        customer, day, amount = names
        present = [f"{name} IS NOT NULL" for name in names]
        return (
            f"SELECT {customer}::VARCHAR AS customer, date_diff('day', max({day})::DATE, "
            f"(SELECT max({day})::DATE {source.of()}))::BIGINT AS recency, count(*) AS frequency, "
            f"sum({amount})::DOUBLE AS amount {source.of(*present)} GROUP BY 1 ORDER BY 4 DESC, 1"
        )

    def _told(self, source: Source, frame: "pd.DataFrame") -> list[Fact]:
        total = float(frame["amount"].sum())
        unit = source.column(self.amount).shown_unit
        facts = []
        for segment in SEGMENTS:
            part = frame[frame["segment"] == segment]
            if part.empty:
                continue
            amount = float(part["amount"].sum())
            params: dict[str, Any] = {
                "segment": f"rfm.{segment}", "customers": len(part),
                "share": len(part) / len(frame), "amount": amount, "column": self.amount,
                "amount_share": amount / total if total > 0 else None,
            }  # fmt: skip
            weight = {"champions": 0.99, "at_risk": 0.95}.get(segment, 0.7 + params["share"] / 10)
            units = {"amount": unit} if unit else {}
            facts.append(Fact(key="rfm.segment", params=params, weight=weight, units=units))
        sizes = frame["segment"].value_counts()
        largest = max(SEGMENTS, key=lambda s: int(sizes.get(s, 0)))
        params = {
            "customers": len(frame), "segment": f"rfm.{largest}",
            "size": int(sizes[largest]), "share": int(sizes[largest]) / len(frame),
            "champions": int(sizes.get("champions", 0)), "risk": int(sizes.get("at_risk", 0)),
        }  # fmt: skip
        return [Fact(key="rfm.customers", params=params, weight=1.0), *facts]

    def _missing(self, source: Source) -> list[Fact]:
        names = (self.customer, self.date, self.amount)
        absent = " OR ".join(f"{ident(name)} IS NULL" for name in names)
        count = int(source.one(f"SELECT count(*) {source.of(f'({absent})')}")[0])
        if not count:
            return []
        params = {"rows": source.rows, "missing": count, "columns": list(names)}
        return [Fact(key="rows_left_out", params=params, weight=0.6)]

    def _segments(self, source: Source, title: str, frame: "pd.DataFrame") -> ArtifactContent:
        groups = frame.groupby("segment")
        order = [s for s in SEGMENTS if s in groups.groups]
        total, amount = len(frame), float(frame["amount"].sum())
        parts = [groups.get_group(s) for s in order]
        share, amount_share = source.say("heading.share"), source.say("heading.amount_share")
        columns: dict[str, list[Any]] = {
            source.say("heading.segment"): [source.say(f"word.rfm.{s}") for s in order],
            source.say("heading.customers"): [len(p) for p in parts],
            share: [len(p) / total for p in parts],
            source.say("heading.recency_mean"): [float(p["recency"].mean()) for p in parts],
            source.say("heading.frequency_mean"): [float(p["frequency"].mean()) for p in parts],
            source.say("heading.sum", measure=self.amount): [
                float(p["amount"].sum()) for p in parts
            ],
            amount_share: [float(p["amount"].sum()) / amount if amount else None for p in parts],
        }
        units = dict.fromkeys((share, amount_share), PERCENT)
        chosen = {"customer": self.customer, "date": self.date, "amount": self.amount}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _customers(self, source: Source, frame: "pd.DataFrame") -> ArtifactContent:
        words = {s: source.say(f"word.rfm.{s}") for s in SEGMENTS}
        columns: dict[str, Any] = {
            self.customer: frame["customer"].tolist(),
            source.say("heading.segment"): [words[s] for s in frame["segment"]],
            source.say("heading.recency"): frame["recency"].tolist(),
            source.say("heading.frequency"): frame["frequency"].tolist(),
            source.say("heading.sum", measure=self.amount): frame["amount"].tolist(),
            "R": frame["r"].tolist(),
            "F": frame["f"].tolist(),
            "M": frame["m"].tolist(),
        }
        return source.listed(source.say("rfm.title_customers"), columns)

    def _chart(self, source: Source, title: str, frame: "pd.DataFrame") -> ArtifactContent:
        sizes = frame["segment"].value_counts()
        order = [s for s in SEGMENTS if s in sizes.index][::-1]
        names = [source.say(f"word.rfm.{s}") for s in order]
        counts = [int(sizes[s]) for s in order]
        figure = {
            "data": [{"type": "bar", "orientation": "h", "y": names, "x": plain(counts)}],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(source.say("heading.customers")),
                "yaxis": axis("", type="category"),
            },
        }
        most = max(range(len(order)), key=lambda n: counts[n])
        described = source.say(
            "rfm.chart", title=title, best=names[most], count=counts[most], customers=len(frame)
        )
        return source.chart(title, figure, described, table=title)


def scored(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return customers (`recency`, `frequency`, `amount`) with scores `r`, `f`, `m` and their
    `segment`."""
    made = frame.copy()
    made["r"] = _fifths(-frame["recency"])
    made["f"] = _fifths(frame["frequency"])
    made["m"] = _fifths(frame["amount"])
    made["segment"] = [
        segment_of(int(r), (int(f) + int(m)) / 2)
        for r, f, m in zip(made["r"], made["f"], made["m"], strict=True)
    ]
    return made


def segment_of(recency: int, worth: float) -> str:
    """Return the segment of a recency score and the mean of the scores of frequency and amount."""
    if recency >= _HIGH:
        return "champions" if worth >= _HIGH else "potential" if worth > _LOW else "new"
    if recency > _LOW:
        return "loyal" if worth >= _HIGH else "attention"
    return "at_risk" if worth > _LOW else "lost"


def _fifths(values: "pd.Series") -> "pd.Series":
    share = (values.rank(method="average") - 0.5) / len(values)
    return (share * _SCORES).astype(int).clip(upper=_SCORES - 1) + 1
