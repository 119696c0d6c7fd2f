"""Further examples of each kind of file."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.errors import BadInput
from tests.cases.reading import read_all, read_text

_NUMBERS: list[tuple[str, list[Any], str]] = [
    # decimals are never months
    ("n\n2013.10\n2012.08\n2011.12\n", [2013.1, 2012.08, 2011.12], ""),
    ("n\n1999.1\n2000.2\n", [1999.1, 2000.2], ""),
    # decimal commas: by other columns, by their own form, by the delimiter
    ("a;n\nx;12,5\ny;3,75\n", [12.5, 3.75], ""),
    ("a;n\nx;1.234,50\ny;12,00\n", [1234.5, 12.0], ""),
    ("a\tn\nx\t1.234.567,8\ny\t2,1\n", [1234567.8, 2.1], ""),
    ("b;n\n0,5;1.250\n0,7;2.500\n", [1250.0, 2500.0], ""),
    ("b;n\n0.5;1,250\n0.7;2,500\n", [1250.0, 2500.0], ""),
    ("a;n\nx;-1,5E+02\ny;2,0E+00\n", [-150.0, 2.0], ""),
    ("n\n1e-300\n2E5\n", [1e-300, 2e5], ""),
    # thousands in other styles
    ('a,n\nx,"1,234"\ny,5000\n', [1234.0, 5000.0], ""),
    ("a;n\nx;1 234,50\ny;12 345 678,00\n", [1234.5, 12345678.0], ""),
    ("a;n\nx;1'234.50\ny;12'345.00\n", [1234.5, 12345.0], ""),
    ('a,n\nx,"12,34,567.00"\ny,"1,234.50"\n', [1234567.0, 1234.5], ""),
    # money
    ('a,n\nx,"$1,234.50"\ny,($80)\n', [1234.5, -80.0], "$"),
    ('a,n\nx,"￦27,500"\ny,"￦1,000"\n', [27500.0, 1000.0], "￦"),
    ('a,n\nx,"27,500원"\ny,900원\n', [27500.0, 900.0], "원"),
    ('a,n\nx,"-$1,200"\ny,$0.99\n', [-1200.0, 0.99], "$"),
    ("a,n\nx,USD 12.50\ny,USD 7\n", [12.5, 7.0], "USD"),
    ("a;n\nx;1.127,08 €\ny;-3,50 €\n", [1127.08, -3.5], "€"),
    ("a,n\nx,$5\ny,0\n", [5.0, 0.0], "$"),
    ('a,n\nx,"△1,200"\ny,"3,400"\n', [-1200.0, 3400.0], ""),
    # shares and measures
    ("a,n\nx,45 %\ny,7.5 %\n", [45.0, 7.5], "%"),
    ("a;n\nx;12,5%\ny;0\n", [12.5, 0.0], "%"),
    ("a,n\nx,12 kg\ny,3.5 kg\n", [12.0, 3.5], "kg"),
    ("a,n\nx,35명\ny,120명\n", [35.0, 120.0], "명"),
    # missing values of databases and statistics
    ("a,n\nx,\\N\ny,5\n", [None, 5], ""),
    ("a,n\nx,..\ny,2.5\n", [None, 2.5], ""),
    ("a,n\nx,#DIV/0!\ny,2.5\n", [None, 2.5], ""),
    # more digits than a double has
    (
        "a,n\nx,90071992547409931.05\ny,0.10\n",
        [Decimal("90071992547409931.05"), Decimal("0.10")],
        "",
    ),
]


@pytest.mark.parametrize(("text", "values", "unit"), _NUMBERS)
def test_numbers(tmp_path: Path, text: str, values: list[Any], unit: str) -> None:
    found = read_text(text, tmp_path)
    assert found.column("n") == values
    assert found.units.get("n", "") == unit


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a,n\nx,$5\ny,€6\n", ["$5", "€6"]),
        ("a,n\nx,010-1234-5678\ny,010-9876-5432\n", ["010-1234-5678", "010-9876-5432"]),
        ("a,n\nx,555 123 456\ny,555 987 654\n", ["555 123 456", "555 987 654"]),
        ("a,n\nx,1.2.3\ny,1.10.4\n", ["1.2.3", "1.10.4"]),
        ("a,n\nx,3.11.12\ny,3.9.10\n", ["3.11.12", "3.9.10"]),
        ("a,n\nx,10.0.0.1\ny,10.0.0.2\n", ["10.0.0.1", "10.0.0.2"]),
        ("a,n\nx,20대\ny,30대\n", ["20대", "30대"]),
        ("a,n\nx,1001-12\ny,2001-13\n", ["1001-12", "2001-13"]),
        ("a,n\nx,3101-05\ny,3102-06\n", ["3101-05", "3102-06"]),
        ("a,n\nx,1-Jan\ny,2-Jan\nz,3-Jan\n", ["1-Jan", "2-Jan", "3-Jan"]),
        ("a,n\nx,05%\ny,0x1F\n", ["05%", "0x1F"]),
        ("a,n\nx,1e5 people\ny,2\n", ["1e5 people", "2"]),
    ],
)
def test_codes_and_words_stay_text(tmp_path: Path, text: str, values: list[str]) -> None:
    assert read_text(text, tmp_path).column("n") == values


_DATES: list[tuple[str, list[Any]]] = [
    ("d\n27/04/20\n28/04/20\n", [date(2020, 4, 27), date(2020, 4, 28)]),
    ("d\n27.04.20\n01.05.20\n", [date(2020, 4, 27), date(2020, 5, 1)]),
    ("d\n25-Oct-25\n26-Oct-25\n", [date(2025, 10, 25), date(2025, 10, 26)]),
    ("d\n5-Jan-99\n6-Feb-00\n", [date(1999, 1, 5), date(2000, 2, 6)]),
    ("d\n19-Jan\n19-Feb\n19-Dec\n20-Jan\n", [date(2019, 1, 1), date(2019, 2, 1)]),
    ("d\nJan 2024\nFeb 2024\n", [date(2024, 1, 1), date(2024, 2, 1)]),
    ("d\n24년 3월\n24년 4월\n", [date(2024, 3, 1), date(2024, 4, 1)]),
    ("d\n2024년 3월 5일\n2024년 12월 25일\n", [date(2024, 3, 5), date(2024, 12, 25)]),
    ("d\n2024-03\n2024-04\n", [date(2024, 3, 1), date(2024, 4, 1)]),
    ("d\n2024. 3.\n2024. 4.\n", [date(2024, 3, 1), date(2024, 4, 1)]),
    ('d\n"March 5, 2024"\n"May 12, 2024"\n', [date(2024, 3, 5), date(2024, 5, 12)]),
    (
        "d\n2024-07-02T00:30:00.5Z\n2024-07-02T08:00:00Z\n",
        [datetime(2024, 7, 2, 0, 30, 0, 500000), datetime(2024, 7, 2, 8)],
    ),
    (
        "d\n2024-07-02 00:30:00+0530\n2024-07-02 08:00:00+0530\n",
        [datetime(2024, 7, 2, 0, 30), datetime(2024, 7, 2, 8)],
    ),
    (
        "d\n3/5/2024 1:05 PM\n3/25/2024 11:00 AM\n",
        [datetime(2024, 3, 5, 13, 5), datetime(2024, 3, 25, 11)],
    ),
    (
        "d\n20240131102030\n20240229000000\n",
        [datetime(2024, 1, 31, 10, 20, 30), datetime(2024, 2, 29)],
    ),
    (
        "d\n2024-01-05 10:00\n2024-01-06 11:30:15\n",
        [datetime(2024, 1, 5, 10), datetime(2024, 1, 6, 11, 30, 15)],
    ),
    ("d\n9999-12-31\n2024-01-05\n", [date(9999, 12, 31), date(2024, 1, 5)]),
]


@pytest.mark.parametrize(("text", "values"), _DATES)
def test_dates(tmp_path: Path, text: str, values: list[Any]) -> None:
    assert read_text(text, tmp_path).column("d")[: len(values)] == values


def test_what_is_ambiguous_is_called_a_guess(tmp_path: Path) -> None:
    found = read_text("d;n\n03/04/2024;1,250\n05/06/2024;2,500\n", tmp_path)
    assert found.rows[0] == (date(2024, 3, 4), 1.25)
    assert found.guesses == ("day_first", "decimal_mark")
    assert (found.used.day_first, found.used.decimal_mark) == (False, ",")
    assert "is a guess" in found.dataset.note
    again = read_text(
        "d;n\n03/04/2024;1,250\n05/06/2024;2,500\n",
        tmp_path / "made",
        day_first=True,
        decimal_mark=".",
    )
    assert again.rows[0] == (date(2024, 4, 3), 1250.0)
    assert again.guesses == ()


def test_one_column_proves_the_order_of_another(tmp_path: Path) -> None:
    found = read_text("a,b\n03/04/2024,25/04/2024\n05/06/2024,26/04/2024\n", tmp_path)
    assert found.rows[0] == (date(2024, 4, 3), date(2024, 4, 25))
    assert found.guesses == ()


def test_offsets_that_differ_become_utc_and_a_zone_can_be_chosen(tmp_path: Path) -> None:
    text = "t,v\n2024-07-02T00:30:00+09:00,1\n2024-07-02T08:00:00-05:00,2\n"
    found = read_text(text, tmp_path)
    assert found.column("t") == [datetime(2024, 7, 1, 15, 30), datetime(2024, 7, 2, 13)]
    assert "different offsets" in found.dataset.note
    assert (found.used.time_zone, found.guesses) == ("UTC", ("time_zone",))
    chosen = read_text(text, tmp_path / "made", time_zone="Asia/Seoul")
    assert chosen.column("t") == [datetime(2024, 7, 2, 0, 30), datetime(2024, 7, 2, 22)]
    with pytest.raises(BadInput, match="time_zone_unknown"):
        read_text(text, tmp_path / "made" / "work", time_zone="Moon/Base")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Kunde;Ort\nMüller;Köln\nWeiß;Düren\n"),
        ("cp1252", "nom,prix\nCréée,3\nAgréée,4\n"),
        ("cp1252", "item,price\ncafé,3 €\nthé,4 €\n"),
        ("cp1250", "miasto,ludność\nŁódź,1\nGdańsk,2\n"),
        ("cp1251", "Город,Население\nМосква,1\nКазань,2\n"),
        ("cp932", "日付,売上,店舗\n2024-01-01,1200,東京\n2024-01-02,900,大阪\n"),
        ("cp932", "商品,カナ\nりんご,ﾘﾝｺﾞ\n"),
        ("gb18030", "日期,销售额,城市\n2024-01-01,100,北京\n2024-01-02,90,上海\n"),
        ("big5", "日期,銷售額,城市\n2024-01-01,100,台北\n2024-01-02,90,高雄\n"),
        ("cp949", "지역,금액\n서울,1\n부산,2\n"),
        ("euc-kr", "성명,부서\n홍길동,영업\n"),
    ],
)
def test_older_encodings_are_told_apart_and_said(tmp_path: Path, encoding: str, text: str) -> None:
    found = read_text(text.encode(encoding), tmp_path)
    header, first = text.splitlines()[:2]
    delimiter = ";" if ";" in header else ","
    assert found.names == header.split(delimiter)
    assert found.rows[0][0] in (first.split(delimiter)[0], date(2024, 1, 1))
    assert "encoding" in found.guesses
    assert "is a guess" in found.dataset.note


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_unicode_is_certain(tmp_path: Path, encoding: str) -> None:
    found = read_text("지역,금액\n서울,1\n부산,2\n".encode(encoding), tmp_path)
    assert found.rows == [("서울", 1), ("부산", 2)]
    assert found.guesses == ()


_FORMS: list[tuple[str, list[str], list[tuple[Any, ...]]]] = [
    ("a,b\r\n1,2\n3,4\r5,6\r\n", ["a", "b"], [(1, 2), (3, 4), (5, 6)]),
    ('"a\r\nx",b\r\n1,2\r\n3,4\r\n', ["a x", "b"], [(1, 2), (3, 4)]),
    ('id,"two\nlines"\n1,"x\ny"\n', ["id", "two lines"], [(1, "x\ny")]),
    ('id;t\n1;"a \\"b\\" c"\n2;"d"\n', ["id", "t"], [(1, 'a "b" c'), (2, "d")]),
    ('id,t\n1,"C:\\dir\\"\n2,"d"\n', ["id", "t"], [(1, "C:\\dir\\"), (2, "d")]),
    ('"id",  "t"\n7,  "a, b"\n', ["id", "t"], [(7, "a, b")]),
    ("sep=;\na;b\n1;2\n", ["a", "b"], [(1, 2)]),
    ("a,b,\n1,2,\n3,4,\n", ["a", "b"], [(1, 2), (3, 4)]),
    ("# made by a tool\n# x, y\na,b\n1,2\n3,4\n", ["a", "b"], [(1, 2), (3, 4)]),
    ("a,b\n1,2\n# pause here\n3,4\n", ["a", "b"], [(1, 2), (3, 4)]),
    ("a;b;c\n1;2;3\n4;5;6\n\nQuelle: Amt\n", ["a", "b", "c"], [(1, 2, 3), (4, 5, 6)]),
    ("a,b\n1,2\n,\n3,4\n,\n", ["a", "b"], [(1, 2), (3, 4)]),
    ("name,x,y\nr1,1,2\nr2,3,4\n", ["name", "x", "y"], [("r1", 1, 2), ("r2", 3, 4)]),
    ("x,y\nr1,1,2\nr2,3,4\n", ["column_1", "x", "y"], [("r1", 1, 2), ("r2", 3, 4)]),
    ('a,b\n5" pipe,2\n3" pipe,4\n', ["a", "b"], [('5" pipe', 2), ('3" pipe', 4)]),
    (
        "2024-01-05 10:00,1.5\n2024-01-06 11:00,2.5\n",
        ["column_1", "column_2"],
        [(datetime(2024, 1, 5, 10), 1.5), (datetime(2024, 1, 6, 11), 2.5)],
    ),
]


@pytest.mark.parametrize(("text", "names", "rows"), _FORMS)
def test_forms(tmp_path: Path, text: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    found = read_text(text, tmp_path)
    assert found.names == names
    assert found.rows == rows


def test_odd_rows_are_listed_and_left_out_after_a_yes(tmp_path: Path) -> None:
    text = "a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n"
    with pytest.raises(BadInput) as refused:
        read_text(text, tmp_path)
    said = refused.value.params
    assert (refused.value.code, said["lines"], said["count"]) == ("csv_ragged", "3, 5", 2)
    found = read_text(text, tmp_path / "work", skip_ragged=True)
    assert found.rows == [(1, 2), (4, 5), (9, 10)]
    assert found.left_out == [("ragged", 3), ("ragged", 5)]
    assert "3" in found.dataset.note


def test_odd_rows_of_a_long_file_have_their_true_lines(tmp_path: Path) -> None:
    lines = ["a,b,c"] + [f"{n},{n * 2},some text that takes room {n}" for n in range(60_000)]
    lines[41_000] = "1,2"
    lines[50_000] = "1,2,3,4"
    with pytest.raises(BadInput) as refused:
        read_text("\n".join(lines), tmp_path)
    assert refused.value.params["lines"] == "41001, 50001"
    found = read_text("\n".join(lines), tmp_path / "work", skip_ragged=True)
    assert found.dataset.rows == 59_998


def test_a_long_file_loses_its_title_and_its_notes_without_being_parsed(tmp_path: Path) -> None:
    rows = [f"{n};{n % 7},5;ein Text, der Platz braucht {n}" for n in range(70_000)]
    text = "\n".join(["Bericht 2024", "", "id;wert;text", *rows, "", "Quelle: Amt"])
    found = read_text(text, tmp_path)
    assert found.dataset.rows == 70_000
    assert found.types == ["integer", "number", "text"]
    assert found.rows[-1] == (69_999, 6.5, "ein Text, der Platz braucht 69999")
    assert [reason for reason, _ in found.left_out] == ["title", "note"]


def test_what_a_person_says_of_the_file_holds(tmp_path: Path) -> None:
    text = "x;y\n1;2\n3;4\n5;6\n"
    found = read_text(text, tmp_path, header_rows=0, footer_rows=1, types={"column_1": "text"})
    assert found.rows == [("x", "y"), ("1", "2"), ("3", "4")]
    odd = read_text("a|b\n1|x\n", tmp_path / "work", delimiter=",", name="b.csv")
    assert odd.names == ["a|b"]
    typed = read_text(
        "n,d,f\n1,2024-01-05,ja\nx,2024-01-06,nein\n,none,ja\n",
        tmp_path / "work" / "made",
        types={"n": "number", "d": "datetime", "f": "boolean"},
    )
    assert typed.rows[1] == (None, datetime(2024, 1, 6), False)
    assert typed.types == ["number", "datetime", "boolean"]
    assert "n (1)" in typed.dataset.note


_JSON: list[tuple[Any, list[str], list[tuple[Any, ...]]]] = [
    (
        {"status": "ok", "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
        ["a", "b"],
        [(1, "x"), (2, "y")],
    ),
    (
        {
            "meta": {"n": 2},
            "result": {"records": [{"id": "007", "v": 1}, {"id": "8", "v": 2}], "links": []},
        },
        ["id", "v"],
        [("007", 1), ("8", 2)],
    ),
    (
        {"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]},
        ["a", "b"],
        [(1, "x"), (2, "y")],
    ),
    (
        {"columns": ["a"], "index": ["r", "s"], "data": [[1], [2]]},
        ["index", "a"],
        [("r", 1), ("s", 2)],
    ),
    ({"0": {"a": 1, "b": "x"}, "1": {"a": 2, "b": "y"}}, ["a", "b"], [(1, "x"), (2, "y")]),
    (
        {"a": {"r": 1, "s": 2}, "b": {"r": "x", "s": "y"}},
        ["index", "a", "b"],
        [("r", 1, "x"), ("s", 2, "y")],
    ),
    (
        {"r": {"a": 1, "b": "x"}, "s": {"a": 2, "b": "y"}},
        ["index", "a", "b"],
        [("r", 1, "x"), ("s", 2, "y")],
    ),
    (
        {
            "schema": {"fields": [{"name": "index"}, {"name": "a"}], "primaryKey": ["index"]},
            "data": [{"index": 0, "a": 5}, {"index": 1, "a": 6}],
        },
        ["a"],
        [(5,), (6,)],
    ),
    ([["a", "b"], [1, "x"], [2, "y"]], ["a", "b"], [(1, "x"), (2, "y")]),
    ([[1, 2], [3, 4]], ["column_1", "column_2"], [(1, 2), (3, 4)]),
    ({"id": 1, "name": "x", "tags": ["p", "q"]}, ["id", "name", "tags"], [(1, "x", '["p", "q"]')]),
]


@pytest.mark.parametrize(("value", "names", "rows"), _JSON)
def test_json(tmp_path: Path, value: Any, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    found = read_text(json.dumps(value), tmp_path, "a.json")
    assert found.names == names
    assert found.rows == rows


def test_numbers_of_json_keep_their_digits(tmp_path: Path) -> None:
    long = "9" * 4301
    text = f'[{{"a": {long}, "b": 90071992547409931.05, "c": 1.5}}, {{"a": 1, "b": 0.10, "c": 2}}]'
    found = read_text(text, tmp_path, "a.json")
    assert found.column("a") == [long, "1"]
    assert found.column("b") == [Decimal("90071992547409931.05"), Decimal("0.10")]
    assert found.column("c") == [1.5, 2.0]
    assert "long whole numbers" in found.dataset.note


def test_another_table_of_an_answer_can_be_chosen(tmp_path: Path) -> None:
    value = {
        "orders": [{"id": 1}, {"id": 2}, {"id": 3}],
        "people": [{"name": "a"}, {"name": "b"}],
    }
    found = read_text(json.dumps(value), tmp_path, "a.json")
    assert (found.names, found.used.sheet, found.guesses) == (["id"], "orders", ("sheet",))
    other = read_text(json.dumps(value), tmp_path / "work", "a.json", sheet="people")
    assert (other.names, other.guesses) == (["name"], ())


def test_codes_keep_na_and_words_do_not(tmp_path: Path) -> None:
    text = "cc,sex\nNA,M\nDE,NA\nFR,F\nGB-ENG,M\nUS,F\n"
    found = read_text(text, tmp_path)
    assert found.column("cc")[0] == "NA"
    assert found.column("sex")[1] is None


def test_different_values_are_counted_exactly(tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{n % 30_011},x{n % 20_011}\n" for n in range(60_000))
    found = read_text(text, tmp_path)
    assert [column.distinct for column in found.dataset.columns] == [30_011, 20_011]
    assert not any(column.is_distinct_estimate for column in found.dataset.columns)


def test_months_as_columns_are_offered_and_turned_into_rows(tmp_path: Path) -> None:
    text = "지점,2024-01,2024-02,2024-03,합계\n강남,1,2,3,6\n부산,4,,6,10\n"
    found = read_text(text, tmp_path)
    assert found.used.months_as_rows is False
    assert "months_as_rows" in found.guesses
    assert "periods" in found.dataset.note
    long = read_text(text, tmp_path / "work", "a.csv", "ko", months_as_rows=True)
    assert long.names == ["지점", "연월", "값"]
    assert long.rows == [
        ("강남", date(2024, 1, 1), 1.0),
        ("강남", date(2024, 2, 1), 2.0),
        ("강남", date(2024, 3, 1), 3.0),
        ("부산", date(2024, 1, 1), 4.0),
        ("부산", date(2024, 3, 1), 6.0),
    ]
    years = read_text("지역,2021,2022,2023\n서울,1,2,3\n", tmp_path / "made", months_as_rows=True)
    year = years.dataset.column("Year")
    assert year is not None
    assert (years.column("Year"), year.time) == ([2021, 2022, 2023], "year")


def test_parquet_keeps_numbers_numbers(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    whole = pyarrow.array([2**64 - 1, 1], pyarrow.uint64())
    zoned = pyarrow.array([0, 3_600_000_000], pyarrow.timestamp("us", tz="+09:00"))
    amount = pyarrow.array([Decimal("1.10"), Decimal("2.25")], pyarrow.decimal128(10, 2))
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table({"whole": whole, "zoned": zoned, "amount": amount}), path
    )
    (found,) = read_all(path, tmp_path / "work")
    assert found.types == ["number", "datetime", "number"]
    assert found.rows[0] == (Decimal(2**64 - 1), datetime(1970, 1, 1, 9), 1.1)
    assert "UTC+09:00" in found.dataset.note
