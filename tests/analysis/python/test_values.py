"""What is printed, and what the last expression is."""

from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.python.code import (
    SALES,
    Conversation,
    conversation,
    of_kind,
    output,
    said,
    value,
)
from tests.analysis.tables import first_frame, frame_of


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("1 + 1", "2"),
        ("2 / 3", "0.666666666667"),
        ("123456789.123", "123456789.123"),
        ("df.price.mean()", "2.875"),
        ("sales.price.sum() / 7", "1.64285714286"),
        ("np.int64(7)", "7"),
        ("'안녕'", "안녕"),
        ("df.sold_on.max()", "2024-02-09 00:00:00"),
        ("[1, 'a', None]", "[1, 'a', None]"),
        ("{'a': (1, 2)}", "{'a': (1, 2)}"),
        ("df.shape", "(4, 3)"),
        ("True", "True"),
        ("2 ** 100", "1267650600228229401496703205376"),
        ("(n for n in range(10**12))", "<generator object"),
        ("range(10**12)", "range(0, 1000000000000)"),
        ("import itertools; itertools.count()", "count(0)"),
    ],
)
def test_value_is_told_exactly(sales: Conversation, code: str, written: str) -> None:
    outcome = sales.run(code)
    assert value(outcome).startswith(written)
    assert written in output(outcome)


def test_only_the_last_expression_has_a_value(sales: Conversation) -> None:
    assert [f.key for f in sales.run("1\n_x = 2").facts] == ["python.nothing"]
    assert [f.key for f in sales.run("_x = 2\n_x;").facts] == ["python.nothing"]
    assert [f.key for f in sales.run("None").facts] == ["python.nothing"]


def test_code_that_leaves_nothing_can_be_seen_all_the_same(sales: Conversation) -> None:
    outcome = sales.run("_x = 2")
    assert "left nothing" in output(outcome)
    assert "보여 줄 내용이 없습니다" in output(sales.run("_x = 2", KOREAN))


def test_prints_are_kept_in_order(sales: Conversation) -> None:
    code = "import sys\nprint('하나')\nprint('two', file=sys.stderr)\nprint('\\x1b[31m셋\\x1b[0m')"
    outcome = sales.run(code, KOREAN)
    assert "하나\ntwo\n셋" in output(outcome)
    assert "출력된 내용:\n```\n하나\ntwo\n셋\n```" in sentence(outcome.facts[0], KOREAN)


def test_huge_prints_are_cut_in_the_middle(sales: Conversation) -> None:
    outcome = sales.run("print('begin')\nfor n in range(300_000): print(n)\nprint('end')")
    told = str(outcome.facts[0].params["text"])
    assert len(told) < 4_300
    assert told.startswith("```\nbegin\n0\n1\n")
    assert told.endswith("299999\nend\n```")
    assert "characters are left out" in told
    text = output(outcome)
    assert 190_000 < len(text) < 210_000
    assert "299999\nend" in text


def test_what_has_a_fence_in_it_stays_in_one(sales: Conversation) -> None:
    assert output(sales.run("print('```\\n# no heading')")) == "````\n```\n# no heading\n````"


def test_warnings_are_told_with_their_line(sales: Conversation) -> None:
    outcome = sales.run(
        "import warnings\nwarnings.warn('조심')\nwarnings.warn('old', DeprecationWarning)"
    )
    assert "A warning in line 2: UserWarning: 조심" in said(outcome)
    assert "line 3: DeprecationWarning: old" in said(outcome)


@pytest.mark.parametrize(
    ("code", "rows", "columns"),
    [
        ("df.groupby('region').price.sum()", 3, ["region", "price"]),
        ("df.groupby('region')", 3, ["region", "size"]),
        ("df.region.value_counts()", 3, ["region", "count"]),
        ("df.price.describe()", 8, ["index", "price"]),
        ("df.columns", 3, ["value"]),
        ("np.arange(6).reshape(2, 3)", 2, ["0", "1", "2"]),
        ("df.price.to_numpy()", 4, ["value"]),
        ("df.price > 2", 4, ["price"]),
        ("df.pivot_table(index='region', columns=df.sold_on.dt.month, values=['price'])", 3,
         ["region", "price / 1", "price / 2"]),
        ("df[['price', 'price']]", 4, ["price", "price (2)"]),
        ("duckdb.sql('SELECT region, count(*) AS n FROM sales GROUP BY 1')", 3, ["region", "n"]),
        ("duckdb.sql('SELECT * FROM df WHERE price > 2').arrow().read_all()", 3,
         ["region", "price", "sold_on"]),
        ("pd.Series([1, 2], index=[2020, 2021])", 2, ["index", "value"]),
        ("df.sort_values('price', ascending=False)", 4, ["region", "price", "sold_on"]),
    ],
)  # fmt: skip
def test_tables_of_all_kinds(sales: Conversation, code: str, rows: int, columns: list[str]) -> None:
    outcome = sales.run(code)
    (table,) = of_kind(outcome, "table")
    assert table.meta["columns"] == columns
    assert table.meta["rows"] == rows == len(first_frame(outcome))
    assert f"has {rows} rows and {len(columns)} columns" in said(outcome)


def test_the_first_rows_of_a_table_are_told(sales: Conversation) -> None:
    told = said(sales.run("pd.DataFrame({'n': range(1000), 'x': np.arange(1000) / 7})"))
    assert "n | x\n0 | 0\n1 | 0.1428571429\n" in told
    assert "\n29 | 4.142857143\n```" in told
    assert "\n30 | " not in told
    wide = said(sales.run("pd.DataFrame({f'column {n}': [n] * 9 for n in range(1500)})"))
    assert len(wide) < 5_000
    assert "column 0 | column 1 |" in wide


def test_several_values_come_one_by_one(sales: Conversation) -> None:
    outcome = sales.run("df.head(1), {'tail': df.tail(2)}, 'words'")
    assert [len(frame_of(a)) for a in of_kind(outcome, "table")] == [1, 2]
    assert value(outcome) == "words"


def test_long_tables_are_cut_and_that_is_said(sales: Conversation) -> None:
    outcome = sales.run("pd.DataFrame({'n': range(250_000)})")
    assert of_kind(outcome, "table")[0].meta["rows"] == 100_000
    assert "has 250,000 rows" in said(outcome)
    assert "at most 100,000 rows" in said(outcome)


def test_columns_of_odd_types_become_readable(tmp_path: Path) -> None:
    outcome = conversation(tmp_path).run(
        "pd.DataFrame({\n"
        "  'period': pd.period_range('2024-01', periods=2, freq='M'),\n"
        "  'category': pd.Categorical(['가', '나']),\n"
        "  'mix': [1, 'x'],\n"
        "  'nested': [[1, 2], {'a': None}],\n"
        "  'interval': pd.interval_range(0, 2),\n"
        "  'duration': pd.to_timedelta(['1 day', None]),\n"
        "  'complex': [1j, 2],\n"
        "  'bytes': [b'a', None],\n"
        "  'huge': [2 ** 80, 1],\n"
        "  'half': np.array([0.5, 1], dtype='float16'),\n"
        "  'zone': pd.to_datetime(['2024-01-01', '2024-01-02']).tz_localize('Asia/Seoul'),\n"
        "  'sparse': pd.arrays.SparseArray([0, 1]),\n"
        "  'holes': pd.array([1, None], dtype='Int64'),\n"
        "  ('two', 'levels'): [1, 2],\n"
        "  3: [object(), None],\n"
        "})"
    )
    frame = first_frame(outcome)
    assert list(frame.period) == ["2024-01", "2024-02"]
    assert list(frame.category) == ["가", "나"]
    assert list(frame.mix) == ["1", "x"]
    assert list(frame.nested) == ["[1, 2]", '{"a": null}']
    assert frame.interval[0] == "(0, 1]"
    assert frame.duration[0] == "1 days 00:00:00"
    assert frame.duration.isna()[1]
    assert list(frame["bytes"].dropna()) == ["a"]
    assert frame.huge[0] == str(2**80)
    assert list(frame.half) == [0.5, 1.0]
    assert list(frame["sparse"]) == [0, 1]
    assert list(frame["two / levels"]) == [1, 2]
    assert "3" in frame.columns


def test_tables_are_there_by_safe_names(tmp_path: Path) -> None:
    talk = conversation(
        tmp_path,
        **{"지점 실적(2024)": SALES, "class": SALES.head(2), "list": SALES.head(3), "2023": SALES},
    )
    assert value(talk.run("len(지점_실적_2024)")) == "4"
    assert value(talk.run("len(df)")) == "4"
    assert value(talk.run("len(class_table) + len(list([1]))")) == "3"
    assert value(talk.run("len(list_table)")) == "3"
    assert value(talk.run("len(t_2023)")) == "4"
    counted = talk.run("duckdb.sql('SELECT count(*) AS n FROM class').fetchall()[0][0]")
    assert value(counted) == "2"


def test_chosen_tables_alone_are_there(tmp_path: Path) -> None:
    talk = conversation(tmp_path, one=SALES, other=SALES.head(1))
    assert value(talk.run("len(df)", tables=("other",))) == "1"
    assert value(talk.run("len(df)", dataset="other")) == "1"
    assert value(talk.run("len(other)", tables=("other", "one"))) == "1"
    assert "other" not in value(
        talk.run("sorted(n for n in globals() if n[0] != '_')", tables=("one",))
    )
    with pytest.raises(BadInput, match="dataset_unknown"):
        talk.run("1", tables=("third",))


def test_there_need_be_no_data(tmp_path: Path) -> None:
    assert value(conversation(tmp_path).run("sum(range(5))")) == "10"


def test_columns_come_as_code_wants_them(tmp_path: Path) -> None:
    from datetime import date
    from decimal import Decimal

    frame = pd.DataFrame(
        {
            "day": [date(2024, 1, 1), None],
            "amount": [Decimal("1.25"), Decimal("2.50")],
            "flag": pd.array([True, None], dtype="boolean"),
            "이름": ["가", None],
        }
    )
    talk = conversation(tmp_path, t=frame)
    kinds = value(talk.run("[str(t[c].dtype) for c in t]"))
    assert kinds == "['datetime64[us]', 'float64', 'boolean', 'str']"
    assert value(talk.run("t.amount.sum(), int(t.flag.sum()), t.이름.isna().sum()")).startswith(
        "(np.float64(3.75), 1,"
    )


def test_tables_may_be_chosen_by_their_names_in_code(tmp_path: Path) -> None:
    talk = conversation(tmp_path, **{"지점 실적": SALES, "other": SALES.head(1)})
    assert value(talk.run("len(df)", tables=("지점_실적",))) == "4"
    assert value(talk.run("len(df)", tables=("other",))) == "1"


def test_what_it_is_for_stands_with_what_it_leaves(sales: Conversation) -> None:
    outcome = sales.run("print(1)\nsales.head(1)", question="첫 행은?")
    assert {one.meta["description"] for one in outcome.artifacts} == {"첫 행은?"}
