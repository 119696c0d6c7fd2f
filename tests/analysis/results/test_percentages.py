"""What a workbook shows as 25% is 25% wherever we show it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cherry_reflex.analysis.answers.aggregate import Aggregate
from cherry_reflex.analysis.answers.describe_column import DescribeColumn
from cherry_reflex.analysis.answers.periods import ComparePeriods
from cherry_reflex.analysis.answers.pivot import Pivot
from cherry_reflex.analysis.answers.show_rows import ShowRows
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.exploration.profile import Profile
from cherry_reflex.analysis.sql.additive import is_additive
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.core.column import Column
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.core.unit import PERCENT, units_of
from cherry_reflex.datasets import typing
from cherry_reflex.datasets.formats import xlsx
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.tables import figure_of, frame_of, params, run_over

ROWS = [
    ("서울", "2024-01-15", 0.2),
    ("서울", "2024-02-15", 0.3),
    ("부산", "2024-01-15", 0.1),
    ("부산", "2024-02-15", 0.4),
]


@pytest.fixture
def rates(tmp_path: Path) -> Tables:
    """Return a workbook whose last column is shown as percentages."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        percent = book.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, ["지역", "날짜", "반품률"])
        for line, (region, day, rate) in enumerate(ROWS * 10, start=1):
            sheet.write_row(line, 0, [region, day])
            sheet.write_number(line, 2, rate, percent)
    source = tmp_path / "rates.xlsx"
    source.write_bytes(held.getvalue())
    (raw,) = xlsx.parse(source, source.name, tmp_path, ParseOptions())
    dataset = typing.write_typed(raw, tmp_path / "rates.parquet", tmp_path, "rates", "rates")
    work = tmp_path / "work"
    work.mkdir()
    return Tables(datasets=(dataset,), folder=work, language=KOREAN)


def said(outcome: Outcome) -> str:
    """Return all sentences."""
    return " ".join(sentence(fact, language) for fact in outcome.facts
                    for language in (KOREAN, ENGLISH))  # fmt: skip


def test_the_column_is_a_percentage_of_fractions(rates: Tables) -> None:
    column = rates.datasets[0].column("반품률")
    assert column is not None and column.shown_unit == PERCENT
    assert (column.minimum, column.maximum) == (0.1, 0.4)


OPERATIONS: list[Operation] = [
    Aggregate(measure="반품률", how="mean"),
    Aggregate(measure="반품률", group_by=("지역",)),
    Aggregate(measure="반품률", how="max", group_by=("지역", "날짜"), within="지역"),
    DescribeColumn(column="반품률"),
    DescribeNumbers(columns=("반품률",)),
    ComparePeriods(date="날짜", measure="반품률", how="mean", period="month"),
    Pivot(down="지역", across="날짜", measure="반품률"),
    Profile(),
    Chart(kind="bar", x="지역", y="반품률"),
    Chart(kind="line", x="날짜", y="반품률"),
    Chart(kind="histogram", x="반품률"),
    Chart(kind="box", x="지역", y="반품률"),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_sentence_has_percentages(operation: Operation, rates: Tables) -> None:
    told = said(run_over(operation, rates))
    assert "25%" in told or "40%" in told or "15%" in told
    for fraction in ("0.25", "0.1 ", "0.2 ", "0.3 ", "0.4 ", "0.15", "0.35"):
        assert fraction not in told.replace(",", " ").replace(".\n", " "), told


def test_a_percentage_is_averaged_unless_its_total_is_asked_for(rates: Tables) -> None:
    outcome = run_over(Aggregate(measure="반품률"), rates)
    assert params(outcome, "aggregate.total")["value"] == pytest.approx(0.25)
    assert params(outcome, "averaged")["unit"] == "%"
    asked = run_over(Aggregate(measure="반품률", how="sum"), rates)
    assert params(asked, "aggregate.total")["value"] == pytest.approx(10)
    assert params(asked, "total_of_rates")["mean"] == pytest.approx(0.25)


def test_tables_tell_their_units(rates: Tables) -> None:
    rows = run_over(ShowRows(), rates).artifacts[0]
    assert units_of(rows.meta)["반품률"] == PERCENT
    grouped = run_over(Aggregate(measure="반품률", group_by=("지역",)), rates).artifacts[0]
    assert units_of(grouped.meta) == {"반품률 평균": PERCENT}
    counted = run_over(Aggregate(group_by=("지역",)), rates).artifacts[0]
    assert units_of(counted.meta) == {"비중": PERCENT}
    json.dumps(grouped.meta)
    described = run_over(DescribeColumn(column="반품률"), rates).artifacts[0]
    (row,) = frame_of(described).to_dict("records")
    assert (row["개수"], row["평균"]) == (40, 0.25), "as they are: the page writes the percentage"
    units = units_of(described.meta)
    assert units["평균"] == PERCENT and "개수" not in units and "분산" not in units


def test_axes_are_percentages(rates: Tables) -> None:
    bars = figure_of(run_over(Chart(kind="bar", x="지역", y="반품률"), rates))
    assert bars["layout"]["yaxis"]["tickformat"] == ".2~%"
    assert bars["data"][0]["y"] == [0.25, 0.25]
    across = figure_of(run_over(Chart(kind="histogram", x="반품률"), rates))
    assert across["layout"]["xaxis"]["tickformat"] == ".2~%"


@pytest.mark.parametrize(
    ("given", "adds"),
    [
        ({"unit": "%"}, False),
        ({"unit": "℃"}, False),
        ({"unit": "km/h"}, False),
        ({"unit": "원/㎡"}, False),
        ({"time": "year"}, False),
        ({"unit": "원"}, True),
        ({"unit": "kg"}, True),
        ({}, True),
    ],
)
def test_what_adds_up(given: dict[str, Any], adds: bool) -> None:
    assert is_additive(Column(name="x", type="number", **given)) is adds
