"""Any column as numbers that a tree or mutual information can use."""

from typing import Any

MISSING = -1


def coded(column: Any) -> tuple[Any, bool]:
    """Return a column as floats without gaps, and whether its values are categories.

    Categories get codes in the order of appearance, missing ones -1; dates become seconds; missing
    numbers get a value below all others, so that being missing can be told apart.
    """
    import numpy as np
    import pandas as pd

    if pd.api.types.is_bool_dtype(column):
        return column.astype(float).to_numpy(), True
    if pd.api.types.is_datetime64_any_dtype(column):
        seconds = column.astype("datetime64[s]").astype("int64").astype(float)
        column = seconds.where(column.notna())
    elif not pd.api.types.is_numeric_dtype(column):
        return pd.factorize(column)[0].astype(float), True
    values = column.astype(float).to_numpy()
    present = values[~np.isnan(values)]
    below = present.min() - max(1.0, np.ptp(present)) if len(present) else float(MISSING)
    return np.where(np.isnan(values), below, values), False


def is_classes(column: Any, most: int = 20) -> bool:
    """Return whether a target is one of classes: text, yes/no, or few whole numbers."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return True
    present = column.dropna()
    return bool(present.nunique() <= most and (present == present.round()).all())
