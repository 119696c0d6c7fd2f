"""What a training found, as facts and artifacts: the winner, its honest measures, its limits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cherry_reflex.analysis.frames.sample import SEED, Sample
from cherry_reflex.analysis.learning import importance, pictures
from cherry_reflex.analysis.learning.contest import Result
from cherry_reflex.analysis.learning.metric import SMALLER_IS_BETTER, Measure, primary
from cherry_reflex.analysis.learning.model_store import ModelCard
from cherry_reflex.analysis.learning.recipe import LeftOut, Recipe
from cherry_reflex.analysis.learning.split import Split
from cherry_reflex.analysis.learning.target import Target
from cherry_reflex.analysis.progress import hand_over, progress
from cherry_reflex.analysis.results.artifacts import heading, said, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Fact, Outcome, Tables
from cherry_reflex.i18n.catalogue import text

_SMALL_ROWS = 200
_SMALL_TEST = 50
_RARE_SHARE = 0.2
_TOLD_LEFT_OUT = 8
_TOLD_FEATURES = 5
_LEAST_SHARE = 0.02
"""Columns that matter less than this share of the first one are not told."""


@dataclass(frozen=True)
class Training:
    """A finished training."""

    dataset: Dataset
    goal: Target
    recipe: Recipe
    left: tuple[LeftOut, ...]
    suspect: tuple[str, ...]
    parts: Split
    result: Result
    card: ModelCard
    path: Path
    sample: Sample
    design: Any
    values: Any

    def outcome(self, tables: Tables) -> Outcome:
        """Return everything that is to be told and shown; each part is handed over when made."""
        code = {"code": self._code(), "language": "python"}
        artifacts = [*hand_over(self._comparison(tables), self._metrics(tables), **code)]
        best = self.result.best
        test, truth = self.design.iloc[self.parts.test], self.values.iloc[self.parts.test]
        progress(text("agent.progress_importance", tables.language))
        weights = importance.permuted(best.pipeline, test, truth, self.goal.task, self.recipe)
        shown = pictures.weights(weights, self.goal.name, primary(self.goal.task), tables)
        artifacts += hand_over(*shown, **code)
        if self.goal.task == "classification":
            classes = [str(c) for c in best.pipeline.classes_]
            shown = pictures.confusion(truth, best.predicted, classes, tables)
            shown += pictures.roc(truth, best.chances, classes, tables)
        else:
            shown = pictures.errors(truth, best.predicted, self.goal.name, tables)
        artifacts += hand_over(*shown, **code)
        artifacts.append(self._model(tables))
        facts = [*self._verdict(), *self._limits(), *_strongest(weights)]
        return Outcome(
            facts=tuple(facts),
            artifacts=tuple(artifacts),
            code=self._code(),
            code_language="python",
        )

    def _verdict(self) -> list[Fact]:
        best, metric = self.result.best, primary(self.goal.task)
        own, base = _found(best.measures, metric), _found(self.result.baseline.measures, metric)
        facts = [
            Fact(
                key="models.task",
                params={
                    "task": self.goal.task,
                    "target": self.goal.name,
                    "why": f"why_{self.goal.why}",
                    "classes": len(self.goal.classes),
                },
                weight=2.0,
            ),
            Fact(
                key=f"models.split_{self.parts.how}",
                params={"train": len(self.parts.train), "test": len(self.parts.test)},
                weight=1.6,
            ),
            Fact(
                key="models.chosen" if len(self.result.entrants) > 1 else "models.only",
                params={
                    "model": best.candidate.name,
                    "count": len(self.result.entrants),
                    "metric": metric,
                    "value": best.mean,
                },
                weight=2.6,
            ),
        ]
        if own is not None and base is not None:
            params = {"model": best.candidate.name, "metric": metric, "target": self.goal.name}
            facts.append(
                Fact(
                    key="models.measured" if own.low is not None else "models.measured_bare",
                    params={**params, **_numbers(own), "baseline": base.value},
                    weight=3.0,
                )
            )
            if not _beats(own, base, metric):
                facts.append(Fact(key="models.no_better", params=params, weight=2.9))
        right = _found(best.measures, "accuracy")
        if right is not None and right.value == 1:
            certain = {"rows": len(self.parts.test), "share": 3 / len(self.parts.test)}
            facts.append(Fact(key="models.perfect", params=certain, weight=2.7))
        for measure in best.measures:
            if measure.metric != metric:
                key = "models.metric" if measure.low is not None else "models.metric_bare"
                params = {"metric": measure.metric, **_numbers(measure)}
                facts.append(Fact(key=key, params=params, weight=1.5))
        facts.append(Fact(key="models.saved", params={"name": self.card.name}, weight=1.1))
        return facts

    def _limits(self) -> list[Fact]:
        """Return what limits the trust in the figures."""
        facts = [*self.sample.facts]
        rows = len(self.values)
        if self.sample.is_part:
            params: dict[str, Any] = {"used": self.sample.used, "total": self.sample.total}
            facts.append(Fact(key="models.sample", params=params, weight=1.9))
        if rows < _SMALL_ROWS or len(self.parts.test) < _SMALL_TEST:
            params = {"rows": rows, "test": len(self.parts.test)}
            facts.append(Fact(key="models.small", params=params, weight=2.4))
        if self.goal.missing:
            params = {"rows": self.goal.missing, "target": self.goal.name}
            facts.append(Fact(key="models.target_missing", params=params, weight=1.7))
        if self.goal.rare:
            params = {"classes": ", ".join(self.goal.rare[:10]), "rows": self.goal.rare_rows}
            facts.append(Fact(key="models.rare_classes", params=params, weight=1.8))
        if self.goal.task == "classification":
            shares = self.values.value_counts(normalize=True)
            if shares.iloc[-1] < _RARE_SHARE / max(1, len(shares) - 1):
                params = {"value": str(shares.index[-1]), "share": float(shares.iloc[-1])}
                facts.append(Fact(key="models.imbalance", params=params, weight=2.2))
        for name in self.suspect:
            facts.append(Fact(key="models.leak_kept", params={"column": name}, weight=2.8))
        for item in sorted(self.left, key=lambda item: item.reason != "leak")[:_TOLD_LEFT_OUT]:
            key = "models.leak" if item.reason == "leak" else "models.left_out"
            told = {"column": item.column, "reason": f"left_{item.reason}"}
            params = {"column": item.column} if item.reason == "leak" else told
            facts.append(Fact(key=key, params=params, weight=2.5 if item.reason == "leak" else 1.2))
        if len(self.left) > _TOLD_LEFT_OUT:
            params = {"count": len(self.left) - _TOLD_LEFT_OUT}
            facts.append(Fact(key="models.left_more", params=params, weight=1.2))
        for name in self.result.skipped:
            facts.append(Fact(key="models.skipped", params={"model": name}, weight=1.3))
        return facts

    def _comparison(self, tables: Tables) -> ArtifactContent:
        import pandas as pd

        metric = primary(self.goal.task)
        rows = []
        for entrant in (*self.result.entrants, self.result.baseline):
            own = _found(entrant.measures, metric)
            rows.append(
                {
                    heading("model", tables): said(f"word.{entrant.candidate.name}", tables),
                    heading("cv_mean", tables): entrant.mean,
                    heading("cv_spread", tables): entrant.spread,
                    heading("tested", tables): own.value if own else None,
                    heading("low", tables): own.low if own else None,
                    heading("high", tables): own.high if own else None,
                    heading("seconds", tables): entrant.seconds,
                }
            )
        title = said(
            "models.title.comparison",
            tables,
            target=self.goal.name,
            metric=said(f"word.{metric}", tables),
        )
        note = said("models.note.comparison", tables)
        return table(tables, title, pd.DataFrame(rows), description=note)

    def _metrics(self, tables: Tables) -> ArtifactContent:
        import pandas as pd

        heads = [heading(h, tables) for h in ("metric", "value", "low", "high")]
        rows = [
            [said(f"word.{m.metric}", tables), m.value, m.low, m.high]
            for m in self.result.best.measures
        ]
        title = said(
            "models.title.metrics",
            tables,
            model=said(f"word.{self.result.best.candidate.name}", tables),
            rows=len(self.parts.test),
        )
        return table(tables, title, pd.DataFrame(rows, columns=heads))

    def _model(self, tables: Tables) -> ArtifactContent:
        card = self.card
        meta: dict[str, Any] = {
            "model": said(f"word.{card.model}", tables),
            "target": card.target,
            "task": said(f"word.{card.task}", tables),
            "features": len(card.recipe.columns),
            "rows_train": card.rows_train,
            "rows_test": card.rows_test,
            "metrics": {
                said(f"word.{name}", tables): value for name, (value, _, _) in card.metrics.items()
            },
            "sha256": card.sha256,
            "columns": list(card.recipe.columns)[:200],
            "chosen": {"target": card.target, "features": list(card.recipe.columns)[:40]},
            "description": said("models.note.model", tables),
        }
        return ArtifactContent(
            kind="model",
            title=card.name,
            path=self.path,
            filename=f"{card.id}.skops",
            meta={**meta, "card": card.id},
        )

    def _code(self) -> str:
        """Return Python that repeats the training of the best model."""
        numeric, texts = list(self.recipe.numeric), list(self.recipe.categorical)
        stratify = ", stratify=y" if self.parts.how == "stratified" else ""
        share = round(len(self.parts.test) / len(self.values), 4)
        split = f"train_test_split(X, y, test_size={share}, random_state={SEED}{stratify})"
        if self.parts.how == "latest":
            split = f"train_test_split(X, y, test_size={share}, shuffle=False)  # rows by time"
        dates = (
            f"# also used: year, month, day, weekday and hour of {list(self.recipe.dates)!r}\n"
            if self.recipe.dates
            else ""
        )
        reads = self.sample.code(self.dataset)
        first = "import duckdb\n" if self.sample.where else ""
        return f"""{first}import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import *
from sklearn.impute import SimpleImputer
from sklearn.linear_model import *
from sklearn.model_selection import train_test_split
from sklearn.neighbors import *
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

data = {reads}.dropna(subset=[{self.goal.name!r}])
{dates}numbers, texts = {numeric!r}, {texts!r}
X, y = data[numbers + texts], data[{self.goal.name!r}]
X_train, X_test, y_train, y_test = {split}
fill = SimpleImputer(strategy="median", add_indicator=True)
blank = SimpleImputer(strategy="constant", fill_value="–")
one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10, max_categories=40,
                        sparse_output=False)
prepare = ColumnTransformer([
    ("numbers", make_pipeline(fill, StandardScaler()), numbers),
    ("texts", make_pipeline(blank, one_hot), texts),
])
model = make_pipeline(prepare, {self.result.best.candidate.source})
model.fit(X_train, y_train)
print(model.score(X_test, y_test))
"""


def _found(measures: tuple[Measure, ...], metric: str) -> Measure | None:
    return next((m for m in measures if m.metric == metric), None)


def _numbers(measure: Measure) -> dict[str, Any]:
    numbers: dict[str, Any] = {"value": measure.value}
    if measure.low is not None:
        numbers |= {"low": measure.low, "high": measure.high}
    return numbers


def _beats(own: Measure, base: Measure, metric: str) -> bool:
    """Return whether the model's whole interval is better than the baseline's value. Where the
    rows give no interval, as when nothing was predicted wrongly, the value itself decides."""
    if own.low is None or own.high is None:
        if metric in SMALLER_IS_BETTER:
            return own.value < base.value
        return own.value > base.value
    return own.high < base.value if metric in SMALLER_IS_BETTER else own.low > base.value


def _strongest(weights: list[importance.Weight]) -> list[Fact]:
    least = _LEAST_SHARE * weights[0].mean if weights else 0.0
    told = [w for w in weights if w.mean > max(0.0, least, 2 * w.spread)][:_TOLD_FEATURES]
    if not told:
        return [Fact(key="models.none_important", weight=2.0)]
    return [
        Fact(
            key="models.important",
            params={"columns": ", ".join(w.column for w in told), "best": told[0].column},
            weight=2.3,
        )
    ]
