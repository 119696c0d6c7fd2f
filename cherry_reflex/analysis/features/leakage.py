"""Whether features give a target away, or rows repeat: what makes a model look too good."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cherry_reflex.analysis.features.addition import columns_of
from cherry_reflex.analysis.features.codes import coded, is_classes
from cherry_reflex.analysis.frames.sample import SEED, read
from cherry_reflex.analysis.results.artifacts import heading, said, table
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables, column_field

_ROWS_MAX = 10_000
_ROWS_MIN = 30
_FOLDS = 3
_PERFECT, _SUSPICIOUS = 0.99, 0.9
_REPEATED = 0.05
"""Share of repeated rows from which a random split would put twins on both sides."""


@dataclass(frozen=True)
class Verdict:
    """A feature alone: its cross-validated score (1 is perfect, 0 or less no better than chance),
    and what is suspicious about it (a key of the catalogue)."""

    name: str
    score: float
    suspicion: str = ""


class CheckLeakage(Operation):
    """Check features for target leakage before modelling: columns that are a copy or a code of the
    target or predict it almost perfectly alone, row ids, constants, and repeated rows."""

    name: ClassVar[str] = "check_leakage"
    examples: ClassVar[tuple[str, ...]] = (
        "타깃 누수가 있는지 확인해줘",
        "정답을 미리 알려주는 변수가 있나요?",
        "데이터 누출을 점검해주세요",
        "모델링 전에 문제될 변수를 찾아줘",
        "Check for target leakage",
        "Is any feature a copy of the target?",
        "Find columns that give the answer away",
        "Are there leaky features?",
    )

    target: str = column_field(
        "The column that will be predicted; all others are checked.", named=True
    )

    def run(self, tables: Tables) -> Outcome:
        """Check. Raises BadInput `feature_target_constant`, `feature_rows_few`."""
        dataset = tables.get(self.dataset)
        kinds = tuple({c.type for c in dataset.columns} - {"other"})
        features = columns_of(dataset, (), kinds, but=[self.target])
        sample = read(dataset, [self.target, *features], rows_max=_ROWS_MAX)
        frame = sample.frame[sample.frame[self.target].notna()]
        if len(frame) < _ROWS_MIN:
            raise BadInput("feature_rows_few", rows=len(frame), needed=_ROWS_MIN)
        if frame[self.target].nunique() < 2:
            raise BadInput("feature_target_constant", column=self.target)
        classes = is_classes(frame[self.target])
        verdicts = [self._judged(frame, name, classes) for name in features]
        verdicts.sort(key=lambda one: -one.score)
        facts = self._facts(verdicts, frame, features)
        if sample.is_part:
            params = {"used": sample.used, "total": sample.total}
            facts.append(Fact(key="features.sampled", params=params))
        columns: dict[str, list[Any]] = {
            heading("feature", tables): [one.name for one in verdicts],
            heading("alone", tables): [one.score for one in verdicts],
            heading("suspicion", tables): [
                said(f"features.suspicion.{one.suspicion}", tables) if one.suspicion else None
                for one in verdicts
            ],
        }
        shown = table(tables, said("features.leakage_title", tables, target=self.target), columns)
        score = "balanced_accuracy" if classes else "r2"
        code = f"cross_val_score(DecisionTree(), X[[c]], y, cv={_FOLDS}, scoring={score!r})"
        return Outcome(facts=tuple(facts), artifacts=(shown,), code=code, code_language="python")

    def _judged(self, frame: Any, name: str, classes: bool) -> Verdict:
        column, truth = frame[name], frame[self.target]
        distinct = column.nunique()
        if distinct < 2:
            return Verdict(name, 0.0, "constant" if distinct else "empty")
        score = _alone(column, truth, classes)
        if _same(column, truth):
            return Verdict(name, score, "copy")
        if score >= _PERFECT:
            return Verdict(name, score, "perfect")
        if score >= _SUSPICIOUS:
            return Verdict(name, score, "strong")
        floats = str(column.dtype).startswith("float") and not (column.dropna() % 1 == 0).all()
        if distinct == len(column) and not floats:
            return Verdict(name, score, "id")
        return Verdict(name, score)

    def _facts(self, verdicts: Sequence[Verdict], frame: Any, features: list[str]) -> list[Fact]:
        facts = [
            Fact(
                key=f"features.leak_{one.suspicion}",
                params={"column": one.name, "target": self.target, "score": one.score},
                weight={"copy": 3, "perfect": 3, "strong": 2}.get(one.suspicion, 1.2),
            )
            for one in verdicts
            if one.suspicion
        ]
        if not any(one.suspicion in ("copy", "perfect", "strong") for one in verdicts):
            params = {"count": len(verdicts), "target": self.target}
            facts.append(Fact(key="features.no_leak", params=params, weight=2.5))
        repeated = float(frame[[*features, self.target]].duplicated(keep=False).mean())
        if repeated >= _REPEATED:
            facts.append(Fact(key="features.twins", params={"share": repeated}, weight=1.9))
        return facts


def _alone(column: Any, truth: Any, classes: bool) -> float:
    """Return how well the column alone predicts the target on rows that it was not fitted to: a
    decision tree, cross-validated; balanced accuracy above chance, or R², at most 1."""
    import numpy as np
    from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    feature = np.clip(coded(column)[0], -1e30, 1e30).reshape(-1, 1)
    if not classes:
        goal = coded(truth)[0]
        folds = KFold(_FOLDS, shuffle=True, random_state=SEED)
        tree = DecisionTreeRegressor(min_samples_leaf=2, random_state=SEED)
        return float(cross_val_score(tree, feature, goal, cv=folds, scoring="r2").mean())
    labels = truth.astype(str).to_numpy()
    values, counts = np.unique(labels, return_counts=True)
    common = np.isin(labels, values[counts >= _FOLDS])  # rarer classes cannot be in every fold
    feature, labels = feature[common], labels[common]
    different = len(np.unique(labels))
    if different < 2:
        return 0.0
    scores = cross_val_score(
        DecisionTreeClassifier(random_state=SEED),
        feature,
        labels,
        cv=StratifiedKFold(_FOLDS, shuffle=True, random_state=SEED),
        scoring="balanced_accuracy",
    )
    chance = 1 / different
    return float((scores.mean() - chance) / (1 - chance))


def _same(column: Any, truth: Any) -> bool:
    """Whether each value of one goes with exactly one of the other: the same, differently
    written. Two columns of values that are all different prove nothing, unless they are equal."""
    import pandas as pd

    pairs = pd.DataFrame({"a": column.astype(str), "b": truth.astype(str)}).drop_duplicates()
    if pairs["a"].is_unique and pairs["b"].is_unique:
        equal = bool((pairs["a"] == pairs["b"]).all())
        return equal or len(pairs) <= len(column) / 2
    return False
