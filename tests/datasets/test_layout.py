"""Where a table stands in a grid of texts, as people fill them in."""

import csv
import io
import random
from typing import Any

import pytest

from cherry_reflex.core.parse_options import LeftOut, ParseOptions
from cherry_reflex.datasets.formats.layout import Layout, find_layout


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter="|"))


def _layout(text: str, **options: Any) -> Layout:
    return find_layout(_rows(text), ParseOptions(**options), is_whole=True)


def _said(rows: tuple[LeftOut, ...]) -> list[tuple[str, int]]:
    return [(one.reason, one.row) for one in rows]


ABOVE: list[tuple[str, str, list[tuple[str, int]]]] = [
    ("none", "지역|수량\n서울|1\n부산|2", []),
    ("title", "2024년 판매 현황|\n지역|수량\n서울|1\n부산|2", [("title", 1)]),
    (
        "title and blank",
        "Sales 2024|\n|\nRegion|Units\nEast|1\nWest|2",
        [("title", 1), ("blank", 2)],
    ),
    (
        "unit row",
        "매출 현황||\n||(단위: 천원)\n지역|매출|비용\n서울|1|2\n부산|2|3",
        [("title", 1), ("unit", 2)],
    ),
    (
        "title with unit",
        "매출 현황||(단위: 천원)\n지역|매출|비용\n서울|1|2\n부산|2|3",
        [("title", 1)],
    ),
    (
        "unit in English",
        "Revenue||\nUnit: million USD||\nBranch|Q1|Q2\nOslo|4|5\nBonn|6|7",
        [("title", 1), ("unit", 2)],
    ),
    ("in millions", "(in millions)||\nItem|2023|2024\nRent|4|5\nPay|6|7", [("unit", 1)]),
    (
        "Einheit",
        "Umsatz|\nEinheit: Tsd. EUR|\nOrt|Umsatz\nUlm|1,5\nKiel|2,5",
        [("title", 1), ("unit", 2)],
    ),
    (
        "filter rows",
        "기간: 2024-01 ~ 2024-12||\n지역: 전국||\n지점|매출|비용\n강남|1|2\n부산|3|4",
        [("filter", 1), ("title", 2)],
    ),
    (
        "filter in two cells",
        "Report period:|2024-01 - 2024-03||\n|||\nStore|City|Sales|Cost\nA|Oslo|1|2\nB|Bonn|3|4",
        [("filter", 1), ("blank", 2)],
    ),
    (
        "comments",
        "# station 22101\n# depth 12 m\ntime|wave|period\n2024-05-01|0.6|4.2\n2024-05-02|0.7|4.4",
        [("comment", 1), ("comment", 2)],
    ),
    ("comment cut up", "# a|b|c d\nday|hpa|t\n2024-05-01|1|2\n2024-05-02|1|2", [("comment", 1)]),
    ("heading with #", "#id|name|qty\n1|bolt|3\n2|nut|4", []),
    ("column named #", "#|name|qty\n1|bolt|3\n2|nut|4", []),
    ("one column", "name\nKim\nLee\nPark", []),
    ("narrow table", "a|b\n1|2\n3|4", []),
    (
        "merged title",
        "연간 실적|연간 실적|연간 실적\n지점|매출|비용\n강남|1|2\n부산|3|4",
        [("title", 1)],
    ),
    ("blank rows first", "|\n|\nname|qty\nbolt|3\nnut|4", [("blank", 1)]),
    ("every row narrow", "Kim|\nLee|\nPark|", []),
]


@pytest.mark.parametrize(("text", "above"), [c[1:] for c in ABOVE], ids=[c[0] for c in ABOVE])
def test_rows_above(text: str, above: list[tuple[str, int]]) -> None:
    found = _layout(text)
    assert _said(found.above) == above
    assert found.skip_rows == sum(one.rows for one in found.above)
    assert found.header_rows == 1


BELOW: list[tuple[str, str, int]] = [
    ("none", "name|qty\nbolt|3\nnut|4", 0),
    ("source", "day|usd\n2024-01-02|1\n2024-01-03|2\n|\nsource: our treasury desk|", 2),
    ("출처", "지역|수량\n서울|1\n부산|2\n출처: 통계청, 2024|", 1),
    ("※", "지역|수량\n서울|1\n부산|2\n※ 잠정치임|\n주) 반올림으로 합이 다를 수 있음|", 2),
    ("주 1)", "지역|수량\n서울|1\n부산|2\n주1) 잠정치|", 1),
    ("stars", "group|mean\na|1.5\nb|2.5\n* p<.05, ** p<.01|", 1),
    ("Note", "name|qty\nbolt|3\nnut|4\n|\nNote: stock of Friday|\nSource: warehouse|", 3),
    ("Quelle", "Ort|Umsatz\nUlm|1,5\nKiel|2,5\nQuelle: Statistisches Bundesamt|", 1),
    ("끝", "지역|수량\n서울|1\n부산|2\n끝.|", 1),
    ("rows selected", "id|qty\n1|3\n2|4\n|\n(2 rows)|", 2),
    ("blank rows", "name|qty\nbolt|3\nnut|4\n|\n|", 2),
    ("prose after a blank row", "name|qty\nbolt|3\nnut|4\n|\nCounted by hand on Friday.|", 2),
    ("last value missing", "name|qty\nbolt|3\nnut|4\npin|", 0),
    ("a name after a blank row", "name|qty\nbolt|3\nnut|4\n|\npin|", 0),
    ("a note as data", "kind|qty\nNote: paper|3\nSource: ink|4", 0),
    ("one column", "name\nKim\nLee\nPark", 0),
]


@pytest.mark.parametrize(("text", "count"), [c[1:] for c in BELOW], ids=[c[0] for c in BELOW])
def test_rows_below(text: str, count: int) -> None:
    found = _layout(text)
    assert found.footer_rows == count == sum(one.rows for one in found.below)
    assert found.header_rows == 1
    if count:
        assert found.below[0].row == len(_rows(text)) - count + 1


TOTALS: list[tuple[str, str, list[int], bool]] = [
    ("합계", "지점|매출|비용\n강남|120|80\n부산|90|60\n합계|210|140", [4], False),
    ("합 계", "지점|매출\n강남|120\n부산|90\n합 계|210", [4], False),
    ("at the top", "지역|인구\n계|300\n서울|100\n부산|120\n대구|80", [2], False),
    ("nation", "지역|인구\n전국|1,300\n서울|1,000\n부산|220\n대구|80", [2], False),
    ("nation that is none", "지역|인구\n전국|7\n서울|1000\n부산|220\n대구|80", [], False),
    (
        "subtotals",
        "권역|지점|매출\n수도|강남|50\n수도|분당|40\n소계||90\n영남|부산|20\n영남|대구|25\n소계||45\n총계||135",
        [4, 7, 8],
        False,
    ),
    (
        "pivot",
        "Region|Sales\nEast|10\nEast|20\nEast Total|30\nWest|5\nWest|6\nWest Total|11\nTotal|41",
        [4, 7, 8],
        False,
    ),
    (
        "per group",
        "지역|성별|수\n서울|계|30\n서울|남|10\n서울|여|20\n부산|계|9\n부산|남|4\n부산|여|5",
        [2, 5],
        False,
    ),
    ("Total", "item|qty|price\na|1|2.5\nb|2|3.5\nc|3|1.5\nTOTAL:|6|7.5", [5], False),
    ("Summe", "Ort|Umsatz\nUlm|1,25\nKiel|2,5\nBonn|1,25\nSumme|5,00", [5], False),
    ("rounded", "지점|비중\n가|33.3\n나|33.3\n다|33.3\n합계|100.0", [5], False),
    ("without numbers", "name|memo\nKim|a b\nLee|b c\nTotal|2 persons", [4], True),
    ("that does not add up", "지점|매출\n강남|120\n부산|90\n합계|500", [4], True),
    ("mean", "반|점수\n1반|80\n2반|90\n3반|70\n평균|80", [5], False),
    ("mean that is none", "반|점수\n1반|80\n2반|90\n3반|70\n평균|81", [], False),
    ("without a label", "item|qty|price\na|1|2\nb|2|3\nc|3|4\n|6|9", [5], False),
    ("a missing label", "item|qty|price\na|1|2\nb|2|3\nc|3|4\n|7|1", [], False),
    ("a product", "brand|price\nShell|50\nTotal|40\nBP|60\nEsso|45", [], False),
    ("a company", "company|staff\nTotal Energies|5\nShell|50\nBP|7", [], False),
    ("ids", "id|name|qty\n1|a|3\n2|b|4\n3|c|5", [], False),
    ("numbers alone", "1|2\n3|4\n4|6", [], False),
    ("two rows", "name|qty\nbolt|3\nnut|3", [], False),
    ("a word in a sentence", "memo|qty\ntotal of all is fine today|3\nok|4\nok|5", [], False),
]


@pytest.mark.parametrize(
    ("text", "rows", "guessed"), [c[1:] for c in TOTALS], ids=[c[0] for c in TOTALS]
)
def test_totals(text: str, rows: list[int], guessed: bool) -> None:
    found = _layout(text)
    assert [one.row for one in found.totals] == rows
    assert all(one.reason == "total" for one in found.totals)
    assert ("totals" in found.guesses) == guessed
    assert _layout(text, totals="keep").totals == ()


UNITS: list[tuple[str, str, dict[str, str]]] = [
    (
        "over all",
        "(단위: 천원)||\n지점|매출|비용\n강남|1|2\n부산|3|4",
        {"매출": "천원", "비용": "천원"},
    ),
    ("not of years", "단위: 명|||\n연도|지역|인구\n2023|a|5\n2024|b|6", {"인구": "명"}),
    (
        "amounts and rates",
        "(단위: 명, %)|||\n지역|취업자|고용률\n서울|10|60.1\n부산|20|59.2",
        {"취업자": "명", "고용률": "%"},
    ),
    ("not of rates", "(단위: 천원)|||\n지점|매출|증감률\n가|1|2\n나|3|4", {"매출": "천원"}),
    ("heading", "품목|판매대수|판매액(원)\n가|1|2\n나|3|4", {"판매액(원)": "원"}),
    (
        "heading wins",
        "(단위: 천원)||\n지점|매출|인원(명)\n가|1|2\n나|3|4",
        {"매출": "천원", "인원(명)": "명"},
    ),
    ("in", "Ort|Umsatz in EUR\nUlm|1\nKiel|2", {"Umsatz in EUR": "EUR"}),
    ("square", "item|weight [kg]\na|1\nb|2", {"weight [kg]": "kg"}),
    ("see elsewhere", "Units: see table||\nitem|2023|2024\na|1|2\nb|3|4", {}),
    ("no unit", "item|Q3 (0-10)\na|1\nb|2", {}),
    (
        "row of units",
        "t|wave|sst\ns|m|degC\n1|0.5|11.5\n2|0.6|11.6",
        {"t": "s", "wave": "m", "sst": "degC"},
    ),
    (
        "in a comment, cut at commas",
        "# units: m| s| degC|\ntime|wave|period|sst\n2024-05-01|0.6|4.2|11\n2024-05-02|0.7|4.4|12",
        {"wave": "m", "period": "s", "sst": "degC"},
    ),
    (
        "scale",
        "in thousands of USD||\nitem|2023|2024\na|1|2\nb|3|4",
        {"2023": "thousands of USD", "2024": "thousands of USD"},
    ),
]


@pytest.mark.parametrize(("text", "units"), [c[1:] for c in UNITS], ids=[c[0] for c in UNITS])
def test_units(text: str, units: dict[str, str]) -> None:
    assert dict(_layout(text).units) == units


def test_what_is_among_the_rows_is_listed() -> None:
    found = _layout("name|qty\nbolt|3\n|\n|\nNAME|QTY\nnut|4\n# counted twice|\npin|5\ncap|6")
    assert _said(found.inside) == [("blank", 3), ("header_again", 5), ("comment", 7)]
    assert found.inside[0].rows == 2


def test_options_are_taken_as_they_are() -> None:
    text = "Sales|2024\nname|qty\nbolt|3\nnut|4\n합계|7\nchecked|1"
    found = _layout(text, skip_rows=1, header_rows=1, footer_rows=1)
    assert (found.skip_rows, found.header_rows, found.footer_rows) == (1, 1, 1)
    assert found.names == ("name", "qty")
    assert [one.row for one in found.totals] == [5]
    assert found.guesses == frozenset()
    assert _layout(text, skip_rows=0, header_rows=0).names == ("", "")
    assert _layout(text, skip_rows=0, header_rows=2).names == ("Sales name", "2024 qty")


def test_the_end_of_a_long_table_is_numbered_from_its_end() -> None:
    head = [["지점", "매출"], *[[f"지점 {n}", str(n)] for n in range(50)]]
    tail = [["지점 98", "98"], ["합계", "4851"], ["", ""], ["※ 잠정치", ""]]
    found = find_layout(head, ParseOptions(), is_whole=False, tail=tail)
    assert (found.footer_rows, _said(found.below)) == (2, [("blank", -2), ("note", -1)])
    assert _said(found.totals) == [("total", -3)]
    assert "totals" in found.guesses
    placed = found.placed(103)
    assert (_said(placed.below), _said(placed.totals)) == (
        [("blank", 102), ("note", 103)],
        [("total", 101)],
    )


@pytest.mark.parametrize("rows", [[], [[]], [["", None]], [["a"]], [[None, "x"], []]])
def test_grids_without_a_table(rows: list[list[str | None]]) -> None:
    found = find_layout(rows, ParseOptions(), is_whole=True)
    assert found.skip_rows + found.header_rows + found.footer_rows <= len(rows)


def test_hostile_texts_do_not_stall() -> None:
    rows = [["(" * 5000 + ":" * 5000, " " * 5000 + "("], ["1" * 5000, "1,1" * 2000]] * 300
    assert find_layout(rows, ParseOptions(), is_whole=True).header_rows <= 3


def test_any_grid_is_accounted_for() -> None:
    chance = random.Random(7)
    cells = [
        "",
        "",
        "지점",
        "합계",
        "1",
        "2.5",
        "(단위: 원)",
        "※ 주",
        "2024-01-05",
        "A-1",
        "#x",
        "기간: 1",
    ]
    for _ in range(500):
        height, width = chance.randrange(0, 12), chance.randrange(1, 7)
        rows = [[chance.choice(cells) for _ in range(width)] for _ in range(height)]
        found = find_layout(rows, ParseOptions(), is_whole=True)
        outside = found.skip_rows + found.header_rows + found.footer_rows
        assert 0 <= outside <= height
        assert len(found.names) == (width if rows else 0)
        last = height - found.footer_rows
        for one in (*found.inside, *found.totals):
            assert found.skip_rows + found.header_rows < one.row <= last
        for one in found.below:
            assert last < one.row <= height
        again = ParseOptions(
            skip_rows=found.skip_rows, header_rows=found.header_rows, footer_rows=found.footer_rows
        )
        told = find_layout(rows, again, is_whole=True)
        assert (told.names, told.totals) == (found.names, found.totals)
