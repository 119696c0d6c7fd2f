"""Files as people have them: what arrives is kept exactly, what is broken is named."""

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from palmerpenguins import load_penguins

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.i18n.catalogue import message
from cherry_reflex.processes.sandbox import Sandbox


async def _take(
    sandbox: Sandbox,
    folder: Path,
    name: str,
    data: bytes,
    language: Language = ENGLISH,
    **options: Any,
) -> list[Dataset]:
    source = folder / "upload"
    source.write_bytes(data)
    found = await ingest(
        source,
        name,
        folder=folder / "made",
        sandbox=sandbox,
        options=ParseOptions(**options),
        language=language,
    )
    endings = (".parquet", ".values.json")
    expected = {f"{dataset.id}{ending}" for dataset in found for ending in endings}
    assert {path.name for path in (folder / "made").iterdir()} == expected
    return found


def _values(dataset: Dataset) -> list[tuple[Any, ...]]:
    return (
        duckdb.default_connection()
        .sql(f"SELECT * FROM '{dataset.uri.removeprefix('file://')}'")
        .fetchall()
    )


def _types(dataset: Dataset) -> dict[str, str]:
    return {column.name: column.type for column in dataset.columns}


async def test_csv_types_are_found_and_nothing_is_lost(sandbox: Sandbox, tmp_path: Path) -> None:
    text = (
        "우편번호,id,금액,비율,날짜,시각,한글날짜,구성,확인,메모\r\n"
        '00501,9007199254740993,"1,234",0.5,2024-01-31,2024-01-31 10:20:30,'
        '2024년 1월 5일,A,true,"a, ""b""\n끝"\r\n'
        "02134,9007199254740995,12,-1e3,2024-02-29,2024-02-29 00:00:00,"
        "2024년 12월 25일,A,false,\r\n"
        "12345,9007199254740997,N/A,.25,2024-03-01,2024-03-01 23:59:59,"
        "2023년 3월 1일,B,true,한글\r\n"
        "12345,9007199254740999,7,2,,2024-03-01 23:59:59,2023년 3월 1일,B,true,한글\r\n"
    )
    (dataset,) = await _take(sandbox, tmp_path, "판매.csv", text.encode())
    assert (dataset.name, dataset.source, dataset.rows, dataset.encoding) == (
        "판매",
        "판매.csv",
        4,
        "utf-8",
    )
    assert _types(dataset) == {
        "우편번호": "text",
        "id": "integer",
        "금액": "number",
        "비율": "number",
        "날짜": "date",
        "시각": "datetime",
        "한글날짜": "date",
        "구성": "category",
        "확인": "boolean",
        "메모": "text",
    }
    rows = _values(dataset)
    assert rows[0] == (
        "00501",
        9007199254740993,
        1234.0,
        0.5,
        date(2024, 1, 31),
        datetime(2024, 1, 31, 10, 20, 30),
        date(2024, 1, 5),
        "A",
        True,
        'a, "b"\n끝',
    )
    assert rows[2][2] is None
    assert rows[1][9] is None
    amount = dataset.column("금액")
    assert amount is not None
    assert (amount.missing, amount.distinct, amount.minimum, amount.maximum) == (1, 3, 7, 1234)
    assert dataset.columns[7].examples == ("A", "B")


@pytest.mark.parametrize(
    ("encoding", "kept"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp949", "cp949")],
)
async def test_encodings(sandbox: Sandbox, tmp_path: Path, encoding: str, kept: str) -> None:
    data = "지역;수량\n서울;1\n똠방각하;2\n".encode(encoding)
    (dataset,) = await _take(sandbox, tmp_path, "a.csv", data)
    assert dataset.encoding == kept
    assert _values(dataset) == [("서울", 1), ("똠방각하", 2)]


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("a\tb\n1\t2\n3\t4\n", ["a", "b"], [(1, 2), (3, 4)]),
        ("a|b\n1|x,y,z\n2|x,y,z\n", ["a", "b"], [(1, "x,y,z"), (2, "x,y,z")]),
        ("name\n서울\n부산\n", ["name"], [("서울",), ("부산",)]),
        ("a,a,,A\n1,2,3,4\n", ["a", "a_2", "column_3", "A_3"], [(1, 2, 3, 4)]),
        ("1,2\n3,4\n5,6\n", ["column_1", "column_2"], [(1, 2), (3, 4), (5, 6)]),
        ("지역,2021,2022\n서울,10,20\n", ["지역", "2021", "2022"], [("서울", 10, 20)]),
        ("n,v\n1,99999999999999999999\n", ["n", "v"], [(1, "99999999999999999999")]),
        ("d\n20240131\n20240229\n", ["d"], [(date(2024, 1, 31),), (date(2024, 2, 29),)]),
        ("d\n20240131\n20249999\n", ["d"], [(20240131,), (20249999,)]),
        ("d\n01/02/2024\n31/12/2024\n", ["d"], [(date(2024, 2, 1),), (date(2024, 12, 31),)]),
        ("d\n2024. 3. 5.\n2024. 12. 25.\n", ["d"], [(date(2024, 3, 5),), (date(2024, 12, 25),)]),
        (
            "d,x\n2024-03-05 오후 3:20:10,1\n2024-03-05 오전 12:00:00,2\n",
            ["d", "x"],
            [(datetime(2024, 3, 5, 15, 20, 10), 1), (datetime(2024, 3, 5), 2)],
        ),
        (
            "a,b\n1,x\n2,unknown\nunknown,y\n",
            ["a", "b"],
            [("1", "x"), ("2", "unknown"), ("unknown", "y")],
        ),
        ("a,b\n1,x", ["a", "b"], [(1, "x")]),
        ("판매 현황\n\n지역,수량,값\n서울,1,2\n", ["지역", "수량", "값"], [("서울", 1, 2)]),
        ("판매 현황,,\n,,\n지역,수량,값\n서울,1,2\n", ["지역", "수량", "값"], [("서울", 1, 2)]),
        ("a,b\n\n1,2\n\n3,4\n\n", ["a", "b"], [(1, 2), (3, 4)]),
        ("c,n\n001,7\n002,08\n", ["c", "n"], [("001", "7"), ("002", "08")]),
        ("c,n\n01.5,1\n2,-0\n", ["c", "n"], [("01.5", 1), ("2", 0)]),
        ('n,m\n"1,234.5",0\n7,"12,345"\n', ["n", "m"], [(1234.5, 0.0), (7.0, 12345.0)]),
        (
            "i,f,d,t\n 1 , 2.5 , 2024-01-31 , 2024-01-31 10:20:30 \nNaN,nan,NA,-\n",
            ["i", "f", "d", "t"],
            [
                (1, 2.5, date(2024, 1, 31), datetime(2024, 1, 31, 10, 20, 30)),
                (None, None, None, None),
            ],
        ),
        ("a,b\n1,\n2,x\n", ["a", "b"], [(1, None), (2, "x")]),
        (
            "t,v\n2024-01-01T10:00:00+09:00,1\n2024-01-01T10:00:00Z,2\n",
            ["t", "v"],
            [(datetime(2024, 1, 1, 1), 1), (datetime(2024, 1, 1, 10), 2)],
        ),
    ],
)
async def test_csv_forms(
    sandbox: Sandbox, tmp_path: Path, text: str, names: list[str], rows: list[tuple[Any, ...]]
) -> None:
    (dataset,) = await _take(sandbox, tmp_path, "a.csv", text.encode())
    assert [column.name for column in dataset.columns] == names
    assert _values(dataset) == rows


def _xlsx(sheets: dict[str, list[list[Any]]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


async def test_xlsx_sheets(sandbox: Sandbox, tmp_path: Path) -> None:
    data = _xlsx(
        {
            "판매": [
                ["코드", "수량", "날짜"],
                ["00501", 3, date(2024, 1, 2)],
                ["7", None, date(2024, 1, 3)],
            ],
            "빈 시트": [],
            "기타": [["a"], [1.5], [2]],
        }
    )
    found = await _take(sandbox, tmp_path, "book.xlsx", data)
    assert [(d.name, d.sheet, d.rows) for d in found] == [
        ("book - 판매", "판매", 2),
        ("book - 기타", "기타", 2),
    ]
    assert [c.type for c in found[0].columns] == ["text", "integer", "date"]
    assert _values(found[0])[0][:2] == ("00501", 3)
    (tmp_path / "one").mkdir()
    (one,) = await _take(sandbox, tmp_path / "one", "book.xlsx", data, sheet="기타")
    assert (one.name, _values(one)) == ("book", [(1.5,), (2.0,)])


async def test_titles_above_a_sheet_are_left_out_and_said(sandbox: Sandbox, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["2024년 판매 현황"], [], ["지역", "수량"], ["서울", 1], ["부산", 2]]
    (dataset,) = await _take(sandbox, tmp_path, "a.xlsx", _xlsx({"S": rows}), language=KOREAN)
    assert _values(dataset) == [("서울", 1), ("부산", 2)]
    assert [column.name for column in dataset.columns] == ["지역", "수량"]
    assert "머리글 위" in dataset.note


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": "007", "a": {"b": 1, "c": [1, 2]}, "x": NaN}, {"id": "008", "a": {"b": 2}}]',
        '{"id": "007", "a": {"b": 1, "c": [1, 2]}, "x": null}\n{"id": "008", "a": {"b": 2}}\n',
        '\ufeff{"rows": [{"id": "007", "a": {"b": 1, "c": [1, 2]}, "x": null},'
        ' {"id": "008", "a": {"b": 2}}]}',
    ],
)
async def test_json_forms(sandbox: Sandbox, tmp_path: Path, text: str) -> None:
    (dataset,) = await _take(sandbox, tmp_path, "a.json", text.encode())
    assert [column.name for column in dataset.columns] == ["id", "a.b", "a.c", "x"]
    assert _values(dataset) == [("007", 1, "[1, 2]", None), ("008", 2, None, None)]


async def test_parquet_is_flattened_and_widened(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    duckdb.default_connection().sql(
        "SELECT 1::SMALLINT AS a, {'x': 'one', 'y': {'z': 2.5::DECIMAL(9,2)}} AS s, [1,2] AS l, "
        "TIMESTAMP '2024-01-01 10:00:00' AS t, 17014118346046923173168730371588410572::HUGEINT AS h"
    ).write_parquet(str(path))
    (dataset,) = await _take(sandbox, tmp_path, "a.parquet", path.read_bytes())
    assert _types(dataset) == {
        "a": "integer",
        "s.x": "text",
        "s.y.z": "number",
        "l": "text",
        "t": "datetime",
        "h": "number",
    }


async def test_gzip_of_csv(sandbox: Sandbox, tmp_path: Path) -> None:
    (dataset,) = await _take(sandbox, tmp_path, "a.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    assert (dataset.name, _values(dataset)) == ("a", [(1, 2)])


def _far_cell() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1_048_575, 16_383, "far")
    return out.getvalue()


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 200_000_000)
    return out.getvalue()


def _parquet() -> bytes:
    import pyarrow
    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"a": list(range(5000))}), out)
    return out.getvalue()


BROKEN: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("empty", "a.csv", b"", {"code": "file_empty"}),
    ("blank", "a.csv", b"\n\n  \n", {"code": "table_empty"}),
    ("header only", "a.csv", b"a,b\n", {"code": "table_empty"}),
    ("unknown type", "a.exe", b"MZ...", {"code": "file_type"}),
    ("no extension", "data", b"a,b\n1,2\n", {"code": "file_type"}),
    ("pdf as csv", "a.csv", b"%PDF-1.7 ...", {"code": "file_mislabelled", "found": "PDF"}),
    ("text as xlsx", "a.xlsx", b"a,b\n1,2\n", {"code": "file_mislabelled"}),
    ("html as xlsx", "a.xlsx", b"<html><table>", {"code": "file_mislabelled", "found": "HTML"}),
    ("zip as xlsx", "a.xlsx", lambda: _xlsx({"a": [[1]]})[:200], {"code": "file_damaged"}),
    ("xlsx as csv", "a.csv", lambda: _xlsx({"a": [["x"], [1]]}), {"code": "file_mislabelled"}),
    ("empty workbook", "a.xlsx", lambda: _xlsx({"a": []}), {"code": "table_empty"}),
    ("old excel", "a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, {"code": "file_type"}),
    ("old excel renamed", "a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, {"code": "file_old_excel"}),
    (
        "encrypted",
        "a.xlsx",
        b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        {"code": "file_encrypted"},
    ),
    ("far cell", "a.xlsx", _far_cell, {"code": "xlsx_far_value", "cell": "XFD1048576"}),
    ("zip bomb", "a.xlsx", _zip_bomb, {"code": "file_ratio", "ratio": 200}),
    ("damaged gzip", "a.csv.gz", gzip.compress(b"a,b\n" * 9999)[:40], {"code": "file_damaged"}),
    ("ragged", "a.csv", b"a,b\n1,2\n3\n4,5\n", {"code": "csv_ragged", "line": 3}),
    ("ragged long", "a.csv", b"a,b\n1,2\n3,4,5\n4,5\n", {"code": "csv_ragged", "line": 3}),
    ("open quote", "a.csv", b'a,b\n1,"x\n2,y\n', {"code": "csv_quote"}),
    ("bad byte", "a.csv", b"a,b\n1,2\n3,\xff\xfe\n", {"code": "text_encoding", "line": 3}),
    ("nul bytes", "a.csv", b"a,b\n1,\x002\n", {"code": "text_binary", "line": 2}),
    ("long line", "a.csv", b"a,b\n1," + b"x" * 1_000_100 + b"\n", {"code": "text_line", "line": 2}),
    (
        "many columns",
        "a.csv",
        (",".join(f"c{i}" for i in range(100_000)) + "\n" + "1," * 99_999 + "1\n").encode(),
        {"code": "columns_many"},
    ),
    ("deep json", "a.json", b"[" * 100_000 + b"]" * 100_000, {"code": "json_deep"}),
    ("open json", "a.json", b'[{"a": 1},\n{"a": ', {"code": "json_invalid", "line": 2}),
    ("json of numbers", "a.json", b"[1, 2]", {"code": "json_shape"}),
    ("empty json", "a.json", b"[]", {"code": "table_empty"}),
    ("json with a tail", "a.json", b'[{"a": 1}] x', {"code": "json_invalid"}),
    ("truncated parquet", "a.parquet", lambda: _parquet()[:-40], {"code": "file_damaged"}),
    (
        "parquet holes",
        "a.parquet",
        lambda: b"PAR1" + b"\0" * 99 + b"PAR1",
        {"code": "file_damaged"},
    ),
    ("wrong encoding", "a.csv", "가\n나\n".encode(), {"code": "encoding_unknown", "encoding": "x"}),
]


@pytest.mark.parametrize(
    ("name", "data", "said"), [c[1:] for c in BROKEN], ids=[c[0] for c in BROKEN]
)
async def test_broken_files_are_named(
    sandbox: Sandbox, tmp_path: Path, name: str, data: Any, said: dict[str, Any]
) -> None:
    source = tmp_path / "upload"
    source.write_bytes(data if isinstance(data, bytes) else data())
    made = tmp_path / "made"
    options = ParseOptions(encoding=said.get("encoding"))
    with pytest.raises(CherryError) as refused:
        await ingest(source, name, folder=made, sandbox=sandbox, options=options)
    error = refused.value
    assert {"code": error.code, **error.params} | said == {"code": error.code, **error.params}
    assert isinstance(error, BadInput)
    for language in (ENGLISH, KOREAN):
        assert "{" not in message(error.failure(), language)
    assert list(made.iterdir()) == []


async def test_names_from_outside_are_made_safe(sandbox: Sandbox, tmp_path: Path) -> None:
    name = "..\\..\\etc/\u202evsc.\x00판매\n.csv"
    (dataset,) = await _take(sandbox, tmp_path, name, b"a,b\n1,2\n")
    assert dataset.source == "vsc.판매.csv"


async def test_wide_and_long_json_lines(sandbox: Sandbox, tmp_path: Path) -> None:
    lines = [json.dumps({f"c{i % 7}": i, "n": i}) for i in range(45_000)]
    (dataset,) = await _take(sandbox, tmp_path, "a.jsonl", "\n".join(lines).encode())
    assert dataset.rows == 45_000
    assert len(dataset.columns) == 8
    assert sum(row[1] for row in _values(dataset)) == sum(range(45_000))


async def test_words_for_missing_values_are_missing_and_this_is_said(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    penguins = load_penguins()
    data = penguins.to_csv(index=False, na_rep="NA").encode()
    (dataset,) = await _take(sandbox, tmp_path, "penguins.csv", data, language=KOREAN)
    expected = pd.read_csv(io.BytesIO(data)).isna().sum().to_dict()
    assert {column.name: column.missing for column in dataset.columns} == expected
    assert dataset.note == "결측을 뜻하는 말(NA 등)은 결측값으로 읽었습니다: sex (11)."


async def test_a_country_code_is_no_missing_value(sandbox: Sandbox, tmp_path: Path) -> None:
    text = "country,note\nKR,None\nNA,none\nUS,-\nNA,a word\n"
    (dataset,) = await _take(sandbox, tmp_path, "countries.csv", text.encode())
    assert _values(dataset) == [("KR", "None"), ("NA", "none"), ("US", "-"), ("NA", "a word")]
    assert dataset.note == ""


async def test_a_type_is_said_of_one_column_of_very_many(sandbox: Sandbox, tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(150)]
    text = "\n".join([",".join(names), *[",".join("1" * 150)] * 3])
    types = {"c3": "text", "c149": "number"}
    (dataset,) = await _take(sandbox, tmp_path, "wide.csv", text.encode(), types=types)
    assert [dataset.columns[place].type for place in (2, 3, 149)] == [
        "integer",
        "category",
        "number",
    ]
