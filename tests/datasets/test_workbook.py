"""Workbooks as people make them: each table is read as a careful person reads it, and what was
done is said."""

from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.processes.sandbox import Sandbox
from tests.datasets.workbooks import book_of, read, rows_of


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

    (table,) = read(tmp_path, build)
    assert table.columns["권역"] == ["수도권", "수도권", "영남", "영남"]
    assert table.columns["연도"] == [2024] * 4
    assert table.columns["예산"] == [500, None, None, None]
    assert {"filled_down", "first_only"} <= set(table.keys)
    assert "권역, 연도" in table.said(KOREAN)


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

    (table,) = read(tmp_path, build)
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

    (table,) = read(tmp_path, build)
    assert list(table.columns) == ["Name", "Score Math", "Score Art", "Remark"]


def test_tables_one_below_the_other(tmp_path: Path) -> None:
    build = rows_of(
        ["Sales 2024"], [], ["Store", "Sales"], ["A", 10], ["B", 20], ["Total", 30], [],
        ["Source: ledger"], [], ["Staff by store"], ["Staff", "Hours", "Since"],
        ["Kim", 40, 2019], ["Lee", 38, 2021],
    )  # fmt: skip
    first, second = read(tmp_path, build)
    assert first.columns == {"Store": ["A", "B"], "Sales": [10, 20]}
    assert second.columns == {"Staff": ["Kim", "Lee"], "Hours": [40, 38], "Since": [2019, 2021]}
    assert ("total", 6, 1) in first.left_out and ("note", 8, 1) in first.left_out
    assert ("title", 10, 1) in second.left_out
    assert [t.options.table for t in (first, second)] == [1, 2]
    assert second.options.skip_rows == 10
    assert first.raw.parsed is not None and first.raw.parsed.guesses == ("table",)
    (chosen,) = read(tmp_path, build, table=2)
    assert chosen.columns == second.columns
    assert chosen.raw.parsed is not None and chosen.raw.parsed.guesses == ()
    with pytest.raises(BadInput, match="xlsx_table"):
        read(tmp_path, build, table=3)


def test_tables_side_by_side(tmp_path: Path) -> None:
    def build(book: Any) -> None:
        page = book.add_worksheet()
        for row, cells in enumerate([["Store", "Sales"], ["A", 10], ["B", 20], ["C", 30]]):
            page.write_row(row, 0, cells)
        for row, cells in enumerate([["직원", "시간"], ["김", 40], ["이", 38]]):
            page.write_row(row, 4, cells)

    first, second = read(tmp_path, build)
    assert first.columns == {"Store": ["A", "B", "C"], "Sales": [10, 20, 30]}
    assert second.columns == {"직원": ["김", "이"], "시간": [40, 38]}


def test_tables_of_one_height_side_by_side(tmp_path: Path) -> None:
    build = rows_of(
        ["Store", "Sales", None, "Staff", "Hours"],
        ["A", 10, None, "Kim", 40],
        ["B", 20, None, "Lee", 38],
    )
    assert [list(table.columns) for table in read(tmp_path, build)] == [
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
    (table,) = read(tmp_path, rows_of(*rows))
    assert table.columns == {"지점": ["강남", "부산"], "매출": [1, 3], "비용": [2, 4]}


def test_words_with_values_above_a_table(tmp_path: Path) -> None:
    build = rows_of(
        ["Report", "Sales by store"], ["Period", "2024-01 ~ 2024-03"], ["Prepared by", "Kim"], [],
        ["Store", "City", "Sales", "Cost"], ["A", "Oslo", 10, 5], ["B", "Bonn", 20, 6],
    )  # fmt: skip
    (table,) = read(tmp_path, build)
    assert list(table.columns) == ["Store", "City", "Sales", "Cost"]
    assert len(table.rows) == 2
    assert [reason for reason, _, _ in table.left_out] == ["filter", "filter", "filter", "blank"]


def test_facts_of_a_form_above_a_table(tmp_path: Path) -> None:
    build = rows_of(
        ["회사명", "가나상사"], ["사업자번호", "123-45-67890"], ["대표", "김가나"], [],
        ["No", "품명", "수량", "단가"], [1, "볼트", 3, 100], [2, "너트", 4, 50], [],
        ["※ 부가세 별도"],
    )  # fmt: skip
    (table,) = read(tmp_path, build)
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

    (table,) = read(tmp_path, build)
    assert (table.raw.sheet, table.columns) == ("매출", {"지점": ["강남", "부산"], "매출": [1, 2]})
    assert table.raw.parsed is not None and table.raw.parsed.hidden_sheets == ("원본",)
    assert "원본" in table.said(KOREAN) and "안내" in table.said(ENGLISH)
    (secret,) = read(tmp_path, build, sheet="원본")
    assert secret.columns == {"x": [1], "y": [2]}
    assert secret.raw.parsed is not None and secret.raw.parsed.hidden_sheets == ()
    (prose,) = read(tmp_path, build, sheet="안내")
    assert len(prose.rows) in (2, 3)


def test_a_workbook_of_nothing_but_a_list_is_a_table(tmp_path: Path) -> None:
    (table,) = read(tmp_path, rows_of(["name"], ["Kim"], ["Lee"], ["Park"]))
    assert table.columns == {"name": ["Kim", "Lee", "Park"]}


def test_options_are_taken_as_they_are(tmp_path: Path) -> None:
    build = rows_of(["x", "1"], ["지점", "매출"], ["강남", 3], ["합계", 3], ["memo", 9])
    (table,) = read(tmp_path, build, skip_rows=1, header_rows=1, footer_rows=1, totals="keep")
    assert table.columns == {"지점": ["강남", "합계"], "매출": [3, 3]}
    assert table.options.model_dump(include={"skip_rows", "header_rows", "footer_rows"}) == {
        "skip_rows": 1,
        "header_rows": 1,
        "footer_rows": 1,
    }
    (headless,) = read(tmp_path, build, skip_rows=0, header_rows=0)
    assert list(headless.columns) == ["column_1", "column_2"]
    assert "headless" in headless.keys


def test_rows_of_options_count_from_the_top_of_the_sheet(tmp_path: Path) -> None:
    build = rows_of(
        ["Store", "Sales"], ["A", 10], ["B", 20], [],
        ["Staff", "Hours"], ["name", "week"], ["Kim", 40], ["Lee", 38],
    )  # fmt: skip
    (table,) = read(tmp_path, build, table=2, skip_rows=4, header_rows=2)
    assert list(table.columns) == ["Staff name", "Hours week"]
    assert (table.options.skip_rows, len(table.rows)) == (4, 2)


def test_a_whole_sheet_as_one_table(tmp_path: Path) -> None:
    build = rows_of(["Store", "Sales"], ["A", 10], [], ["Staff", "Hours"], ["Kim", 40])
    (table,) = read(tmp_path, build, table=0)
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

    (table,) = read(tmp_path, build)
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
    build = rows_of(["Store", "Sales"], ["A", 10], ["B", 20], [], ["Staff", "Hours"], ["Kim", 40])
    source = tmp_path / "upload"
    source.write_bytes(book_of(build))
    found = await ingest(source, "two.xlsx", folder=tmp_path / "made", sandbox=sandbox)
    assert [one.name for one in found] == ["two - Sheet1 (1)", "two - Sheet1 (2)"]
    assert [one.rows for one in found] == [2, 1]
    assert "table 1 of the 2" in found[0].note
