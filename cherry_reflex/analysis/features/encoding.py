"""Categories as numbers, for models that need them."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.features.addition import added, columns_of, free
from cherry_reflex.analysis.frames.sample import SEED, read
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables, column_field

How = Literal["one_hot", "ordinal", "frequency", "target"]
_CLASSES = 2
_CODE = {
    "one_hot": "pd.get_dummies(frame, columns={columns})",
    "ordinal": "OrdinalEncoder().fit_transform(frame[{columns}])",
    "frequency": "frame[c].map(frame[c].value_counts(normalize=True))  # for each c of {columns}",
    "target": "TargetEncoder(cv={folds}, random_state={seed}).fit_transform(frame[{columns}], "
    "frame[{target!r}])",
}


class EncodeCategories(Preparation):
    """Turn categories into numbers: one column a category (one_hot), ordered codes (ordinal), share
    of rows (frequency), or the mean of a target, computed out of fold so that it does not leak
    (target)."""

    name: ClassVar[str] = "encode_categories"
    examples: ClassVar[tuple[str, ...]] = (
        "범주형 변수를 원핫 인코딩해줘",
        "등급을 순서형 숫자로 바꿔주세요",
        "지역을 타깃 인코딩해줘",
        "카테고리 열을 숫자로 변환해줘",
        "One-hot encode the categories",
        "Encode size as ordered numbers",
        "Target encode the city by price",
        "Frequency encode the product column",
    )

    columns: tuple[str, ...] = column_field(
        "Columns to encode; empty for all categories.",
        "category",
        "text",
        "boolean",
        default=(),
        many=True,
    )
    how: How = Field(default="one_hot", description="The encoding.")
    target: str = column_field(
        "For target encoding: the column that will be predicted (a number or yes/no).", default=""
    )
    order: tuple[str, ...] = Field(
        default=(), description="For ordinal: the categories from low to high; else alphabetical."
    )
    max_categories: int = Field(
        default=20, ge=2, le=500, description="For one_hot: rarer ones are put together as other."
    )
    folds: int = Field(default=5, ge=2, le=20, description="For target: out-of-fold parts.")
    keep: bool = Field(default=False, description="Keep the original columns as well.")

    def check(self, tables: Tables) -> None:
        """Check the target. Raises BadInput."""
        super().check(tables)
        if self.how == "target" and not self.target:
            raise BadInput("feature_target_missing")
        if self.target and self.target in self.columns:
            raise BadInput("feature_target_used", column=self.target)

    def run(self, tables: Tables) -> Outcome:
        """Encode every column."""
        dataset = tables.get(self.dataset)
        columns = columns_of(dataset, self.columns, ("category", "boolean"), but=[self.target])
        wanted = [*columns, *([self.target] if self.how == "target" else [])]
        frame = read(dataset, wanted).frame
        new: dict[str, Any] = {}
        facts: list[Fact] = []
        taken = [c.name for c in dataset.columns]
        if self.how == "target":
            new, facts = self._target(dataset, frame, columns, taken)
        for column in columns if self.how != "target" else ():
            values = frame[column]
            text = values.astype("string")
            if self.how == "one_hot":
                made, fact = self._one_hot(column, text, taken)
            elif self.how == "ordinal":
                made, fact = self._ordinal(column, text, taken)
            else:
                share = text.map(text.value_counts(normalize=True)).astype(float)
                made = {free(f"{column}_frequency", taken): share}
                fact = Fact(key="features.frequency", params={"column": column})
            new |= made
            taken += list(made)
            facts.append(fact)
        code = _CODE[self.how].format(
            columns=columns, folds=self.folds, seed=SEED, target=self.target
        )
        dropped = () if self.keep else columns
        return added(self, tables, dataset, new, dropped=dropped, facts=facts, code=code)

    def _one_hot(self, column: str, text: Any, taken: list[str]) -> tuple[dict[str, Any], Fact]:
        counts = text.value_counts()
        # Of equally frequent ones the first by name: the same data give the same columns.
        ranked = sorted(counts.index, key=lambda value: (-counts[value], value))
        kept, rest = ranked[: self.max_categories], ranked[self.max_categories :]
        made: dict[str, Any] = {}
        for value in sorted(kept):
            made[free(f"{column}_{value}", [*taken, *made])] = _flags(text == value)
        if rest:
            made[free(f"{column}_other", [*taken, *made])] = _flags(text.isin(rest))
        if text.isna().any():
            made[free(f"{column}_missing", [*taken, *made])] = _flags(text.isna())
        params = {"column": column, "count": len(made), "rest": len(rest)}
        key = "features.one_hot_rest" if rest else "features.one_hot"
        return made, Fact(key=key, params=params)

    def _ordinal(self, column: str, text: Any, taken: list[str]) -> tuple[dict[str, Any], Fact]:
        present = sorted(text.dropna().unique())
        order = list(self.order) or present
        if unknown := [value for value in present if value not in order]:
            raise BadInput("feature_order_incomplete", column=column, values=unknown[:20])
        codes = {value: place for place, value in enumerate(order)}
        made = {free(f"{column}_code", taken): text.map(codes).astype("Int64")}
        key = "features.ordinal" if self.order else "features.ordinal_alphabet"
        return made, Fact(key=key, params={"column": column, "order": order[:20]})

    def _target(
        self, dataset: Dataset, frame: Any, columns: list[str], taken: list[str]
    ) -> tuple[dict[str, Any], list[Fact]]:
        import numpy as np
        from sklearn.preprocessing import TargetEncoder

        about = dataset.column(self.target)
        numeric = about is not None and about.type in ("number", "integer")
        known = frame[self.target].notna().to_numpy()
        truth = frame[self.target][known]
        if truth.nunique() < _CLASSES:
            raise BadInput("feature_target_constant", column=self.target)
        if not numeric and truth.nunique() > _CLASSES:
            raise BadInput("feature_target_classes", column=self.target, count=truth.nunique())
        if known.sum() < 2 * self.folds:
            raise BadInput("feature_rows_few", rows=int(known.sum()), needed=2 * self.folds)
        kind = "continuous" if numeric else "binary"
        labels = truth.astype(float) if numeric else truth.astype(str)
        encoder = TargetEncoder(target_type=kind, cv=self.folds, random_state=SEED)
        inputs = frame[columns].astype("string").fillna("\0missing").to_numpy(dtype=object)
        result = np.empty((len(frame), len(columns)))
        result[known] = encoder.fit_transform(inputs[known], labels)
        if not known.all():
            # Rows without a target took no part in the fit, so nothing can leak into them.
            result[~known] = encoder.transform(inputs[~known])
        new = {
            free(f"{column}_target", taken): result[:, place]
            for place, column in enumerate(columns)
        }
        params = {"columns": columns, "target": self.target, "folds": self.folds}
        facts = [Fact(key="features.target", params=params, weight=1.8)]
        if not numeric:
            params = {"target": self.target, "value": str(encoder.classes_[1])}
            facts.append(Fact(key="features.target_of", params=params))
        return new, facts


def _flags(mask: Any) -> Any:
    return mask.fillna(False).astype("int8")
