"""Which features carry information, and which only repeat others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.features.addition import added, columns_of
from cherry_reflex.analysis.features.codes import coded, is_classes
from cherry_reflex.analysis.frames.sample import SEED, read
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, said, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

Method = Literal["mutual_information", "correlation", "variance"]
_SCORES = {
    "mutual_information": "mutual_information",
    "correlation": "correlation_highest",
    "variance": "varied",
}
_ROWS_MAX = 20_000
_ROWS_MIN = 20
_DOMINANT = 0.99
"""Share of one value from which a column hardly varies."""
_SHOWN = 30


_NAMES = 0.5
"""Share of different values from which a column of words names rows."""


@dataclass(frozen=True)
class Ranked:
    """A feature, its score, and why it is left out (a key of the catalogue), if it is."""

    name: str
    score: float | None
    reason: str = ""
    because: str = ""


class SelectFeatures(Preparation):
    """Select features: by what they tell of a target (mutual_information), by leaving out those
    that repeat others (correlation), or those that hardly vary (variance). All scores are shown."""

    name: ClassVar[str] = "select_features"
    examples: ClassVar[tuple[str, ...]] = (
        "타깃 예측에 중요한 변수를 골라줘",
        "상관이 높은 변수는 하나만 남겨주세요",
        "변화가 거의 없는 열을 제거해줘",
        "변수 선택을 해줘",
        "Select the most informative features for the target",
        "Drop highly correlated features",
        "Remove near-constant columns",
        "Which features matter for churn?",
    )

    method: Method = Field(default="mutual_information", description="How features are judged.")
    target: str = column_field(
        "The column that will be predicted (needed for mutual_information; kept always).",
        default="",
    )
    features: tuple[str, ...] = column_field(
        "Features to choose from; empty for all columns but the target.", default=(), many=True
    )
    top: int | None = Field(
        default=None, ge=1, le=2000, description="For mutual_information: how many to keep."
    )
    threshold: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="For correlation: the absolute correlation from which one of two is left out.",
    )

    def check(self, tables: Tables) -> None:
        """Check the target. Raises BadInput."""
        super().check(tables)
        if self.method == "mutual_information" and not self.target:
            raise BadInput("feature_target_missing")
        if self.target and self.target in self.features:
            raise BadInput("feature_target_used", column=self.target)

    def run(self, tables: Tables) -> Outcome:
        """Judge and select."""
        dataset = tables.get(self.dataset)
        kinds = tuple({c.type for c in dataset.columns} - {"other"})
        features = columns_of(dataset, self.features, kinds, but=[self.target])
        wanted = [*features, *([self.target] if self.target else [])]
        sample = read(dataset, wanted, rows_max=_ROWS_MAX)
        if self.method == "mutual_information":
            ranked = self._informative(sample.frame, features)
        elif self.method == "correlation":
            ranked = self._correlated(dataset, sample.frame, features)
        else:
            ranked = _varying(sample.frame, features)
        dropped = [one.name for one in ranked if one.reason]
        if len(dropped) == len(features):
            raise BadInput("feature_none_left")
        facts = self._facts(ranked, dropped, sample.used, sample.total)
        beside = self._shown(tables, ranked)
        code = {
            "mutual_information": f"mutual_info_(X, y={self.target!r}, random_state={SEED})",
            "correlation": f"X.corr().abs() >= {self.threshold}",
            "variance": f"X[c].value_counts(normalize=True).iloc[0] >= {_DOMINANT}",
        }[self.method]
        return added(
            self, tables, dataset, {}, dropped=dropped, facts=facts, code=code, beside=beside
        )

    def _informative(self, frame: Any, features: Sequence[str]) -> list[Ranked]:
        import numpy as np
        from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

        known = frame[frame[self.target].notna()]
        truth = known[self.target]
        if len(known) < _ROWS_MIN:
            raise BadInput("feature_rows_few", rows=len(known), needed=_ROWS_MIN)
        if truth.nunique() < 2:
            raise BadInput("feature_target_constant", column=self.target)
        classes = is_classes(truth)
        named = [name for name in features if _is_name(known[name])]
        features = [name for name in features if name not in named]
        if not features:
            raise BadInput("feature_none_left")
        inputs = [coded(known[name]) for name in features]
        scores = (mutual_info_classif if classes else mutual_info_regression)(
            np.column_stack([values for values, _ in inputs]),
            truth.astype(str) if classes else coded(truth)[0],
            discrete_features=np.array([discrete for _, discrete in inputs]),
            random_state=SEED,
        )
        order = sorted(range(len(features)), key=lambda n: (-scores[n], n))
        kept = self.top or max(1, int((scores > 0).sum()))
        return [
            Ranked(
                features[n],
                float(scores[n]),
                "" if place < kept else "uninformative" if scores[n] <= 0 else "beyond_top",
            )
            for place, n in enumerate(order)
        ] + [Ranked(name, None, "names") for name in named]

    def _correlated(self, dataset: Dataset, frame: Any, features: Sequence[str]) -> list[Ranked]:
        names = [n for n in features if (c := dataset.column(n)) and c.type in NUMERIC]
        if len(names) < 2:
            raise BadInput("feature_columns_few", count=len(names))
        matrix = frame[names].astype(float).corr().abs()
        towards: dict[str, float] = {}
        about = dataset.column(self.target)
        if about is not None and about.type in NUMERIC:
            truth = frame[self.target].astype(float)
            towards = {n: abs(frame[n].astype(float).corr(truth)) for n in names}
        # Of two that repeat each other, the one that tells more of the target stays.
        order = sorted(names, key=lambda n: -towards.get(n, 0.0)) if towards else names
        kept: list[str] = []
        reasons: dict[str, str] = {}
        for name in order:
            twin = max(kept, key=lambda k: matrix.loc[name, k], default="")
            if twin and matrix.loc[name, twin] >= self.threshold:
                reasons[name] = twin
            else:
                kept.append(name)
        found = []
        for name in features:
            others = matrix[name].drop(name).dropna() if name in matrix else None
            highest = float(others.max()) if others is not None and len(others) else None
            reason = "correlated" if name in reasons else ""
            found.append(Ranked(name, highest, reason, reasons.get(name, "")))
        return found

    def _facts(
        self, ranked: Sequence[Ranked], dropped: Sequence[str], used: int, total: int
    ) -> list[Fact]:
        kept = [one.name for one in ranked if not one.reason]
        params = {"kept": len(kept), "count": len(ranked), "names": kept[:15]}
        facts = [Fact(key="features.selected", params=params, weight=1.9)]
        if self.method == "mutual_information":
            best = ranked[0]
            params = {"column": best.name, "target": self.target, "score": best.score}
            facts.append(Fact(key="features.best", params=params, weight=1.7))
            facts.append(Fact(key="features.in_sample", weight=1.2))
        if dropped:
            params = {"names": list(dropped[:20]), "count": len(dropped)}
            facts.append(Fact(key=f"features.dropped_{self.method}", params=params, weight=1.6))
        if used < total:
            facts.append(Fact(key="features.sampled", params={"used": used, "total": total}))
        return facts

    def _shown(self, tables: Tables, ranked: Sequence[Ranked]) -> list[ArtifactContent]:
        score = heading(_SCORES[self.method], tables)
        title = said("features.ranking", tables)
        columns: dict[str, list[Any]] = {
            heading("feature", tables): [one.name for one in ranked],
            score: [one.score for one in ranked],
            heading("kept", tables): [not one.reason for one in ranked],
            heading("reason", tables): [
                said(f"features.reason.{one.reason}", tables, other=one.because)
                if one.reason
                else None
                for one in ranked
            ],
        }
        shown = [table(tables, title, columns)]
        top = [one for one in ranked if one.score is not None][:_SHOWN]
        if len(top) > 1:
            data = [
                {
                    "type": "bar",
                    "orientation": "h",
                    "x": plain([one.score for one in top]),
                    "y": [one.name for one in top],
                }
            ]
            layout = {
                "xaxis": axis(score),
                "yaxis": axis(heading("feature", tables), autorange="reversed"),
            }
            best = max(top, key=lambda one: one.score or 0)
            told = said("features.ranking_described", tables, name=best.name, score=best.score)
            chosen = {"target": self.target} if self.target else None
            shown.append(
                chart(
                    said("features.ranking_chart", tables),
                    data,
                    layout,
                    description=told,
                    table=title,
                    chosen=chosen,
                )
            )
        return shown


def _is_name(column: Any) -> bool:
    """Whether words are different in most rows: they name rows, and every target seems to follow
    from them."""
    from pandas.api.types import is_numeric_dtype

    present = column.dropna()
    if is_numeric_dtype(present) or str(present.dtype).startswith("datetime"):
        return False
    return bool(present.nunique() > len(present) * _NAMES)


def _varying(frame: Any, features: Sequence[str]) -> list[Ranked]:
    found = []
    for name in features:
        counts = frame[name].value_counts(normalize=True, dropna=False)
        share = float(counts.iloc[0]) if len(counts) else 1.0
        found.append(Ranked(name, 1 - share, "constant" if share >= _DOMINANT else ""))
    return sorted(found, key=lambda one: one.score or 0.0, reverse=True)
