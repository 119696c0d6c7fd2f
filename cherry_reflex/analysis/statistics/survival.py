"""Survival: how long until something happens, also where it has not happened yet."""

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.analysis.statistics.assumptions import ALPHA
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    TEMPORAL,
    Fact,
    Outcome,
    Tables,
    column_field,
)
from cherry_reflex.core.unit import PERCENT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_GROUPS_MAX = 10
_POINTS_MAX = 500
_Z = 1.959964


class Survival(Filtered):
    """Survival analysis (Kaplan-Meier): how long until an event such as churn, failure or death,
    counting those to whom it has not happened yet; the median with its interval, and the log-rank
    test between groups. Takes durations and whether the event happened, or a start and an end."""

    name: ClassVar[str] = "survival"
    examples: ClassVar[tuple[str, ...]] = (
        "고객이 이탈하기까지 걸리는 기간의 중앙값은?",
        "생존 분석(카플란-마이어)을 해줘",
        "요금제별로 유지 기간에 차이가 있어?",
        "Survival analysis of time to churn",
        "Kaplan-Meier curve by treatment",
        "What is the median time until failure?",
    )

    duration: str = column_field("Column of durations.", *NUMERIC, default="")
    event: str = column_field(
        "Column that says whether the event happened (yes/no, 1/0, or a text with `happened`); "
        "empty when it happened to all.",
        default="",
    )
    happened: str = Field("", description="The value of `event` that means that it happened.")
    start: str = column_field("In place of a duration: date of the start.", *TEMPORAL, default="")
    end: str = column_field(
        "Date of the event; missing where it has not happened yet.", *TEMPORAL, default=""
    )
    group_by: str = column_field("Column whose groups are compared.", *GROUPING, default="")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when durations cannot be told from the columns."""
        super().check(tables)
        if bool(self.duration) == bool(self.start and self.end):
            raise BadInput("survival_durations_needed")
        if self.start and self.start == self.end:
            raise BadInput("column_twice", column=self.start)
        column = tables.get(self.dataset).column(self.event) if self.event else None
        if column is not None and column.type not in (*NUMERIC, "boolean") and not self.happened:
            values = ", ".join(str(value) for value in column.examples[:10])
            raise BadInput("survival_event_needed", column=self.event, values=values)

    def run(self, tables: Tables) -> Outcome:
        """Compute Kaplan-Meier curves (Greenwood's errors) and the log-rank test."""
        with open_source(self, tables) as source:
            sql = self._sql(source)
            frame = source.connection.execute(sql).df()
            if not len(frame):
                raise BadInput("values_none", column=self.duration or self.end)
            if bool((frame["duration"] < 0).any()):
                raise BadInput("survival_negative", column=self.duration or self.end)
            groups = self._groups(frame)
            curves = {name: _curve(part) for name, part in groups.items()}
            title = source.say("survival.title")
            table = self._table(source, title, curves)
            chart = self._chart(source, title, curves)
            facts = [*self._told(frame, groups, curves), *self._left_out(source, frame)]
            facts += source.facts()
        return Outcome(facts=tuple(facts), artifacts=(chart, table), code=sql, code_language="sql")

    def _sql(self, source: Source) -> str:
        if self.duration:
            length, known = f"{ident(self.duration)}::DOUBLE", [ident(self.duration)]
        else:
            start, end = ident(self.start), ident(self.end)
            newest = f"(SELECT greatest(max({start}), max({end})) {source.of()})"
            length = f"date_diff('day', {start}, coalesce({end}, {newest}))::DOUBLE"
            known = [start]
        if not self.event:
            event = f"({ident(self.end)} IS NOT NULL)" if self.end else "TRUE"
        elif self.happened:
            event = f"(lower({ident(self.event)}::VARCHAR) = {literal(self.happened.lower())})"
        elif source.column(self.event).type == "boolean":
            event = ident(self.event)
        else:
            event = f"({ident(self.event)} <> 0)"
        known += [ident(name) for name in (self.event, self.group_by) if name]
        group = f"{ident(self.group_by)}::VARCHAR" if self.group_by else "''"
        present = source.of(*(f"{name} IS NOT NULL" for name in known))
        return f"SELECT {length} AS duration, {event}::INTEGER AS event, {group} AS name {present}"

    def _groups(self, frame: "pd.DataFrame") -> dict[str, "pd.DataFrame"]:
        found = {str(name): part for name, part in frame.groupby("name")}
        if len(found) > _GROUPS_MAX:
            raise BadInput("groups_many", column=self.group_by, count=len(found), limit=_GROUPS_MAX)
        return found

    def _told(
        self,
        frame: "pd.DataFrame",
        groups: dict[str, "pd.DataFrame"],
        curves: dict[str, "pd.DataFrame"],
    ) -> list[Fact]:
        events = int(frame["event"].sum())
        params: dict[str, Any] = {"n": len(frame), "events": events, "open": len(frame) - events}
        unit = "days" if self.start else "units"
        if not events:
            return [Fact(key="survival.no_event", params=params, weight=1.0)]
        facts = []
        whole = _curve(frame)
        facts.append(_median_fact("", whole, params | {"unit": f"survival.{unit}"}, 1.0))
        if len(curves) > 1:
            for place, (name, curve) in enumerate(curves.items()):
                part = groups[name]
                more = {
                    "group": name, "n": len(part), "events": int(part["event"].sum()),
                    "unit": f"survival.{unit}",
                }  # fmt: skip
                facts.append(_median_fact("group_", curve, more, 0.9 - place * 0.01))
            facts.append(self._log_rank(frame, len(curves)))
        facts.append(Fact(key="survival.counts", params=params, weight=0.7))
        return facts

    def _log_rank(self, frame: "pd.DataFrame", count: int) -> Fact:
        from statsmodels.duration.survfunc import survdiff

        statistic, p = survdiff(frame["duration"], frame["event"], frame["name"])
        params = {"by": self.group_by, "count": count, "p": float(p), "chi": float(statistic)}
        key = "survival.differ" if p < ALPHA else "survival.alike"
        if params["p"] != params["p"]:
            return Fact(key="survival.untested", params={"by": self.group_by}, weight=0.8)
        return Fact(key=key, params=params, weight=0.98)

    def _left_out(self, source: Source, frame: "pd.DataFrame") -> list[Fact]:
        if not (missing := source.rows - len(frame)):
            return []
        names = [n for n in (self.duration, self.start, self.event, self.group_by) if n]
        params = {"rows": source.rows, "missing": missing, "columns": names}
        return [Fact(key="rows_left_out", params=params, weight=0.5)]

    def _table(
        self, source: Source, title: str, curves: dict[str, "pd.DataFrame"]
    ) -> ArtifactContent:
        columns: dict[str, list[Any]] = {}
        if self.group_by:
            columns[self.group_by] = [n for n, curve in curves.items() for _ in range(len(curve))]
        heads = {
            "duration": "time", "at_risk": "at_risk", "events": "happened", "survival": "survival",
            "low": "low", "high": "high",
        }  # fmt: skip
        shares = []
        for key, head in heads.items():
            name = source.say(f"heading.{head}")
            columns[name] = [value for curve in curves.values() for value in curve[key].tolist()]
            if key in ("survival", "low", "high"):
                shares.append(name)
        units = dict.fromkeys(shares, PERCENT)
        chosen = {"duration": self.duration, "event": self.event, "group": self.group_by}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _chart(
        self, source: Source, title: str, curves: dict[str, "pd.DataFrame"]
    ) -> ArtifactContent:
        data = []
        for name, curve in curves.items():
            step = max(1, len(curve) // _POINTS_MAX)
            part = curve.iloc[sorted({*range(0, len(curve), step), len(curve) - 1})]
            start: list[Any] = [0]
            whole: list[Any] = [1]
            data.append(
                {
                    "type": "scatter", "mode": "lines", "line": {"shape": "hv"},
                    "name": name or source.say("heading.survival"),
                    "x": start + plain(part["duration"]), "y": whole + plain(part["survival"]),
                }
            )  # fmt: skip
        time = self.duration or source.say("survival.time_days")
        figure = {
            "data": data,
            "layout": {
                "title": {"text": title},
                "xaxis": axis(time, rangemode="tozero"),
                "yaxis": axis(source.say("heading.survival"), tickformat=".0%", range=[0, 1.02]),
                "showlegend": len(curves) > 1,
            },
        }
        last = min(float(curve["survival"].iloc[-1]) for curve in curves.values())
        described = source.say("survival.chart", title=title, curves=len(curves), lowest=last)
        return source.chart(title, figure, described, table=title)


def _curve(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the Kaplan-Meier curve: at every time of an event, how many were at risk, the events,
    the share that survives it with its 95 % interval (log-log, which stays within 0 and 1)."""
    import numpy as np
    import pandas as pd

    times, place = np.unique(frame["duration"].to_numpy(), return_inverse=True)
    events = np.bincount(place, weights=frame["event"].to_numpy(), minlength=len(times))
    leaving = np.bincount(place, minlength=len(times))
    at_risk = len(frame) - np.concatenate([[0], np.cumsum(leaving)[:-1]])
    survival = np.cumprod(1 - events / at_risk)
    low, high = _bounds(survival, events, at_risk)
    curve = pd.DataFrame(
        {
            "duration": times, "at_risk": at_risk.astype(int), "events": events.astype(int),
            "survival": survival, "low": low, "high": high,
        }
    )  # fmt: skip
    happened = curve["events"] > 0
    # The last time is kept, so that a curve goes on until its last observation.
    happened.iloc[-1] = True
    return curve[happened].reset_index(drop=True)


def _bounds(
    survival: "np.ndarray", events: "np.ndarray", at_risk: "np.ndarray"
) -> tuple["np.ndarray", "np.ndarray"]:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        spread = np.sqrt(greenwood) / np.log(survival)
        low = survival ** np.exp(-_Z * spread)
        high = survival ** np.exp(_Z * spread)
    inner = (survival > 0) & (survival < 1)
    return np.where(inner, low, survival), np.where(inner, high, survival)


def _median_fact(kind: str, curve: "pd.DataFrame", params: dict[str, Any], weight: float) -> Fact:
    half = _reaches(curve, "survival")
    if half is None:
        last = {
            "share": float(curve["survival"].iloc[-1]), "time": float(curve["duration"].iloc[-1])
        }  # fmt: skip
        return Fact(key=f"survival.{kind}no_median", params=params | last, weight=weight)
    more = {"median": half, "low": _reaches(curve, "low"), "high": _reaches(curve, "high")}
    key = f"survival.{kind}median"
    if more["high"] is None:
        key = f"survival.{kind}median_open"
    return Fact(key=key, params=params | more, weight=weight)


def _reaches(curve: "pd.DataFrame", column: str) -> float | None:
    """Return the first time at which a curve is at a half or below; None when it never is."""
    below = curve.loc[curve[column] <= 0.5 + 1e-12, "duration"]
    return float(below.iloc[0]) if len(below) else None
