"""Workbooks that were once read wrongly or refused, with what a careful person reads in them."""

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats import xlsx
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.processes.sandbox import Sandbox

FILES = Path(__file__).with_name("files")


async def _taken(sandbox: Sandbox, folder: Path, file: str) -> list[Dataset]:
    return await ingest(FILES / file, file, folder=folder / "made", sandbox=sandbox)


def _values(dataset: Dataset) -> list[tuple[Any, ...]]:
    return (
        duckdb.default_connection()
        .sql(f"SELECT * FROM '{dataset.uri.removeprefix('file://')}'")
        .fetchall()
    )


def _types(dataset: Dataset) -> dict[str, str]:
    return {column.name: column.type for column in dataset.columns}


async def test_a08_cells_merged_over_rows(sandbox: Sandbox, tmp_path: Path) -> None:
    """frictionlessdata/tabulator-py#171, tidyverse/readxl#383"""
    (dataset,) = await _taken(sandbox, tmp_path, "A08_branches.xlsx")
    assert _values(dataset) == [
        ("수도권", "강남", 50), ("수도권", "분당", 40), ("수도권", "일산", 30),
        ("영남", "부산", 20), ("영남", "대구", 25),
    ]  # fmt: skip
    assert "merged" in dataset.note


async def test_a09_a_date_and_a_duration_in_one_column(sandbox: Sandbox, tmp_path: Path) -> None:
    """ToucanToco/fastexcel#275, pola-rs/polars#14388"""
    (dataset,) = await _taken(sandbox, tmp_path, "A09_tasks.xlsx")
    assert _values(dataset) == [("a", "2024-01-05 09:00:00"), ("b", "30:00:00")]
    assert "when" in dataset.note


async def test_a10_blank_rows_are_not_counted(sandbox: Sandbox, tmp_path: Path) -> None:
    """pola-rs/polars#14036"""
    (dataset,) = await _taken(sandbox, tmp_path, "A10_scores.xlsx")
    assert _values(dataset) == [("a", 1), ("b", 2), ("c", 3)]


async def test_a15_without_a_heading(sandbox: Sandbox, tmp_path: Path) -> None:
    """tafia/calamine, no-header.xlsx"""
    (dataset,) = await _taken(sandbox, tmp_path, "A15_nohdr.xlsx")
    assert _values(dataset) == [("a", 10, 2.5), ("b", 20, 3.5), ("c", 30, 1.5)]
    assert "no header" in dataset.note


async def test_a33_formulas_without_values(sandbox: Sandbox, tmp_path: Path) -> None:
    """Formulas that no program has calculated"""
    (dataset,) = await _taken(sandbox, tmp_path, "A33_inv.xlsx")
    assert [row[:3] for row in _values(dataset)] == [("i2", 2, 10), ("i3", 3, 20), ("i4", 4, 5)]
    assert "ormulas without a stored value" in dataset.note and "total" in dataset.note


async def test_a34_two_tables_in_a_sheet(sandbox: Sandbox, tmp_path: Path) -> None:
    """pola-rs/polars#13879"""
    first, second = await _taken(sandbox, tmp_path, "A34_two.xlsx")
    assert _values(first) == [("A", 10), ("B", 20)]
    assert _values(second) == [("Kim", 40), ("Lee", 38)]
    assert _types(first)["Sales"] == "integer"


async def test_a35_a_title_and_a_unit_in_one_row(sandbox: Sandbox, tmp_path: Path) -> None:
    """pola-rs/polars#14036"""
    (dataset,) = await _taken(sandbox, tmp_path, "A35_perf.xlsx")
    assert [column.name for column in dataset.columns] == ["지점", "매출", "비용"]
    assert _values(dataset) == [("강남", 120, 80), ("부산", 90, 60)]
    (raw,) = xlsx.parse(FILES / "A35_perf.xlsx", "a.xlsx", tmp_path, ParseOptions())
    assert raw.units == {"매출": "천원", "비용": "천원"}


async def test_a36_dates_times_and_percentages(sandbox: Sandbox, tmp_path: Path) -> None:
    """dimastbk/python-calamine#30"""
    (dataset,) = await _taken(sandbox, tmp_path, "A36_dt.xlsx")
    assert _types(dataset)["d"] == "date"
    assert _values(dataset) == [
        (datetime.date(2024, 3, 1), "09:30", 0.25),
        (datetime.date(2024, 3, 2), "18:00", 0.5),
    ]


async def test_results_of_branches(sandbox: Sandbox, tmp_path: Path) -> None:
    """A title with its unit, a blank row, two rows of headings, a row of totals."""
    file = "지점실적_2025.xlsx"
    (dataset,) = await _taken(sandbox, tmp_path, file)
    quarters = [f"{q}분기 {name}" for q in (1, 2, 3, 4) for name in ("매출", "비용")]
    assert _types(dataset) == {
        "지점": "text",
        "권역": "category",
        **dict.fromkeys(quarters, "integer"),
    }
    rows = _values(dataset)
    assert len(rows) == 10
    assert [row[0] for row in rows][-1] == "제주"
    assert [sum(row[place] for row in rows) for place in range(2, 10)] == [
        552877, 451645, 653878, 523524, 563741, 442819, 571404, 499408,
    ]  # fmt: skip
    (raw,) = xlsx.parse(FILES / file, file, tmp_path, ParseOptions())
    assert raw.units == dict.fromkeys(quarters, "천원")
    assert raw.parsed is not None
    assert raw.parsed.guesses == ()
    assert [(one.reason, one.row) for one in raw.parsed.left_out] == [
        ("title", 1), ("blank", 2), ("total", 15),
    ]  # fmt: skip


@pytest.mark.parametrize("file", sorted(path.name for path in FILES.glob("*.xlsx")))
def test_what_was_used_reads_the_same_again(tmp_path: Path, file: str) -> None:
    """The options that a report holds are those that lead to the same table."""
    for raw in xlsx.parse(FILES / file, file, tmp_path, ParseOptions()):
        assert raw.parsed is not None
        (tmp_path / "again").mkdir(exist_ok=True)
        (again,) = xlsx.parse(FILES / file, file, tmp_path / "again", raw.parsed.options)
        first, second = (
            duckdb.default_connection().sql(f"SELECT * FROM '{one.path}'").fetchall()
            for one in (raw, again)
        )
        assert first == second
