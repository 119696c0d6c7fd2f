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
    columns: tuple[str, ...] = Field((), description="group, sort: also SQL; join: keys.")
    expression: str = Field("", description="filter, derive: SQL.")
    to: str = Field("", max_length=200, description="derive, bin: new column.")
    measures: dict[str, str] = Field(default={}, description='group: {"total": "sum(price)"}.')
    names: dict[str, str] = Field(default={}, description="rename: {old: new}.")
    by: tuple[str, ...] = Field((), description="limit, fill, scale: within groups.")
    descending: bool = False
    method: Method = Field(
        "",
        description="fill: mean, median, mode, value, ffill, bfill; join: inner, left, right, "
        "outer; bin: width, quantile; scale: zscore, minmax, robust; outliers: iqr, z.",
    )
    action: Action = Field("drop", description="outliers.")
    value: str | int | float | bool | None = Field(None, description="fill.")
    number: float | None = Field(
        None, description="limit: rows; bin: bins; outliers: threshold (iqr 1.5, z 3)."
    )
    edges: tuple[float, ...] = Field((), description="bin; each holds its upper one.")
    labels: tuple[str, ...] = Field((), description="bin.")
    ddof: Literal[0, 1] = Field(0, description="zscore, z: 1 sample.")
    dataset: str = Field("", description="join.")
    other_columns: tuple[str, ...] = Field((), description="join: its keys, if others.")
