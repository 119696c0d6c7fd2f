"""Values of a measure by the groups of another column."""

from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.frames.frame import frame
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables

if TYPE_CHECKING:
    import numpy as np

GROUPS_MAX = 50


def grouped(
    operation: Filtered, tables: Tables, measure: str, group: str
) -> dict[str, "np.ndarray"]:
    """Return group name -> values, the largest groups first.

    Raises BadInput `groups_many` (more than 50), `groups_one`, `column_twice`, `groups_constant`.
    """
    if measure == group:
        raise BadInput("column_twice", column=measure)
    data = frame(operation, tables, [measure, group])
    found: dict[str, Any] = {
        str(name): values.to_numpy(dtype="float64")
        for name, values in data.groupby(group, observed=True)[measure]
    }
    if len(found) > GROUPS_MAX:
        raise BadInput("groups_many", column=group, count=len(found), limit=GROUPS_MAX)
    if len(found) < 2:
        raise BadInput("groups_one", column=group, name=next(iter(found), "–"))
    if data[measure].nunique() == 1:
        raise BadInput("column_constant", column=measure)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
