"""What an operation found, for whoever called: raw, within bounds, and what is left out is said."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest

from cherry_reflex.analysis.digests.digest import (
    DIGEST_CHARS,
    bounded,
    digest_of,
    failure_digest,
    text_digest,
)
from cherry_reflex.analysis.digests.table_head import TABLE_CHARS, table_digest
from cherry_reflex.analysis.digests.text import render
from cherry_reflex.analysis.python.python import RunPython
from cherry_reflex.analysis.results.artifacts import chart, table
from cherry_reflex.core.digest import Digest, FactDigest, TableDigest
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.operation import Fact, Outcome, Tables
from tests.analysis.tables import uploaded


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(datasets=(), folder=tmp_path)


def test_a_small_table_is_told_whole_and_in_full(tables: Tables) -> None:
    third = 1 / 3
    made = table(
        tables,
        "T",
        {
            "share": [third, float("nan")],
            "n": [2**53 + 1, 3],
            "day": [date(2024, 5, 1), None],
            "at": [datetime(2024, 5, 1, 10, 30), datetime(2024, 5, 2)],
            "price": [Decimal("1.10"), Decimal("2")],
            "parts": [[1, 2], None],
            "name": ["가나", "x" * 1000],
        },
    )
    (told,) = digest_of(Outcome(artifacts=(made,))).tables
    assert told.rows == 2 and not told.rows_left_out
    assert told.columns == ("share", "n", "day", "at", "price", "parts", "name")
    assert told.head[0] == (
        third,
        str(2**53 + 1),  # a double has not all of its digits
        "2024-05-01",
        "2024-05-01T10:30:00",
        1.1,
        "[1, 2]",
        "가나",
    )
    assert told.head[1][:4] == (None, 3, None, "2024-05-02")
    assert len(str(told.head[1][6])) == 200


def test_thirty_rows_of_a_long_table(tables: Tables) -> None:
    made = table(tables, "T", {"n": range(1000)})
    (told,) = digest_of(Outcome(artifacts=(made,))).tables
    assert [row[0] for row in told.head] == list(range(30))
    assert (told.rows, told.rows_left_out) == (1000, 970)


def test_fewer_rows_where_thirty_do_not_fit(tables: Tables) -> None:
    made = table(tables, "T", {f"column {n}": [n / 7] * 40 for n in range(20)})
    (told,) = digest_of(Outcome(artifacts=(made,))).tables
    assert 5 <= len(told.head) < 30 and told.rows_left_out == 40 - len(told.head)
    assert not told.summary
    assert len(told.model_dump_json()) < TABLE_CHARS * 1.2


def test_a_summary_of_the_columns_where_hardly_a_row_fits(tables: Tables) -> None:
    wide = {f"column number {n}": [n + 0.5, None, n + 1.5, n + 1.5] * 5 for n in range(150)}
    made = table(tables, "T", wide)
    (told,) = digest_of(Outcome(artifacts=(made,))).tables
    assert not told.head and told.rows_left_out == told.rows == 20
    first = told.summary[0]
    assert (first.name, first.type, first.missing, first.distinct) == (
        "column number 0",
        "number",
        5,
        2,
    )
    assert (first.minimum, first.maximum) == (0.5, 1.5)
    assert first.mean == pytest.approx(7 / 6, rel=1e-15)
    shown = len(told.summary)
    assert 10 < shown < 150
    assert told.columns_left_out[0] == f"column number {shown}"
    assert told.columns_left_out[-1] == f"and {150 - shown - len(told.columns_left_out) + 1} more"
    assert len(told.model_dump_json(exclude_defaults=True)) < TABLE_CHARS * 1.1


def test_columns_of_others_may_share_a_name(tmp_path: Path) -> None:
    path = tmp_path / "odd.parquet"
    column = pyarrow.array(["long text " * 30] * 9)
    pyarrow.parquet.write_table(pyarrow.table([column] * 20, names=["a.b", *"cc" * 9, "d"]), path)
    told = table_digest("odd", path)
    assert [one.name for one in told.summary][:3] == ["a.b", "c", "c"]
    assert table_digest("odd", path.read_bytes()) == told
    path.write_bytes(b"no parquet")
    assert table_digest("odd", path) == TableDigest(title="odd")


def test_facts_keep_their_digits_and_repeats_are_dropped(tables: Tables) -> None:
    facts = (
        Fact(key="a", params={"p": np.float64(1 / 3), "n": np.int64(7), "bad": float("inf")}),
        Fact(key="b", params={"days": [date(2024, 1, 1)], "by": {"x": np.float32(0.5)}}, weight=0),
        Fact(key="c", params={"text": "the table says it"}, is_repeat=True),
    )
    told = digest_of(Outcome(facts=facts))
    assert told.facts == (
        FactDigest(key="a", params={"p": 1 / 3, "n": 7, "bad": None}),
        FactDigest(key="b", params={"days": ["2024-01-01"], "by": {"x": 0.5}}),
    )


def test_tables_and_facts_share_the_room_and_what_is_left_out_is_counted(tables: Tables) -> None:
    facts = tuple(Fact(key=f"k{n}", params={"words": "w" * 100}) for n in range(200))
    made = tuple(
        table(tables, f"T{n}", {f"c{c}": [c / 7] * 40 for c in range(20)}) for n in range(4)
    )
    told = digest_of(Outcome(facts=facts, artifacts=made))
    assert told.facts_left_out == 200 - len(told.facts) > 0
    assert [one.title for one in told.tables] == ["T0", "T1", "T2", "T3"], "each is named"
    assert told.tables[0].head and not told.tables[-1].head
    assert told.tables[-1].rows_left_out == 40 and told.tables[-1].columns_left_out
    assert len(told.model_dump_json(exclude_defaults=True)) < DIGEST_CHARS * 1.25
    alone = digest_of(Outcome(facts=facts))
    assert len(alone.facts) > len(told.facts), "without tables there is more room"


def test_a_chart_says_what_it_shows_and_where_its_numbers_are(tables: Tables) -> None:
    made = chart("Sales", [], {}, description="Rises.", table="Table of Sales")
    told = digest_of(Outcome(artifacts=(made,)))
    assert told.others == ("chart: Sales; Rises.; its numbers are in the table 'Table of Sales'",)


def test_python_tells_what_was_printed_and_its_value_with_all_digits(tmp_path: Path) -> None:
    tables = uploaded(pd.DataFrame({"v": [1.0, 2.0, 4.0]}), tmp_path)
    code = "print('mean', df.v.mean())\ndf.v.mean()"
    told = digest_of(RunPython(code=code).run(tables))
    assert told.text == f"mean {7 / 3!r}\ndf.v.mean() = {7 / 3!r}"
    assert not [fact for fact in told.facts if fact.key in ("python.printed", "python.value")]
    shown = digest_of(RunPython(code="df.describe()").run(tables))
    assert shown.tables[0].head[1][1] == 7 / 3
    long = digest_of(RunPython(code="print('x' * 50_000)").run(tables))
    assert len(long.text) < 8_200 and "characters left out" in long.text


def test_rendered_compactly() -> None:
    table = TableDigest(title="T", name="result_1", rows=9, columns=("a",), head=((1,), (None,)))
    digest = Digest(
        facts=(FactDigest(key="mean", params={"value": 0.1 + 0.2}),),
        facts_left_out=2,
        tables=(table.model_copy(update={"rows_left_out": 7}),),
        others=("chart: Sales",),
        text="printed",
    )
    assert render(digest).splitlines() == [
        "printed",
        '{"key":"mean","value":0.3}',
        '{"facts_left_out":2}',
        '{"table":"result_1","title":"T","rows":9,"columns":["a"],"head":[[1],[null]],'
        '"rows_left_out":7}',
        "chart: Sales",
    ]


def test_a_summary_is_rendered_with_its_columns(tables: Tables) -> None:
    made = table(tables, "T", {f"{n}": ["long words " * 20] * 9 for n in range(30)})
    lines = render(digest_of(Outcome(artifacts=(made,)))).splitlines()
    told = json.loads(lines[0])
    assert told["columns"][:3] == ["name", "type", "missing"]
    assert told["summary"][0][:4] == ["0", "text", 0, 1]


def test_failures_and_words() -> None:
    failure = Failure(
        code="column_unknown",
        params={"column": "x", "dataset": "d", "columns": "a, b"},
        detail="raw cause",
    )
    told = failure_digest(failure).error
    assert "a, b" in told and told.endswith("raw cause")
    assert text_digest("short") == Digest(text="short")
    assert text_digest("x" * 5000).text.endswith("x\n[1,000 characters left out]")


def test_too_long_a_digest_of_a_worker_is_shortened() -> None:
    fine = Digest(text="x" * 8_000)
    assert bounded(fine) is fine
    huge = Digest(
        facts=tuple(FactDigest(key="k", params={"v": "x" * 100}) for _ in range(1000)),
        tables=tuple(TableDigest(title="t" * 1000) for _ in range(100)),
        text="x" * 100_000,
    )
    kept = bounded(huge)
    assert kept.facts_left_out == 1000 - len(kept.facts)
    assert len(kept.model_dump_json()) < 24_000
