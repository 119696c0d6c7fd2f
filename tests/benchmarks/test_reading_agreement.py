"""What gives the same figures is the same reading; what does not is another."""

from pathlib import Path

import pytest

from benchmarks.reading.agreement import agree, same
from benchmarks.reading.datasets import NAMES, dataset_of, described
from benchmarks.reading.labels import every
from cherry_reflex.core.reading.reading import Reading


def reading(**fields: object) -> Reading:
    return Reading.model_validate(fields)


def col(name: str, **more: str) -> dict[str, str]:
    return {"kind": "column", "name": name, **more}


def compared(name: str, op: str, right: object) -> dict[str, object]:
    return {"kind": "comparison", "left": col(name), "op": op, "right": right}


def between(name: str, low: object, high: object) -> dict[str, object]:
    return {"kind": "between", "of": col(name), "low": low, "high": high}


def measured(agg: str, **more: object) -> Reading:
    return reading(measures=[{"agg": agg, **more}])


NORTH = compared("region", "=", "North")
ONE_TO_THREE = [compared("x", ">=", 1), compared("x", "<=", 3)]
ALIKE = [
    (reading(where=compared("day", "=", "2024-02")),
     reading(where=between("day", "2024-02-01", "2024-02-29"))),
    (reading(where=compared("region", "!=", "North")),
     reading(where={"kind": "not", "part": NORTH})),
    (reading(where={"kind": "membership", "of": col("region"), "values": ["north"]}),
     reading(where=NORTH)),
    (reading(where={"kind": "all", "parts": ONE_TO_THREE}), reading(where=between("x", 1, 3))),
    (measured("share", when=NORTH), measured("rate", when=NORTH)),
    (reading(measures=[{"agg": "count"}], by=[{"of": col("day", grain="day")}], order={}),
     reading(measures=[{"agg": "count"}], by=[{"of": col("day")}])),
]  # fmt: skip
DIFFERENT = [
    (measured("mean", of=col("x")), measured("sum", of=col("x"))),
    (reading(where=NORTH), reading(where={"kind": "not", "part": NORTH})),
    (reading(where=compared("x", ">", 3)), reading(where=compared("x", ">=", 3))),
    (reading(measures=[{"agg": "count"}], top=3), reading(measures=[{"agg": "count"}])),
    (reading(measures=[{"agg": "count"}]), reading(measures=[{"agg": "count"}], chart="bar")),
    (reading(measures=[{"agg": "count"}], by=[{"of": col("d", grain="month")}]),
     reading(measures=[{"agg": "count"}], by=[{"of": col("d", grain="year")}])),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_same(one: Reading, other: Reading) -> None:
    assert agree(one, other)


@pytest.mark.parametrize(("one", "right"), DIFFERENT)
def test_another(one: Reading, right: Reading) -> None:
    assert not agree(one, right)


def test_nearly_every_label_can_be_said_and_agrees_with_itself() -> None:
    asked = [one for one in every() if one.is_answerable]
    said = [one for one in asked if one.readings]
    assert len(said) >= 0.97 * len(asked)
    assert all(same(one.readings[0], one) for one in said)


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_table_has_the_columns_that_are_described(name: str, tmp_path: Path) -> None:
    dataset = dataset_of(name, tmp_path)
    assert [c.name for c in dataset.columns] == [c["name"] for c in described(name)["columns"]]
    assert dataset.rows == 600 and all(column.dtype for column in dataset.columns)
