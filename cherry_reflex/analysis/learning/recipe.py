"""How columns become features: what is used, what is left out and why, and the pipeline's first
part. Everything that is learned from values is fitted on the training rows alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import NUMERIC, TEMPORAL

Reason = Literal["constant", "mostly_missing", "identifier", "many_texts", "nested", "leak"]

MISSING_MAX = 0.6
"""A feature with a larger share of missing values is left out."""
CATEGORIES_MAX = 100
RARE_MIN = 10
DENSE_MAX = 1.6
DATE_PARTS = ("year", "month", "day", "weekday", "hour")
_IDENTIFIER_ROWS = 30


@dataclass(frozen=True)
class LeftOut:
    """A column that is not used, and why."""

    column: str
    reason: Reason


class Recipe(BaseModel):
    """The columns of a model by how they are prepared. Kept with the model, so that new rows are
    prepared in the same way."""

    model_config = ConfigDict(frozen=True)

    numeric: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return all columns that rows must have."""
        return self.numeric + self.categorical + self.dates

    def without(self, names: Sequence[str]) -> "Recipe":
        """Return the recipe without those columns."""
        left = {
            field: tuple(name for name in getattr(self, field) if name not in names)
            for field in ("numeric", "categorical", "dates")
        }
        return Recipe(**left)

    def design(self, frame: Any) -> Any:
        """Return the model's input: numbers as floats, categories as text, parts of dates."""
        import numpy as np
        import pandas as pd

        made: dict[str, Any] = {}
        for name in self.numeric:
            made[name] = pd.to_numeric(frame[name], errors="coerce").astype(float)
        for name in self.categorical:
            made[name] = _texts(frame[name])
        for name in self.dates:
            when = pd.to_datetime(frame[name], errors="coerce")
            for part in DATE_PARTS:
                made[f"{name} ({part})"] = getattr(when.dt, part).astype(float)
        return pd.DataFrame(made, index=frame.index).replace([np.inf, -np.inf], np.nan)

    def origin(self, feature: str) -> str:
        """Return the column that a feature of `design` was made of."""
        for name in self.dates:
            if any(feature == f"{name} ({part})" for part in DATE_PARTS):
                return name
        return feature

    def preparation(self) -> Any:
        """Return the transformer: missing values filled and marked, numbers scaled, categories
        one-hot encoded with rare and unknown ones together."""
        from sklearn.compose import ColumnTransformer
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import Pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        numbers = [*self.numeric, *(f"{d} ({part})" for d in self.dates for part in DATE_PARTS)]
        number_steps = Pipeline(
            [
                ("fill", SimpleImputer(strategy="median", add_indicator=True)),
                ("scale", StandardScaler()),
            ]
        )
        one_hot = OneHotEncoder(
            handle_unknown="infrequent_if_exist",
            min_frequency=RARE_MIN,
            max_categories=40,
            sparse_output=False,
        )
        text_steps = Pipeline(
            [("fill", SimpleImputer(strategy="constant", fill_value="–")), ("encode", one_hot)]
        )
        parts = [("numbers", number_steps, numbers), ("texts", text_steps, list(self.categorical))]
        return ColumnTransformer(
            [part for part in parts if part[2]], verbose_feature_names_out=False
        )


def screened(
    frame: Any, dataset: Dataset, names: Sequence[str]
) -> tuple[Recipe, tuple[LeftOut, ...]]:
    """Sort columns into a recipe, by their types and values; name those that cannot help."""
    by_kind: dict[str, list[str]] = {"numeric": [], "categorical": [], "dates": []}
    left: list[LeftOut] = []
    for name in names:
        column = dataset.column(name)
        kind = column.type if column is not None else "other"
        if reason := _unfit(frame[name], kind):
            left.append(LeftOut(name, reason))
        elif kind in NUMERIC:
            by_kind["numeric"].append(name)
        elif kind in TEMPORAL:
            by_kind["dates"].append(name)
        else:
            by_kind["categorical"].append(name)
    return Recipe(**{key: tuple(value) for key, value in by_kind.items()}), tuple(left)


def _unfit(values: Any, kind: str) -> Reason | None:
    if kind == "other":
        return "nested"
    present = values.dropna()
    rows = len(values)
    if len(present) < (1 - MISSING_MAX) * rows or len(present) == 0:
        return "mostly_missing"
    distinct = present.nunique()
    if distinct <= 1:
        return "constant"
    every = distinct == len(present) and rows >= _IDENTIFIER_ROWS
    if kind == "integer" and every and present.max() - present.min() < DENSE_MAX * rows:
        return "identifier"  # every number once, hardly one skipped: the rows are numbered
    if kind in ("text", "category"):
        if every:
            return "identifier"
        if distinct > CATEGORIES_MAX:
            return "many_texts"
    return None


def _texts(values: Any) -> Any:
    """Return text with NaN where it is missing, as the imputer expects it."""
    import numpy as np
    import pandas as pd

    written = [np.nan if missing else str(value) for value, missing in zip(
        values, values.isna(), strict=True
    )]  # fmt: skip
    return pd.Series(written, index=values.index, dtype=object)
