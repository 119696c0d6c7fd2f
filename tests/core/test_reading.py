"""Readings are values that survive being written and read again."""

import pytest

from cherry_reflex.core.reading.condition import (
    All,
    AnyOf,
    Between,
    Comparison,
    MeasureRef,
    Membership,
    Not,
    Presence,
    RelativePeriod,
    TextMatch,
    leaves_of,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Number, columns_of
from cherry_reflex.core.reading.reading import ByMeasure, Group, Measure, Order, Reading

SALES, COST = ColumnRef(name="sales"), ColumnRef(name="cost")
PROFIT = Arithmetic(op="-", left=SALES, right=COST)
HALF = Arithmetic(op="/", left=SALES, right=Number(value=2))
NORTH = Comparison(left=ColumnRef(name="region"), op="=", right="North")

READINGS = [
    Reading(measures=(Measure(agg="mean", of=SALES),)),
    Reading(measures=(Measure(agg="sum", of=PROFIT),), where=Not(part=NORTH)),
    Reading(
        measures=(Measure(agg="percentile", of=SALES, p=95), Measure(agg="count")),
        by=(Group(of=ColumnRef(name="day", grain="month")), Group(of=SALES, bins=5)),
        where=All(parts=(NORTH, AnyOf(parts=(NORTH, Presence(of=COST))))),
        having=Comparison(left=MeasureRef(), op=">", right=100),
        order=Order(by=ByMeasure(index=1)),
        top=3,
        also=(Reading(task="rows", columns=(SALES,), order=Order(by=SALES)),),
    ),
    Reading(where=Between(of=ColumnRef(name="day"), low="2024-01", high="2024-03")),
    Reading(where=RelativePeriod(of=ColumnRef(name="day"), which="last", unit="month")),
    Reading(where=Membership(of=ColumnRef(name="k"), values=(1, True, "a"))),
    Reading(where=TextMatch(of=ColumnRef(name="k"), text="rain")),
    Reading(where=Comparison(left=COST, op=">", right=SALES)),
    Reading(measures=(Measure(agg="rate", when=NORTH),)),
    Reading(measures=(Measure(agg="sum", of=HALF),)),
]  # fmt: skip


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_survives_json_without_its_defaults(reading: Reading) -> None:
    written = reading.model_dump_json(exclude_defaults=True)
    assert Reading.model_validate_json(written) == reading
    assert Reading.model_validate(reading.model_dump(mode="json")) == reading


def test_columns_and_leaves() -> None:
    assert columns_of(PROFIT) == (SALES, COST)
    where = READINGS[2].where
    assert list(leaves_of(where)) == [NORTH, NORTH, Presence(of=COST)]
    assert list(leaves_of(None)) == []
