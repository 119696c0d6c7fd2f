"""Files after public bug reports, with what a careful person reads in them."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cases.reading import HERE, read

CASES: list[tuple[str, str, list[str], list[str], list[tuple[Any, ...]]]] = [
    (
        "A01_rates.csv",
        "duckdb/duckdb#17291: a note under the table",
        ["day", "usd", "eur"],
        ["date", "number", "number"],
        [(date(2024, 1, 2), 1301.4, 1428.5), (date(2024, 1, 3), 1306.2, 1431.1)],
    ),
    (
        "A02_buoy.csv",
        "duckdb/duckdb#12746, #17225: comments above the heading",
        ["time", "wave", "period", "sst"],
        ["datetime", "number", "number", "number"],
        [
            (datetime(2024, 5, 1), 0.6, 4.2, 11.8),
            (datetime(2024, 5, 1, 1), 0.7, 4.4, 11.7),
        ],
    ),
    (
        "A03_filialen.csv",
        "duckdb/duckdb#6690, #19578: decimal commas",
        ["Filiale", "Umsatz", "Quote"],
        ["text", "number", "number"],
        [("Bonn", 1204.5, 0.31), ("Kiel", 980.25, 0.28), ("Ulm", 1410.75, 0.35)],
    ),
    (
        "A04_pakete.csv",
        "duckdb/duckdb#12856: three decimals after a comma",
        ["Paket", "Gewicht_kg", "Preis"],
        ["text", "number", "number"],
        [("A", 1.25, 4.99), ("B", 2.5, 6.49), ("C", 3.125, 7.99)],
    ),
    (
        "A05_pressure.csv",
        "duckdb/duckdb#6690, #15473: a decimal is no month",
        ["station", "hpa"],
        ["text", "number"],
        [("Incheon", 1013.2), ("Suwon", 1012.8), ("Sokcho", 1009.5), ("Jeju", 1011.1)],
    ),
    (
        "A06_orders.csv",
        "duckdb/duckdb#15473: a code is no month",
        ["order", "qty"],
        ["text", "integer"],
        [("1001-01", 3), ("1001-02", 1), ("1002-01", 7), ("1003-05", 2)],
    ),
    (
        "A07_gates.csv",
        "pandas-dev/pandas#4679: two heading rows",
        ["역", "06시 승차", "06시 하차", "07시 승차", "07시 하차"],
        ["text", "integer", "integer", "integer", "integer"],
        [("가람역", 120, 45, 310, 122), ("나래역", 98, 51, 244, 130)],
    ),
    (
        "A11_weather.csv",
        "wireservice/csvkit test_latin1: a degree sign is no Hangul",
        ["day", "Temp (°C)", "Dew (°C)"],
        ["date", "number", "number"],
        [(date(2024, 1, 1), 3.5, 1.0), (date(2024, 1, 2), 4.1, 1.2)],
    ),
    (
        "A12_dump.csv",
        "jpatokal/openflights: \\N of databases",
        ["id", "score"],
        ["integer", "number"],
        [(1, 4.5), (2, None), (3, 3.0)],
    ),
    (
        "A13_ctry.csv",
        "wireservice/csvkit#806: Namibia",
        ["country", "code"],
        ["text", "text"],
        [
            ("Namibia", "NA"),
            ("Norway", "NO"),
            ("Chile", "CL"),
            ("England", "GB-ENG"),
            ("Kenya", "KE"),
        ],
    ),
    (
        "A14_log.csv",
        "jpatokal/openflights cr-only.csv: no heading over dates",
        ["column_1", "column_2", "column_3", "column_4"],
        ["date", "text", "text", "text"],
        [
            (date(2024, 1, 5), "ICN", "NRT", "KE703"),
            (date(2024, 1, 9), "NRT", "ICN", "KE704"),
            (date(2024, 2, 2), "GMP", "CJU", "OZ8901"),
        ],
    ),
    (
        "A16_air.json",
        "answers of data.go.kr",
        ["station", "pm10"],
        ["text", "integer"],
        [("중구", 31), ("마포", 28)],
    ),
    (
        "A17_df.json",
        "pandas to_json() as it is",
        ["name", "qty"],
        ["text", "integer"],
        [("a", 1), ("b", 2), ("c", 3)],
    ),
    (
        "A18_census.json",
        "rows as lists, with a heading (api.census.gov)",
        ["state", "pop"],
        ["text", "integer"],
        [("01", 4903185), ("02", 731545)],
    ),
    (
        "A20_hits.parquet",
        "pola-rs/polars#22137: unsigned counts",
        ["page", "hits"],
        ["text", "integer"],
        [("a", 10), ("b", 20), ("c", 30)],
    ),
    (
        "A21_ledger.parquet",
        "pola-rs/polars#12032: more digits than a double has",
        ["acct", "amt"],
        ["text", "number"],
        [("a", Decimal("90071992547409931.05")), ("b", Decimal("0.10"))],
    ),
    (
        "A22_tz.parquet",
        "moments of a zone keep their day there",
        ["t"],
        ["datetime"],
        [(datetime(2024, 7, 2, 0, 30),)],
    ),
    (
        "A23_kst.csv",
        "times with an offset keep their day",
        ["t", "v"],
        ["datetime", "integer"],
        [(datetime(2024, 7, 2, 0, 30), 1), (datetime(2024, 7, 2, 8), 2)],
    ),
    (
        "A24_rate.csv",
        "duckdb/duckdb#17093: percentages",
        ["team", "done"],
        ["text", "number"],
        [("A", 45), ("B", 52.5), ("C", 100)],
    ),
    (
        "A25_pl.csv",
        "brackets of accountants",
        ["item", "amount"],
        ["text", "number"],
        [("sales", 5400), ("refund", -1200), ("fee", -300)],
    ),
    (
        "A26_us.csv",
        "duckdb/duckdb#19578: years of two digits",
        ["day", "n"],
        ["date", "integer"],
        [(date(2020, 4, 27), 1), (date(2020, 4, 28), 2), (date(2020, 5, 1), 3)],
    ),
    (
        "A27_m.csv",
        "months by name",
        ["month", "n"],
        ["date", "integer"],
        [(date(2019, 1, 1), 1), (date(2019, 2, 1), 2), (date(2019, 3, 1), 3)],
    ),
    (
        "A31_bs.csv",
        "quotes escaped by backslashes (MySQL, Spark)",
        ["id", "txt"],
        ["integer", "text"],
        [(1, 'say "hi" now'), (2, "ok")],
    ),
    ("A37_ml.csv", "mixed line ends", ["a", "b"], ["integer", "integer"], [(1, 2), (3, 4), (5, 6)]),
    (
        "A39_sp2.csv",
        "blanks before quotes",
        ["id", "memo"],
        ["integer", "text"],
        [(1, "a, b"), (2, "c")],
    ),
]


@pytest.mark.parametrize(
    ("name", "names", "types", "rows"),
    [(name, names, types, rows) for name, _, names, types, rows in CASES],
    ids=[f"{name} {why}" for name, why, *_ in CASES],
)
def test_a_file_is_read_as_a_person_reads_it(
    tmp_path: Path, name: str, names: list[str], types: list[str], rows: list[tuple[Any, ...]]
) -> None:
    found = read(HERE / "files" / name, tmp_path)
    assert found.names == names
    assert found.types == types
    assert found.rows == rows


def test_a_thousand_columns_with_one_name_are_told_apart(tmp_path: Path) -> None:
    found = read(HERE / "files" / "A38_w.csv", tmp_path)
    assert found.names[:3] == ["k", "v", "v_2"]
    assert found.rows == [tuple(range(1000))]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("A01_rates.csv", "source: our treasury desk"),
        ("A02_buoy.csv", "Comment lines were left out"),
        ("A04_pakete.csv", "Commas are decimal marks in Gewicht_kg, Preis"),
        ("A11_weather.csv", "Guessed: the text is in cp1252"),
        ("A12_dump.csv", "\\N"),
        ("A16_air.json", "response.body.items.item"),
        ("A22_tz.parquet", "Asia/Seoul"),
        ("A23_kst.csv", "UTC+09:00"),
        ("A24_rate.csv", "done (%)"),
    ],
)
def test_the_note_says_what_was_understood(tmp_path: Path, name: str, said: str) -> None:
    assert said in read(HERE / "files" / name, tmp_path).dataset.note
