"""Numbers as the cells of a column have them."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.llm.embedded.reading.linked import ColumnView, NumberMeaning
from cherry_reflex.llm.embedded.reading.search.units import in_unit


@pytest.mark.parametrize(
    ("number", "unit", "cell"),
    [
        (NumberMeaning(1e8), "M", 100),
        (NumberMeaning(5e6, "dollars"), "M$", 5),
        (NumberMeaning(3e7, "원"), "만원", 3000),
        (NumberMeaning(120), "M", 120),
        (NumberMeaning(1e8), "kg", 1e8),
    ],
)
def test_a_number_in_the_unit_of_a_column(number: NumberMeaning, unit: str, cell: float) -> None:
    column = Column(name="size", type="number", unit=unit, minimum=1.0, maximum=1400.0)
    assert in_unit(number, ColumnView(column, "amount", ("size",))) == cell
