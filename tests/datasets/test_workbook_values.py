"""Cells of workbooks: times, durations, units, formulas, errors, indents."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.language import ENGLISH
from tests.datasets.workbooks import book_of, read, read_bytes, rows_of


def test_formulas_without_values_are_empty_and_said(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["item", "qty", "total", "kept"])
        for row in (1, 2):
            page.write_row(row, 0, [f"i{row}", row])
            page.write_formula(row, 2, f"=B{row + 1}*2", None, "")
            page.write_formula(row, 3, f"=B{row + 1}*3", None, row * 3)

    (table,) = read(tmp_path, build)
    assert table.columns["total"] == [None, None]
    assert table.columns["kept"] == [3, 6]
    assert "formulas_empty" in table.keys and ": total" in table.said(ENGLISH)


def test_formulas_that_were_never_calculated_are_no_zeros(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["item", "qty", "total"])
        for row in (1, 2):
            page.write_row(row, 0, [f"i{row}", row])
            page.write_formula(row, 2, f"=B{row + 1}*2")

    (table,) = read(tmp_path, build)
    assert table.columns == {"item": ["i1", "i2"], "qty": [1, 2], "total": [None, None]}
    assert "formulas_empty" in table.keys


def test_times_of_day_durations_and_dates(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        clock, seconds = ({"num_format": code} for code in ("hh:mm", "h:mm:ss"))
        elapsed = book.add_format({"num_format": "[h]:mm:ss"})
        page.write_row(0, 0, ["d", "at", "sec", "took", "lap", "sum"])
        for row, hour in enumerate((9, 18), start=1):
            page.write_datetime(row, 0, date(2024, 3, row))
            page.write_datetime(row, 1, time(hour, 30), book.add_format(clock))
            page.write_datetime(row, 2, time(hour, 30, 15), book.add_format(seconds))
            page.write_datetime(row, 3, timedelta(hours=hour * 3), elapsed)
            page.write_number(row, 4, hour / 1440, book.add_format({"num_format": "mm:ss"}))
            page.write_number(row, 5, hour / 6, book.add_format(clock))

    for from_1904 in (False, True):
        data = book_of(build, date_1904=from_1904)
        (table,) = read_bytes(tmp_path, data)
        assert table.columns == {
            "d": [datetime(2024, 3, 1), datetime(2024, 3, 2)],
            "at": ["09:30", "18:30"],
            "sec": ["09:30:15", "18:30:15"],
            "took": [27, 54],
            "lap": [0.15, 0.3],
            "sum": [36, 72],
        }
        assert table.raw.units == {"took": "h", "lap": "h", "sum": "h"}
        assert "hours" in table.keys


def test_a_column_of_dates_and_durations_is_text(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["task", "when"])
        page.write_row(1, 0, ["a", datetime(2024, 1, 5)])
        page.write_row(2, 0, ["b"])
        page.write_datetime(2, 1, timedelta(hours=30), book.add_format({"num_format": "[h]:mm"}))
        page.write_row(3, 0, ["c", "later"])

    (table,) = read(tmp_path, build)
    assert table.columns["when"] == ["2024-01-05", "30:00:00", "later"]
    assert "mixed_times" in table.keys


FORMATS = [
    ("0%", "%"), ("0.0%", "%"), ('"$"#,##0', "$"), ("$#,##0.00", "$"), ('[$₩-412]#,##0', "₩"),
    ('#,##0"원"', "원"), ("#,##0.00 [$€-407]", "€"), ('0.0"kg"', "kg"), ("#,##0_);(#,##0)", ""),
    ('_("$"* #,##0_)', "$"), ("General", ""), ("[Red]#,##0", ""), ('"A-"0000', ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "unit"), FORMATS, ids=[code for code, _ in FORMATS])
def test_units_of_number_formats(tmp_path: Path, code: str, unit: str) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["item", "value"])
        for row in (1, 2, 3):
            page.write(row, 0, f"i {'abc'[row - 1]}")
            page.write_number(row, 1, row / 4, book.add_format({"num_format": code}))

    (table,) = read(tmp_path, build)
    assert table.columns["value"] == [0.25, 0.5, 0.75]
    assert table.raw.units == ({"value": unit} if unit else {})
    assert ("percent_fractions" in table.keys) == (unit == "%")


def test_formats_of_dates(tmp_path: Path) -> None:
    codes = ["yyyy-mm-dd", "m/d/yy", 'yyyy"년" m"월" d"일"', "mmm-yy", "[$-412]yyyy-mm", "ddd d.m."]

    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, [f"c {code}" for code in codes])
        for row in (1, 2):
            for place, code in enumerate(codes):
                form = book.add_format({"num_format": code})
                page.write_datetime(row, place, datetime(2024, row, 3), form)

    (table,) = read(tmp_path, build)
    assert list(table.columns.values()) == [[datetime(2024, 1, 3), datetime(2024, 2, 3)]] * 6


def test_units_of_titles_go_to_the_numbers(tmp_path: Path) -> None:
    build = rows_of(
        ["지점 실적", None, None, "(단위: 천원, %)"], ["지점", "연도", "매출", "성장률"],
        ["강남", 2023, 10, 1.5], ["부산", 2024, 20, 2.5],
    )  # fmt: skip
    (table,) = read(tmp_path, build)
    assert table.raw.units == {"매출": "천원", "성장률": "%"}


def test_errors_are_missing_and_said(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["item", "ratio"])
        page.write_row(1, 0, ["a", 1.5])
        page.write(2, 0, "b")
        page.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        page.write(3, 0, "c")
        page.write_formula(3, 1, "=NA()", None, "#N/A")

    (table,) = read(tmp_path, build)
    assert table.columns["ratio"] == [1.5, None, None]
    assert "ratio" in table.said(ENGLISH) and "errors_missing" in table.keys


def test_indents_are_a_hierarchy(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["품목", "금액"])
        for row, (name, level) in enumerate(
            [("식품", 0), ("과일", 1), ("사과", 2), ("채소", 1), ("의류", 0), ("셔츠", 1)], start=1
        ):
            page.write(row, 0, name, book.add_format({"indent": level}))
            page.write(row, 1, row)

    (table,) = read(tmp_path, build)
    assert table.columns["품목 (상위)"] == [None, "식품", "과일", "식품", None, "의류"]
    assert table.columns["금액"] == [1, 2, 3, 4, 5, 6]
    assert "indented" in table.keys


def test_spaces_before_labels_are_a_hierarchy(tmp_path: Path) -> None:
    build = rows_of(["Item", "n"], ["Food", 3], ["  Apple", 1], ["  Pear", 2], ["Cloth", 4])
    (table,) = read(tmp_path, build)
    assert table.columns["Item"] == ["Food", "Apple", "Pear", "Cloth"]
    assert table.columns["Item (parent)"] == [None, "Food", "Food", None]


def test_kinds_of_values(tmp_path: Path) -> None:
    build = rows_of(
        ["code", "n", "f", "ok", "text number", "mixed", "day"],
        ["00501", 3, 0.1 + 0.2, True, "12", 1, date(2024, 1, 31)],
        ["7", 9007199254740991, 1e-7, False, "7", "x", date(2024, 2, 29)],
    )
    (table,) = read(tmp_path, build)
    assert table.rows == [
        ("00501", 3, pytest.approx(0.3), "true", "12", "1", datetime(2024, 1, 31)),
        ("7", 9007199254740991, 1e-7, "false", "7", "x", datetime(2024, 2, 29)),
    ]


def test_months_as_headings(tmp_path: Path) -> None:
    build = rows_of(["item", date(2024, 1, 1), date(2024, 2, 1)], ["a", 1, 2], ["b", 3, 4])
    (table,) = read(tmp_path, build)
    assert list(table.columns) == ["item", "2024-01", "2024-02"]
    assert table.rows == [("a", 1, 2), ("b", 3, 4)]
    days = rows_of(["item", date(2024, 1, 1), date(2024, 1, 2)], ["a", 1, 2], ["b", 3, 4])
    (table,) = read(tmp_path, days)
    assert list(table.columns) == ["item", "2024-01-01", "2024-01-02"]
