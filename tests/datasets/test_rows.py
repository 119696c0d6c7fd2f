"""Pages of rows and exports, against what was stored."""

import csv
import json
from pathlib import Path

import duckdb
import pytest

from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.export import export
from cherry_reflex.datasets.rows import read_rows


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "t.parquet"
    duckdb.default_connection().sql(
        "SELECT * FROM (VALUES (1, 'a', DATE '2024-01-02', 'NaN'::DOUBLE, 9007199254740993), "
        "(3, '=cmd()', NULL, 2.5, 1), (2, '한글, \"q\"', DATE '2024-01-01', 'inf'::DOUBLE, NULL)) "
        't(n, "글", d, f, big)'
    ).write_parquet(str(path))
    return path


def test_page(stored: Path) -> None:
    page = read_rows(stored, offset=1, limit=5, sort="n", descending=True)
    assert page == {
        "columns": [
            {"name": "n", "type": "integer"},
            {"name": "글", "type": "text"},
            {"name": "d", "type": "date"},
            {"name": "f", "type": "number"},
            {"name": "big", "type": "integer"},
        ],
        "rows": [
            [2, '한글, "q"', "2024-01-01", None, None],
            [1, "a", "2024-01-02", None, "9007199254740993"],
        ],
        "total": 3,
    }
    json.dumps(page, allow_nan=False)


def test_nulls_come_last_whatever_the_order(stored: Path) -> None:
    for descending in (True, False):
        page = read_rows(stored, sort="d", descending=descending)
        assert page["rows"][-1][2] is None


def test_unknown_sort_column(stored: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read_rows(stored, sort='n" DESC; --')
    assert refused.value.code == "column_unknown"


def test_csv_for_excel(stored: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    export(stored, "csv", out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["n", "글", "d", "f", "big"]
    assert rows[2][1] == "'=cmd()"
    assert rows[3][1] == '한글, "q"'
    assert [p.name for p in tmp_path.iterdir() if "bare" in p.name] == []


def test_json_and_parquet(stored: Path, tmp_path: Path) -> None:
    export(stored, "json", tmp_path / "o.json")
    rows = json.loads((tmp_path / "o.json").read_text("utf-8"))
    assert rows[1]["글"] == "=cmd()"
    assert [row["f"] for row in rows] == [None, 2.5, None]
    export(stored, "parquet", tmp_path / "o.parquet")
    assert (tmp_path / "o.parquet").read_bytes() == stored.read_bytes()


def test_xlsx_keeps_texts_as_texts(stored: Path, tmp_path: Path) -> None:
    import fastexcel

    out = tmp_path / "o.xlsx"
    export(stored, "xlsx", out)
    rows = fastexcel.read_excel(out).load_sheet(0).to_arrow().to_pylist()
    assert rows[1]["글"] == "=cmd()"
    assert rows[0]["big"] == "9007199254740993"
    assert rows[0]["d"].isoformat()[:10] == "2024-01-02"


def test_unknown_format(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        export(stored, "docx", tmp_path / "o")
    assert refused.value.code == "export_format"
