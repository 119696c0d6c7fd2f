"""An experiment: does a variant do better than its control, by how much, and how sure is that?"""

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.analysis.statistics.assumptions import ALPHA
from cherry_reflex.analysis.statistics.proportions import Proportion, Z, compared
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import GROUPING, NUMERIC, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

_VARIANTS_MAX = 10


@dataclass(frozen=True)
class _Arm:
    """What was measured of a variant: rows, sum and variance of the outcome, and of a rate the
    number of trials."""

    name: str
    rows: float
    total: float
    variance: float

    @property
    def mean(self) -> float:
        return self.total / self.rows

    def interval(self, *, is_rate: bool) -> tuple[float, float]:
        """The 95 % interval of its rate (Wilson) or mean (Student)."""
        if is_rate:
            return Proportion(self.total, self.rows).interval
        if self.rows < 2:
            return self.mean, self.mean
        from scipy import stats

        half = float(stats.t.ppf(0.975, self.rows - 1)) * (self.variance / self.rows) ** 0.5
        return self.mean - half, self.mean + half


@dataclass(frozen=True)
class _Effect:
    difference: float
    low: float
    high: float
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    p: float
    test: str


class AbTest(Filtered):
    """A/B test: compares variants with their control. A yes/no outcome by its rates (two-proportion
    z test, Fisher's exact test for few cases), a number by its means (Welch); difference and lift
    with 95 % intervals. Rows are people or visits, or totals of successes and trials."""

    name: ClassVar[str] = "ab_test"
    examples: ClassVar[tuple[str, ...]] = (
        "A/B 테스트 결과를 분석해줘",
        "A안과 B안 중 전환율이 더 높은 쪽은 어디야?",
        "새 페이지가 구매율을 얼마나 높였는지 신뢰구간과 함께 알려줘",
        "Did variant B convert better than A?",
        "A/B test of conversion with confidence intervals",
        "What is the lift of the treatment over control?",
    )

    variant: str = column_field("Column that holds the variants.", *GROUPING, named=True)
    outcome: str = column_field(
        "What is measured: yes/no, a text with `success`, or a number.", named=True
    )
    success: str = Field("", description="The value of the outcome that is a success.")
    trials: str = column_field(
        "Column of the number of trials, where the outcome is a number of successes.",
        *NUMERIC,
        default="",
    )
    control: str = Field("", description="Name of the control; empty for the first by name.")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns do not fit."""
        super().check(tables)
        names = [name for name in (self.variant, self.outcome, self.trials) if name]
        if len(set(names)) != len(names):
            raise BadInput("columns_repeated", columns=", ".join(names))
        column = tables.get(self.dataset).column(self.outcome)
        if column is not None and column.type not in (*NUMERIC, "boolean") and not self.success:
            values = ", ".join(str(value) for value in column.examples[:10])
            raise BadInput("ab_success_needed", column=self.outcome, values=values)

    def run(self, tables: Tables) -> Outcome:
        """Compute."""
        with open_source(self, tables) as source:
            is_rate = self._is_rate(source)
            sql = self._sql(source)
            arms = self._arms(source, sql, is_rate=is_rate)
            control = arms[0]
            effects = [
                _rate_effect(control, arm) if is_rate else _mean_effect(control, arm)
                for arm in arms[1:]
            ]
            title = source.say("ab.title", outcome=self.outcome, variant=self.variant)
            table = self._table(source, title, arms, effects, is_rate=is_rate)
            chart = self._chart(source, title, arms, is_rate=is_rate)
            facts = [*self._told(source, arms, effects, is_rate=is_rate), *source.facts()]
        return Outcome(facts=tuple(facts), artifacts=(table, chart), code=sql, code_language="sql")

    def _is_rate(self, source: Source) -> bool:
        column = source.column(self.outcome)
        if self.success or self.trials or column.type == "boolean":
            return True
        name = ident(self.outcome)
        other = source.one(f"SELECT count(*) FILTER ({name} NOT IN (0, 1)) {source.of()}")[0]
        return not other

    def _sql(self, source: Source) -> str:
        group, name = ident(self.variant), ident(self.outcome)
        if self.trials:
            trials = ident(self.trials)
            both = source.of(*(f"{c} IS NOT NULL" for c in (group, name, trials)))
            return (
                f"SELECT {group}::VARCHAR AS variant, sum({trials})::DOUBLE AS rows, "
                f"sum({name})::DOUBLE AS total, 0::DOUBLE AS variance {both} GROUP BY 1 ORDER BY 1"
            )
        value = f"{name}::DOUBLE"
        if self.success:
            value = f"(lower({name}::VARCHAR) = {literal(self.success.lower())})::INTEGER::DOUBLE"
        elif source.column(self.outcome).type == "boolean":
            value = f"{name}::INTEGER::DOUBLE"
        both = source.of(f"{group} IS NOT NULL", f"{name} IS NOT NULL")
        return (
            f"SELECT {group}::VARCHAR AS variant, count(*)::DOUBLE AS rows, sum({value}) AS total, "
            f"coalesce(var_samp({value}), 0) AS variance {both} GROUP BY 1 ORDER BY 1"
        )

    def _arms(self, source: Source, sql: str, *, is_rate: bool) -> list[_Arm]:
        arms = [_Arm(str(r[0]), float(r[1]), float(r[2]), float(r[3])) for r in source.all(sql)]
        if len(arms) > _VARIANTS_MAX:
            raise BadInput("groups_many", column=self.variant, count=len(arms), limit=_VARIANTS_MAX)
        if len(arms) < 2:
            name = arms[0].name if arms else "–"
            raise BadInput("groups_one", column=self.variant, name=name)
        for arm in arms:
            if arm.rows <= 0 or (is_rate and not 0 <= arm.total <= arm.rows):
                raise BadInput("ab_counts", variant=arm.name, total=arm.total, trials=arm.rows)
            if not is_rate and arm.rows < 2:
                raise BadInput("group_too_small", column=self.variant, least=2)
        if self.success and not any(arm.total for arm in arms):
            raise BadInput("ab_success_none", column=self.outcome, value=self.success)
        names = [arm.name for arm in arms]
        if self.control and self.control not in names:
            raise BadInput(
                "group_unknown", name=self.control, column=self.variant, names=", ".join(names)
            )
        first = self.control or names[0]
        return sorted(arms, key=lambda arm: (arm.name != first, arm.name))

    def _told(
        self, source: Source, arms: list[_Arm], effects: list[_Effect], *, is_rate: bool
    ) -> list[Fact]:
        control, facts = arms[0], []
        unit = PERCENT if is_rate else source.column(self.outcome).shown_unit
        corrected = _holm([effect.p for effect in effects])
        for place, (arm, effect) in enumerate(zip(arms[1:], effects, strict=True)):
            params: dict[str, Any] = {
                "outcome": self.outcome, "variant": arm.name, "control": control.name,
                "value": arm.mean, "base": control.mean, "difference": abs(effect.difference),
                "p": corrected[place], "test": effect.test, "n": round(arm.rows),
                "n_control": round(control.rows),
            }  # fmt: skip
            is_sure = corrected[place] < ALPHA
            way = ("higher" if effect.difference > 0 else "lower") if is_sure else "alike"
            units = {n: unit for n in ("value", "base", "difference") if unit is not None}
            key = f"ab.{way}_{'rate' if is_rate else 'mean'}"
            facts.append(Fact(key=key, params=params, weight=1 - place * 0.01, units=units))
            more: dict[str, Any] = {
                "variant": arm.name, "control": control.name, "lift": effect.lift,
                "lift_low": effect.lift_low, "lift_high": effect.lift_high,
                "low": effect.low * 100 if is_rate else effect.low,
                "high": effect.high * 100 if is_rate else effect.high,
                "difference": effect.difference * 100 if is_rate else effect.difference,
            }  # fmt: skip
            key = "ab.interval_rate" if is_rate else "ab.interval_mean"
            facts.append(Fact(key=key, params=more, weight=0.9 - place * 0.01))
            if effect.lift is not None:
                facts.append(Fact(key="ab.lift", params=more, weight=0.89 - place * 0.01))
        if not self.control:
            facts.append(Fact(key="ab.control", params={"control": control.name}, weight=0.5))
        if len(effects) > 1:
            facts.append(Fact(key="ab.corrected", params={"count": len(effects)}, weight=0.4))
        if any(effect.test == "fisher" for effect in effects):
            facts.append(Fact(key="ab.exact", weight=0.4))
        return facts

    def _table(
        self,
        source: Source,
        title: str,
        arms: list[_Arm],
        effects: list[_Effect],
        *,
        is_rate: bool,
    ) -> ArtifactContent:
        spans = [arm.interval(is_rate=is_rate) for arm in arms]
        value = source.say("heading.rate") if is_rate else source.say("heading.mean_of")
        low, high = source.say("heading.low"), source.say("heading.high")
        lift = source.say("heading.lift")
        columns: dict[str, list[Any]] = {self.variant: [arm.name for arm in arms]}
        columns[source.say("heading.rows" if not self.trials else "heading.trials")] = [
            round(arm.rows) for arm in arms
        ]
        if is_rate:
            columns[source.say("heading.successes")] = [round(arm.total) for arm in arms]
        columns |= {
            value: [arm.mean for arm in arms],
            low: [span[0] for span in spans],
            high: [span[1] for span in spans],
            source.say("heading.difference"): [None, *(e.difference for e in effects)],
            lift: [None, *(e.lift for e in effects)],
            source.say("heading.p"): [None, *(e.p for e in effects)],
        }
        shares = [lift, *((value, low, high, source.say("heading.difference")) if is_rate else ())]
        units = dict.fromkeys(shares, PERCENT)
        chosen = {"variant": self.variant, "outcome": self.outcome}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _chart(
        self, source: Source, title: str, arms: list[_Arm], *, is_rate: bool
    ) -> ArtifactContent:
        pairs = [(arm, arm.interval(is_rate=is_rate)) for arm in arms]
        figure = {
            "data": [
                {
                    "type": "scatter", "mode": "markers", "x": [arm.name for arm in arms],
                    "y": plain(arm.mean for arm in arms), "marker": {"size": 10},
                    "error_y": {
                        "type": "data", "symmetric": False,
                        "array": plain(s[1] - a.mean for a, s in pairs),
                        "arrayminus": plain(a.mean - s[0] for a, s in pairs),
                    },
                }
            ],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(self.variant, type="category"),
                "yaxis": axis(self.outcome, **({"tickformat": ".1%"} if is_rate else {})),
            },
        }  # fmt: skip
        best = max(arms, key=lambda arm: arm.mean)
        described = source.say("ab.chart", title=title, best=best.name, variants=len(arms))
        return source.chart(title, figure, described, table=title)


def _rate_effect(control: _Arm, arm: _Arm) -> _Effect:
    found = compared(Proportion(control.total, control.rows), Proportion(arm.total, arm.rows))
    return _Effect(
        found.difference, found.low, found.high, found.lift, found.lift_low, found.lift_high,
        found.p, "fisher" if found.is_exact else "two_proportions",
    )  # fmt: skip


def _mean_effect(control: _Arm, arm: _Arm) -> _Effect:
    """Welch's test; the lift's interval by the delta method on the ratio of the means."""
    from scipy import stats

    parts = [a.variance / a.rows for a in (arm, control)]
    difference, error = arm.mean - control.mean, sum(parts) ** 0.5
    if not error:
        p, low, high = (1.0 if not difference else 0.0), difference, difference
    else:
        df = sum(parts) ** 2 / sum(
            part**2 / (a.rows - 1) for part, a in zip(parts, (arm, control), strict=True)
        )
        p = float(2 * stats.t.sf(abs(difference) / error, df))
        half = float(stats.t.ppf(0.975, df)) * error
        low, high = difference - half, difference + half
    lift = lift_low = lift_high = None
    if control.mean > 0:
        ratio = arm.mean / control.mean
        spread = (parts[0] / control.mean**2 + ratio**2 * parts[1] / control.mean**2) ** 0.5
        lift, lift_low, lift_high = ratio - 1, ratio - 1 - Z * spread, ratio - 1 + Z * spread
    return _Effect(difference, low, high, lift, lift_low, lift_high, p, "welch")


def _holm(values: list[float]) -> list[float]:
    """Return p values corrected for being several (Holm, 1979)."""
    order = sorted(range(len(values)), key=lambda n: values[n])
    made, highest = [1.0] * len(values), 0.0
    for place, n in enumerate(order):
        highest = max(highest, min(1.0, values[n] * (len(values) - place)))
        made[n] = highest
    return made
