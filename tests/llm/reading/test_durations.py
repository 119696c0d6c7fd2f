"""What lies between two dates is counted from the earlier one."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.llm.embedded.reading.durations import forwards
from cherry_reflex.llm.embedded.reading.linked import ColumnView, TableView

COLUMNS = (
    Column(name="ordered", type="date", minimum="2024-01-02", maximum="2024-11-30"),
    Column(name="shipped", type="date", minimum="2024-01-05", maximum="2024-12-09"),
    Column(name="amount", type="number", minimum=0, maximum=9),
)
VIEW = TableView(
    Dataset(id="o", name="orders", rows=9, columns=COLUMNS),
    tuple(ColumnView(c, "amount" if c.name == "amount" else "time", (c.name,)) for c in COLUMNS),
    (),
)


def between(left: str, right: str) -> Reading:
    sides = {"left": ColumnRef(name=left), "right": ColumnRef(name=right)}
    return Reading(measures=(Measure(agg="mean", of=Arithmetic(op="-", **sides)),))


@pytest.mark.parametrize("said", [("ordered", "shipped"), ("shipped", "ordered")])
def test_from_the_earlier_to_the_later(said: tuple[str, str]) -> None:
    assert forwards(between(*said), VIEW) == between("shipped", "ordered")


def test_other_differences_stay() -> None:
    for reading in (between("amount", "amount"), Reading(measures=(Measure(agg="count"),))):
        assert forwards(reading, VIEW) is reading
