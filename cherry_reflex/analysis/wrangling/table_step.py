"""One step of a transformation: what is done, and to which columns."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Do = Literal[
    "filter", "derive", "group", "sort", "limit", "join", "fill", "drop_missing",
    "drop_duplicates", "bin", "one_hot", "scale", "outliers", "select", "drop", "rename",
]  # fmt: skip
Method = Literal[
    "", "mean", "median", "mode", "value", "ffill", "bfill",
    "inner", "left", "right", "outer",
    "width", "quantile", "zscore", "minmax", "robust",
    "iqr", "z",
]  # fmt: skip
Action = Literal["drop", "clip", "missing", "mean", "median"]


class TableStep(BaseModel):
    """A step. Which arguments count depends on `do`; the others are left empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Do
    columns: tuple[str, ...] = Field(
        (), description="Columns; group and sort also take SQL expressions. Join: the keys."
    )
    expression: str = Field("", description="filter: condition; derive: value of the new column.")
    to: str = Field("", max_length=200, description="derive, bin: name of the new column.")
    measures: dict[str, str] = Field(
        default={}, description='group: name -> SQL aggregate, as {"total": "sum(price)"}.'
    )
    names: dict[str, str] = Field(default={}, description="rename: old -> new.")
    by: tuple[str, ...] = Field((), description="limit, fill, scale: within these groups.")
    descending: bool = Field(False, description="sort: largest first.")
    method: Method = Field(
        "",
        description="fill: mean, median, mode, value, ffill, bfill; join: inner, left, right, "
        "outer; bin: width, quantile; scale: zscore, minmax, robust; outliers: iqr, z.",
    )
    action: Action = Field("drop", description="outliers: what becomes of them.")
    value: str | int | float | bool | None = Field(None, description="fill: the value.")
    number: float | None = Field(
        None, description="limit: rows; bin: bins; outliers: threshold (1.5 for iqr, 3 for z)."
    )
    edges: tuple[float, ...] = Field((), description="bin: limits; each bin holds its upper one.")
    labels: tuple[str, ...] = Field((), description="bin: names of the bins.")
    ddof: Literal[0, 1] = Field(0, description="z-scores: 1 for the sample's deviation.")
    dataset: str = Field("", description="join: the other dataset.")
    other_columns: tuple[str, ...] = Field((), description="join: its keys, if named otherwise.")
