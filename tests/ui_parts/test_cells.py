"""How values of a table are written."""

import pytest

from tests.ui_parts.conftest import Run

CASES = [
    (None, "number", "—"),
    (None, "text", "—"),
    (2024, "number", "2024"),
    (1234567, "number", "1,234,567"),
    (0.1 + 0.2, "number", "0.3"),
    (1.5e-7, "number", "1.500e-7"),
    ("9007199254740993", "number", "9007199254740993"),
    (True, "boolean", "true"),
    ("2024-03-01T00:00:00", "date", "2024-03-01"),
    ("2024-03-01T10:20:30.000000", "datetime", "2024-03-01 10:20:30"),
    ("00501", "text", "00501"),
    ({"a": [1, None]}, "text", '{"a":[1,null]}'),
    ("가" * 500, "text", "가" * 200 + "…"),
]


@pytest.mark.parametrize(("value", "kind", "shown"), CASES)
def test_value_is_shown(run: Run, value: object, kind: str, shown: str) -> None:
    expression = "cells.shown(given.value, given.kind, 'en')"
    assert run("artifacts/cells.js", expression, value=value, kind=kind) == shown


def test_numbers_of_a_column_line_up(run: Run) -> None:
    expression = (
        "given.values.map((v) =>"
        " cells.shown(v, 'number', 'en', { decimals: cells.decimalsOf(given.values) }))"
    )
    values = [1000.0, 999.99, 12.5, 0.001234]
    shown = run("artifacts/cells.js", expression, values=values)
    assert shown == ["1000.00", "999.99", "12.50", "0.00123"]


def test_small_number_is_not_rounded_to_nothing(run: Run) -> None:
    shown = run("artifacts/cells.js", "cells.shown(0.00001234, 'number', 'en', { decimals: 2 })")
    assert float(shown) == pytest.approx(0.0000123)


@pytest.mark.parametrize(
    ("type_name", "kind"),
    [
        ("integer", "number"),
        ("DECIMAL(18,3)", "number"),
        ("UBIGINT", "number"),
        ("INTERVAL", "text"),
        ("TIMESTAMP WITH TIME ZONE", "datetime"),
        ("date", "date"),
        ("category", "text"),
    ],
)
def test_type_has_a_kind(run: Run, type_name: str, kind: str) -> None:
    assert run("artifacts/cells.js", "cells.kindOf(given.name)", name=type_name) == kind


def test_copied_table_keeps_its_cells_apart(run: Run) -> None:
    text = run(
        "artifacts/cells.js",
        "cells.asTabs(given.columns, given.rows)",
        columns=[{"name": "a\tb"}, {"name": "c"}],
        rows=[["x\ny", None], [1.25, "z"]],
    )
    assert text == "a b\tc\nx y\t\n1.25\tz"


@pytest.mark.parametrize(
    ("values", "shown"), [([2022, 2024], ["2022", "2024"]), ([1836, 22506], ["1,836", "22,506"])]
)
def test_numbers_of_a_column_are_grouped_alike(
    run: Run, values: list[int], shown: list[str]
) -> None:
    expression = (
        "given.values.map((v) => cells.shown(v, 'number', 'en',"
        " { grouped: given.values.some(cells.isLong) }))"
    )
    assert run("artifacts/cells.js", expression, values=values) == shown


@pytest.mark.parametrize(
    ("values", "unit", "shown"),
    [
        ([0.25, 0.5], {"symbol": "%", "is_fraction": True}, ["25%", "50%"]),
        ([0.07, 0.123456], {"symbol": "%", "is_fraction": True}, ["7.00%", "12.35%"]),
        ([25, None], {"symbol": "%", "is_fraction": False}, ["25%", "—"]),
        ([0.25], {"symbol": "kg", "is_fraction": False}, ["0.25"]),
    ],
)
def test_percentages_are_shown_as_such(
    run: Run, values: list[float | None], unit: dict[str, object], shown: list[str]
) -> None:
    form = run(
        "artifacts/columnFormat.js",
        "columnFormat.formatOf({ name: 'r', type: 'number', unit: given.unit },"
        " given.values.map((v) => [v]), 0, 'en')",
        values=values,
        unit=unit,
    )
    expression = "given.values.map((v) => cells.shown(v, 'number', 'en', given.form))"
    assert run("artifacts/cells.js", expression, values=values, form=form) == shown


def test_a_percentage_is_copied_with_its_sign(run: Run) -> None:
    text = run(
        "artifacts/cells.js",
        "cells.asTabs(given.columns, given.rows)",
        columns=[{"name": "r", "unit": {"symbol": "%", "is_fraction": True}}, {"name": "n"}],
        rows=[[0.07, 0.07]],
    )
    assert text == "r\tn\n7%\t0.07"
