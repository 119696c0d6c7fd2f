"""Workbooks as people make them: each table is read as a careful person reads it, and what was
done is said."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
import xlsxwriter

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats import xlsx
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.processes.sandbox import Sandbox

Build = Callable[[Any], None]


@dataclass(frozen=True)
class Table:
    """A table that was read: its columns by name, and the rest of what was understood."""

    columns: dict[str, list[Any]]
    raw: Raw

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return list(zip(*self.columns.values(), strict=True))

    @property
    def keys(self) -> list[str]:
        return [note if isinstance(note, str) else note.key for note in self.raw.notes]

    def said(self, language: str) -> str:
        return " ".join(
            text(f"fact.note.{note}", language)
            if isinstance(note, str)
            else text(f"fact.note.{note.key}", language, **note.params)
            for note in self.raw.notes
        )

    @property
    def left_out(self) -> list[tuple[str, int, int]]:
        assert self.raw.parsed is not None
        return [(one.reason, one.row, one.rows) for one in self.raw.parsed.left_out]

    @property
    def texts(self) -> list[str]:
        assert self.raw.parsed is not None
        return [one.text for one in self.raw.parsed.left_out]

    @property
    def options(self) -> ParseOptions:
        assert self.raw.parsed is not None
        return self.raw.parsed.options


def _book(build: Build, **options: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd", **options}) as book:
        build(book)
    return out.getvalue()


def _read_bytes(folder: Path, data: bytes, **options: Any) -> list[Table]:
    source = folder / "book.xlsx"
    source.write_bytes(data)
    found = xlsx.parse(source, "book.xlsx", folder, ParseOptions(**options))
    tables = []
    for raw in found:
        assert raw.parsed is not None
        tables.append(Table(pyarrow.parquet.read_table(raw.path).to_pydict(), raw))
        for language in ("en", "ko"):
            assert "{" not in tables[-1].said(language)
    return tables


def _read(folder: Path, build: Build, **options: Any) -> list[Table]:
    return _read_bytes(folder, _book(build), **options)


def _rows(*rows: list[Any], sheet: str = "Sheet1") -> Build:
    def build(book: Any) -> None:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)

    return build


def test_cells_merged_over_rows_are_filled_down(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["권역", "연도", "지점", "매출", "예산"])
        names = ["강남", "분당", "부산", "대구"]
        for row, name in enumerate(names, start=1):
            page.write_row(row, 2, [name, row * 10])
        page.merge_range("A2:A3", "수도권")
        page.merge_range("A4:A5", "영남")
        page.merge_range("B2:B5", 2024)
        page.merge_range("E2:E5", 500)

    (table,) = _read(tmp_path, build)
    assert table.columns["권역"] == ["수도권", "수도권", "영남", "영남"]
    assert table.columns["연도"] == [2024] * 4
    assert table.columns["예산"] == [500, None, None, None]
    assert {"filled_down", "first_only"} <= set(table.keys)
    assert "권역, 연도" in table.said("ko")


def test_merged_headings_name_their_columns(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.merge_range("A1:F1", "2025년 실적")
        page.merge_range("A3:A4", "지점")
        page.merge_range("B3:C3", "1분기")
        page.merge_range("D3:E3", "2분기")
        page.merge_range("F3:F4", "비고")
        page.write_row("B4", ["매출", "비용", "매출", "비용"])
        page.write_row("A5", ["강남", 1, 2, 3, 4, "신규"])
        page.write_row("A6", ["부산", 5, 6, 7, 8])

    (table,) = _read(tmp_path, build)
    assert list(table.columns) == [
        "지점", "1분기 매출", "1분기 비용", "2분기 매출", "2분기 비용", "비고",
    ]  # fmt: skip
    assert table.rows == [("강남", 1, 2, 3, 4, "신규"), ("부산", 5, 6, 7, 8, None)]
    assert (table.options.skip_rows, table.options.header_rows) == (2, 2)
    assert "heading_joined" in table.keys


def test_merged_groups_do_not_reach_past_their_columns(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.merge_range("B1:C1", "Score")
        page.write_row("A2", ["Name", "Math", "Art", "Remark"])
        page.write_row("A3", ["Kim", 80, 90, "ok"])
        page.write_row("A4", ["Lee", 70, 60, "late"])

    (table,) = _read(tmp_path, build)
    assert list(table.columns) == ["Name", "Score Math", "Score Art", "Remark"]


def test_tables_one_below_the_other(tmp_path: Path) -> None:
    build = _rows(
        ["Sales 2024"], [], ["Store", "Sales"], ["A", 10], ["B", 20], ["Total", 30], [],
        ["Source: ledger"], [], ["Staff by store"], ["Staff", "Hours", "Since"],
        ["Kim", 40, 2019], ["Lee", 38, 2021],
    )  # fmt: skip
    first, second = _read(tmp_path, build)
    assert first.columns == {"Store": ["A", "B"], "Sales": [10, 20]}
    assert second.columns == {"Staff": ["Kim", "Lee"], "Hours": [40, 38], "Since": [2019, 2021]}
    assert ("total", 6, 1) in first.left_out and ("note", 8, 1) in first.left_out
    assert ("title", 10, 1) in second.left_out
    assert [t.options.table for t in (first, second)] == [1, 2]
    assert second.options.skip_rows == 10
    assert first.raw.parsed is not None and first.raw.parsed.guesses == ("table",)
    (chosen,) = _read(tmp_path, build, table=2)
    assert chosen.columns == second.columns
    assert chosen.raw.parsed is not None and chosen.raw.parsed.guesses == ()
    with pytest.raises(BadInput, match="xlsx_table"):
        _read(tmp_path, build, table=3)


def test_tables_side_by_side(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        for row, cells in enumerate([["Store", "Sales"], ["A", 10], ["B", 20], ["C", 30]]):
            page.write_row(row, 0, cells)
        for row, cells in enumerate([["직원", "시간"], ["김", 40], ["이", 38]]):
            page.write_row(row, 4, cells)

    first, second = _read(tmp_path, build)
    assert first.columns == {"Store": ["A", "B", "C"], "Sales": [10, 20, 30]}
    assert second.columns == {"직원": ["김", "이"], "시간": [40, 38]}


def test_tables_of_one_height_side_by_side(tmp_path: Path) -> None:
    build = _rows(
        ["Store", "Sales", None, "Staff", "Hours"],
        ["A", 10, None, "Kim", 40],
        ["B", 20, None, "Lee", 38],
    )
    assert [list(table.columns) for table in _read(tmp_path, build)] == [
        ["Store", "Sales"],
        ["Staff", "Hours"],
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["지점", None, "매출", "비용"], ["강남", None, 1, 2], ["부산", None, 3, 4]],
        [["지점", "매출", "비용"], ["강남", 1, 2], [], ["부산", 3, 4]],
        [["지점", "매출", "비용"], [], ["강남", 1, 2], ["부산", 3, 4]],
        [["지점", "매출", "비용"], ["강남", 1, 2], [], ["지점", "매출", "비용"], ["부산", 3, 4]],
        [
            ["실적", None, "(단위: 원)"],
            [],
            ["지점", "매출", "비용"],
            ["강남", 1, 2],
            ["부산", 3, 4],
        ],
        [["지점", "매출", "비용"], ["강남", 1, 2], ["부산", 3, 4], [], ["합계", 4, 6]],
        [["지점", "매출", "비용"], ["강남", 1, 2], ["부산", 3, 4], [], [], ["※ 잠정치"], ["끝."]],
    ],
    ids=["spacer", "blank row", "blank under heading", "page", "unit", "total apart", "notes"],
)
def test_one_table_with_blank_rows_or_columns(tmp_path: Path, rows: list[list[Any]]) -> None:
    (table,) = _read(tmp_path, _rows(*rows))
    assert table.columns == {"지점": ["강남", "부산"], "매출": [1, 3], "비용": [2, 4]}


def test_words_with_values_above_a_table(tmp_path: Path) -> None:
    build = _rows(
        ["Report", "Sales by store"], ["Period", "2024-01 ~ 2024-03"], ["Prepared by", "Kim"], [],
        ["Store", "City", "Sales", "Cost"], ["A", "Oslo", 10, 5], ["B", "Bonn", 20, 6],
    )  # fmt: skip
    (table,) = _read(tmp_path, build)
    assert list(table.columns) == ["Store", "City", "Sales", "Cost"]
    assert len(table.rows) == 2
    assert [reason for reason, _, _ in table.left_out] == ["filter", "filter", "filter", "blank"]


def test_facts_of_a_form_above_a_table(tmp_path: Path) -> None:
    build = _rows(
        ["회사명", "가나상사"], ["사업자번호", "123-45-67890"], ["대표", "김가나"], [],
        ["No", "품명", "수량", "단가"], [1, "볼트", 3, 100], [2, "너트", 4, 50], [],
        ["※ 부가세 별도"],
    )  # fmt: skip
    (table,) = _read(tmp_path, build)
    assert table.columns["품명"] == ["볼트", "너트"]
    assert [text for text in table.texts if "가나상사" in text] == ["회사명 가나상사"]


def test_hidden_sheets_and_sheets_of_text_are_said(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        prose = book.add_worksheet("안내")
        for row, line in enumerate(
            [
                "이 파일은 2024년 매출 자료입니다.",
                "매출은 부가세를 뺀 금액입니다.",
                "문의는 재무팀으로 해 주세요.",
            ]
        ):
            prose.write(row, 0, line)
        page = book.add_worksheet("매출")
        for row, cells in enumerate([["지점", "매출"], ["강남", 1], ["부산", 2]]):
            page.write_row(row, 0, cells)
        secret = book.add_worksheet("원본")
        secret.write_row(0, 0, ["x", "y"])
        secret.write_row(1, 0, [1, 2])
        secret.hide()
        book.add_chartsheet("그림")

    (table,) = _read(tmp_path, build)
    assert (table.raw.sheet, table.columns) == ("매출", {"지점": ["강남", "부산"], "매출": [1, 2]})
    assert table.raw.parsed is not None and table.raw.parsed.hidden_sheets == ("원본",)
    assert "원본" in table.said("ko") and "안내" in table.said("en")
    (secret,) = _read(tmp_path, build, sheet="원본")
    assert secret.columns == {"x": [1], "y": [2]}
    assert secret.raw.parsed is not None and secret.raw.parsed.hidden_sheets == ()
    (prose,) = _read(tmp_path, build, sheet="안내")
    assert len(prose.rows) in (2, 3)


def test_a_workbook_of_nothing_but_a_list_is_a_table(tmp_path: Path) -> None:
    (table,) = _read(tmp_path, _rows(["name"], ["Kim"], ["Lee"], ["Park"]))
    assert table.columns == {"name": ["Kim", "Lee", "Park"]}


def test_formatted_cells_and_stray_ones_make_no_rows(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        yellow = book.add_format({"bg_color": "yellow"})
        for row, cells in enumerate([["name", "score"], ["a", 1], ["b", 2], [], ["c", 3]]):
            page.write_row(row, 0, cells)
        for row in range(5, 60_000):
            page.write_blank(row, 0, None, yellow)
        page.write(3000, 4, 1)

    (table,) = _read(tmp_path, build)
    assert table.rows == [("a", 1), ("b", 2), ("c", 3)]
    assert table.left_out == [("blank", 4, 1), ("note", 3001, 1)]


def test_a_cell_at_the_very_end_is_told_and_left_out(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        for row in range(60):
            page.write_row(row, 0, [f"name {row}", *([row] * 7)] if row else list("abcdefgh"))
        page.write(1_048_574, 7, 5)

    (table,) = _read(tmp_path, build)
    assert len(table.rows) == 59
    assert table.left_out == [("note", 1_048_575, 1)]


def test_formulas_without_values_are_empty_and_said(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["item", "qty", "total", "kept"])
        for row in (1, 2):
            page.write_row(row, 0, [f"i{row}", row])
            page.write_formula(row, 2, f"=B{row + 1}*2", None, "")
            page.write_formula(row, 3, f"=B{row + 1}*3", None, row * 3)

    (table,) = _read(tmp_path, build)
    assert table.columns["total"] == [None, None]
    assert table.columns["kept"] == [3, 6]
    assert "formulas_empty" in table.keys and ": total" in table.said("en")


def test_formulas_that_were_never_calculated_are_no_zeros(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["item", "qty", "total"])
        for row in (1, 2):
            page.write_row(row, 0, [f"i{row}", row])
            page.write_formula(row, 2, f"=B{row + 1}*2")

    (table,) = _read(tmp_path, build)
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
        data = _book(build, date_1904=from_1904)
        (table,) = _read_bytes(tmp_path, data)
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

    (table,) = _read(tmp_path, build)
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

    (table,) = _read(tmp_path, build)
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

    (table,) = _read(tmp_path, build)
    assert list(table.columns.values()) == [[datetime(2024, 1, 3), datetime(2024, 2, 3)]] * 6


def test_units_of_titles_go_to_the_numbers(tmp_path: Path) -> None:
    build = _rows(
        ["지점 실적", None, None, "(단위: 천원, %)"], ["지점", "연도", "매출", "성장률"],
        ["강남", 2023, 10, 1.5], ["부산", 2024, 20, 2.5],
    )  # fmt: skip
    (table,) = _read(tmp_path, build)
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

    (table,) = _read(tmp_path, build)
    assert table.columns["ratio"] == [1.5, None, None]
    assert "ratio" in table.said("en") and "errors_missing" in table.keys


def test_indents_are_a_hierarchy(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["품목", "금액"])
        for row, (name, level) in enumerate(
            [("식품", 0), ("과일", 1), ("사과", 2), ("채소", 1), ("의류", 0), ("셔츠", 1)], start=1
        ):
            page.write(row, 0, name, book.add_format({"indent": level}))
            page.write(row, 1, row)

    (table,) = _read(tmp_path, build)
    assert table.columns["품목 (상위)"] == [None, "식품", "과일", "식품", None, "의류"]
    assert table.columns["금액"] == [1, 2, 3, 4, 5, 6]
    assert "indented" in table.keys


def test_spaces_before_labels_are_a_hierarchy(tmp_path: Path) -> None:
    build = _rows(["Item", "n"], ["Food", 3], ["  Apple", 1], ["  Pear", 2], ["Cloth", 4])
    (table,) = _read(tmp_path, build)
    assert table.columns["Item"] == ["Food", "Apple", "Pear", "Cloth"]
    assert table.columns["Item (parent)"] == [None, "Food", "Food", None]


def test_kinds_of_values(tmp_path: Path) -> None:
    build = _rows(
        ["code", "n", "f", "ok", "text number", "mixed", "day"],
        ["00501", 3, 0.1 + 0.2, True, "12", 1, date(2024, 1, 31)],
        ["7", 9007199254740991, 1e-7, False, "7", "x", date(2024, 2, 29)],
    )
    (table,) = _read(tmp_path, build)
    assert table.rows == [
        ("00501", 3, pytest.approx(0.3), "true", "12", "1", datetime(2024, 1, 31)),
        ("7", 9007199254740991, 1e-7, "false", "7", "x", datetime(2024, 2, 29)),
    ]


def test_months_as_headings(tmp_path: Path) -> None:
    build = _rows(["item", date(2024, 1, 1), date(2024, 2, 1)], ["a", 1, 2], ["b", 3, 4])
    (table,) = _read(tmp_path, build)
    assert list(table.columns) == ["item", "2024-01", "2024-02"]
    assert table.rows == [("a", 1, 2), ("b", 3, 4)]
    days = _rows(["item", date(2024, 1, 1), date(2024, 1, 2)], ["a", 1, 2], ["b", 3, 4])
    (table,) = _read(tmp_path, days)
    assert list(table.columns) == ["item", "2024-01-01", "2024-01-02"]


def test_options_are_taken_as_they_are(tmp_path: Path) -> None:
    build = _rows(["x", "1"], ["지점", "매출"], ["강남", 3], ["합계", 3], ["memo", 9])
    (table,) = _read(tmp_path, build, skip_rows=1, header_rows=1, footer_rows=1, totals="keep")
    assert table.columns == {"지점": ["강남", "합계"], "매출": [3, 3]}
    assert table.options.model_dump(include={"skip_rows", "header_rows", "footer_rows"}) == {
        "skip_rows": 1,
        "header_rows": 1,
        "footer_rows": 1,
    }
    (headless,) = _read(tmp_path, build, skip_rows=0, header_rows=0)
    assert list(headless.columns) == ["column_1", "column_2"]
    assert "headless" in headless.keys


def test_rows_of_options_count_from_the_top_of_the_sheet(tmp_path: Path) -> None:
    build = _rows(
        ["Store", "Sales"], ["A", 10], ["B", 20], [],
        ["Staff", "Hours"], ["name", "week"], ["Kim", 40], ["Lee", 38],
    )  # fmt: skip
    (table,) = _read(tmp_path, build, table=2, skip_rows=4, header_rows=2)
    assert list(table.columns) == ["Staff name", "Hours week"]
    assert (table.options.skip_rows, len(table.rows)) == (4, 2)


def test_a_whole_sheet_as_one_table(tmp_path: Path) -> None:
    build = _rows(["Store", "Sales"], ["A", 10], [], ["Staff", "Hours"], ["Kim", 40])
    (table,) = _read(tmp_path, build, table=0)
    assert table.columns["Store"] == ["A", "Staff", "Kim"]


def test_long_tables_keep_what_is_not_a_total(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row(0, 0, ["brand", "n"])
        row = 1
        for group in range(40):
            for number in range(50):
                name = "Total" if (group, number) == (3, 7) else f"brand {number}"
                page.write_row(row, 0, [name, number])
                row += 1
            page.write_row(row, 0, ["소계", sum(range(50))])
            row += 1
            if group == 20:
                page.write_row(row, 0, ["brand", "n"])
                row += 1
        page.write_row(row, 0, ["총계", 40 * sum(range(50))])
        page.write_row(row + 2, 0, ["※ 잠정치"])

    (table,) = _read(tmp_path, build)
    assert len(table.rows) == 40 * 50
    assert sum(table.columns["n"]) == 40 * sum(range(50))
    assert "Total" in table.columns["brand"]
    assert table.raw.parsed is not None
    assert (table.options.footer_rows, table.raw.parsed.guesses) == (2, ())
    assert len(table.left_out) == 44
    assert [row for reason, row, _ in table.left_out if reason == "header_again"] == [1073]


async def test_tables_of_a_sheet_are_datasets_of_their_own(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    build = _rows(["Store", "Sales"], ["A", 10], ["B", 20], [], ["Staff", "Hours"], ["Kim", 40])
    source = tmp_path / "upload"
    source.write_bytes(_book(build))
    found = await ingest(source, "two.xlsx", folder=tmp_path / "made", sandbox=sandbox)
    assert [one.name for one in found] == ["two - Sheet1 (1)", "two - Sheet1 (2)"]
    assert [one.rows for one in found] == [2, 1]
    assert "table 1 of the 2" in found[0].note


def _repacked(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_in_another_spelling(tmp_path: Path) -> None:
    data = _book(_rows(["name", "qty"], ["bolt", 3], ["nut", 4]))

    def respelt(xml: bytes) -> bytes:
        for letter in (b"A", b"B"):
            for row in (b"1", b"2", b"3"):
                name = letter + row
                xml = xml.replace(b'<c r="' + name + b'" t="s">', b'<c t="s" r="' + name + b'" >')
        return xml

    changed = _repacked(data, SHEET, respelt)
    assert changed != data
    (table,) = _read_bytes(tmp_path, changed)
    assert table.rows == [("bolt", 3), ("nut", 4)]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/workbook.xml", lambda xml: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + xml),
        ("xl/workbook.xml", lambda xml: xml[: len(xml) // 2]),
        ("xl/styles.xml", lambda xml: xml + b"<"),
        ("xl/_rels/workbook.xml.rels", lambda xml: b""),
    ],
    ids=["entities", "cut", "styles", "links"],
)
def test_damaged_parts_are_named(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes]
) -> None:
    data = _repacked(_book(_rows(["a", "b"], [1, 2])), part, change)
    with pytest.raises(BadInput, match="file_damaged"):
        _read_bytes(tmp_path, data)


def test_merged_cells_of_a_hostile_sheet(tmp_path: Path) -> None:
    data = _book(_rows(["a", "b"], ["x", 2], ["y", 3]))
    merged = b'<mergeCells><mergeCell ref="A2:XFD1048576"/><mergeCell ref="B9:A1"/></mergeCells>'
    changed = _repacked(data, SHEET, lambda x: x.replace(b"<pageMargins", merged + b"<pageMargins"))
    (table,) = _read_bytes(tmp_path, changed)
    assert table.columns["b"] == [2, 3]
