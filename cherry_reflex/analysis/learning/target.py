"""What is to be predicted: its task, its usable rows, and what is wrong with it."""

from dataclasses import dataclass
from typing import Any, Literal

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL

Task = Literal["classification", "regression"]

CLASSES_MAX = 50
ROWS_MIN = 20
CLASS_ROWS_MIN = 5
"""Classes with fewer rows can be neither learned nor measured; their rows are left out."""
_INTEGER_CLASSES = 10


@dataclass(frozen=True)
class Target:
    """`values` belong to the rows `kept` (a boolean mask over the frame)."""

    name: str
    task: Task
    why: str
    """Why this task: `asked`, `target_categories`, `target_few_integers`, `target_numbers`."""
    values: Any
    kept: Any
    missing: int
    rare: tuple[str, ...]
    rare_rows: int

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the classes, sorted; none for a regression."""
        return tuple(sorted(set(self.values))) if self.task == "classification" else ()


def targeted(frame: Any, dataset: Dataset, name: str, asked: str = "auto") -> Target:
    """Return the target `name` of `frame`.

    Raises BadInput (`target_date`, `target_missing`, `target_constant`, `target_classes_many`,
    `target_not_number`, `training_rows_few`) with what to do instead.
    """
    import pandas as pd

    column = dataset.column(name) or Column(name=name, type="other")
    if column.type in (*TEMPORAL, "other"):
        raise BadInput("target_date", column=name)
    present = frame[name].notna()
    missing = int((~present).sum())
    if not present.any():
        raise BadInput("target_missing", column=name)
    values = frame.loc[present, name]
    distinct = int(values.nunique())
    if distinct == 1:
        raise BadInput("target_constant", column=name, value=label_of(values.iloc[0]))
    task, why = task_of(column, distinct, asked)
    if task == "regression":
        if column.type not in NUMERIC:
            raise BadInput("target_not_number", column=name)
        _enough(len(values), name)
        return Target(name, task, why, values.astype(float), present, missing, (), 0)
    if distinct > CLASSES_MAX:
        raise BadInput("target_classes_many", column=name, classes=distinct, limit=CLASSES_MAX)
    _enough(len(values), name)
    labels = pd.Series([label_of(value) for value in values], index=values.index, dtype=object)
    counts = labels.value_counts()
    rare = tuple(sorted(counts.index[counts < CLASS_ROWS_MIN]))
    in_rare = labels.isin(rare)
    labels = labels[~in_rare]
    if labels.nunique() < 2:
        raise BadInput("target_classes_small", column=name, rows=CLASS_ROWS_MIN)
    _enough(len(labels), name)
    kept = present.copy()
    kept[in_rare.index[in_rare]] = False
    return Target(name, task, why, labels, kept, missing, rare, int(in_rare.sum()))


def task_of(column: Column, distinct: int, asked: str) -> tuple[Task, str]:
    """Return the task, and why it is that (as `Target.why` has it)."""
    if asked == "classification":
        return "classification", "asked"
    if asked == "regression":
        return "regression", "asked"
    if column.type == "number":
        return "regression", "target_numbers"
    if column.type == "integer":
        if distinct > _INTEGER_CLASSES:
            return "regression", "target_numbers"
        return "classification", "target_few_integers"
    return "classification", "target_categories"


def _enough(rows: int, name: str) -> None:
    if rows < ROWS_MIN:
        raise BadInput("training_rows_few", rows=rows, needed=ROWS_MIN, column=name)


def label_of(value: Any) -> str:
    """Return a class as text, whole numbers without decimals."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
