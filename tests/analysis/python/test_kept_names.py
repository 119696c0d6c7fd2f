"""Names that go on from call to call."""

from pathlib import Path

import pytest

from cherry_reflex.analysis.python.kept_names import NameStore
from tests.analysis.python.code import SALES, Conversation, conversation, of_kind, said, value


@pytest.mark.parametrize(
    ("given", "asked", "written"),
    [
        ("x = 0.1 + 0.2", "x == 0.1 + 0.2", "True"),
        ("x = {'a': [1, (2, {3})], 4: None, 'nan': float('nan')}", "x['a'], x[4]",
         "([1, (2, {3})], None)"),
        ("x = '안녕'", "x", "안녕"),
        ("x = np.arange(6).reshape(2, 3) > 2", "x.shape, int(x.sum()), str(x.dtype)",
         "((2, 3), 3, 'bool')"),
        ("x = np.array(['가', '나'])", "x[1]", "나"),
        ("x = np.datetime64('2024-01-01') + np.arange(2)", "str(x[1])", "2024-01-02"),
        ("x = df.price.rename('p')", "x.name, float(x.sum())", "('p', 11.5)"),
        ("x = df.set_index(['region', 'sold_on'])", "x.index.names[1], x.shape",
         "('sold_on', (4, 1))"),
        ("x = df.assign(c=pd.Categorical(df.region, ordered=True))", "str(x.c.dtype)", "category"),
        ("x = pd.DataFrame({'p': pd.period_range('2024', periods=2, freq='Q')})", "str(x.p[1])",
         "2024Q2"),
        ("from datetime import date\nx = date(2024, 1, 1)", "str(x)", "2024-01-01"),
        ("x = pd.Timestamp('2024-01-01')", "x.year", "2024"),
        ("import math as m\ndef x(a):\n    return y(a) + m.pi\ny = lambda a: a * rate\nrate = 2",
         "x(1)", "5.14159265359"),
        ("@np.vectorize\ndef x(a: float = 1) -> float:\n    'doc'\n    return a * 2", "float(x(3))",
         "6.0"),
        ("from dataclasses import dataclass\n@dataclass\nclass x:\n    a: 'int' = 3", "x().a", "3"),
        ("from math import *", "sqrt(9)", "3.0"),
        ("def x():\n    return len(sales)", "x()", "4"),
    ],
)  # fmt: skip
def test_name_goes_on(sales: Conversation, given: str, asked: str, written: str) -> None:
    sales.run(given)
    assert value(sales.run(asked)) == written
    assert value(sales.run(asked)) == written, "also when nothing was changed"


def test_what_is_no_data_is_said_to_be_lost(sales: Conversation) -> None:
    outcome = sales.run(
        "from sklearn.linear_model import LinearRegression\n"
        "model = LinearRegression().fit(df[['price']], [1, 2, 3, 4])\n"
        "mixed = pd.DataFrame({'a': [object()]})\nx = 1"
    )
    assert "do not go on to the next Python code: model, mixed." in said(outcome)
    assert "go on to the next Python code: x (int), LinearRegression" in said(outcome)
    assert "NameError" in sales.error("model").params["problem"]
    assert value(sales.run("LinearRegression.__name__")) == "LinearRegression"


def test_nothing_is_pickled(sales: Conversation, tmp_path: Path) -> None:
    sales.run("class A:\n    pass\na = [A()]\nb = sales\nc = 1")
    folder = tmp_path / "lasting" / "python"
    kinds = {path.suffix for path in folder.iterdir()}
    assert kinds == {".data", ".json", ""}
    assert not any(b"pickle" in path.read_bytes() or path.read_bytes()[:1] == b"\x80"
                   for path in folder.iterdir())  # fmt: skip


def test_a_name_can_be_given_again_and_deleted(sales: Conversation, tmp_path: Path) -> None:
    sales.run("x = 1\ny = sales.head(2)")
    sales.run("def x():\n    return 2")
    assert value(sales.run("x()")) == "2"
    sales.run("x = 3")
    assert value(sales.run("x")) == "3"
    sales.run("del x, y")
    assert "NameError" in sales.error("x").params["problem"]
    assert not list((tmp_path / "lasting" / "python").glob("*.data"))


def test_a_changed_table_stays_changed_while_it_is_the_same_dataset(tmp_path: Path) -> None:
    talk = conversation(tmp_path, sales=SALES)
    talk.run("sales = sales[sales.price > 2]")
    assert value(talk.run("len(sales)")) == "3"
    assert not of_kind(talk.run("sales"), "dataset"), "it is not made again and again"
    newer = talk.tables.datasets[0].model_copy(update={"id": "newer"})
    again = Conversation(talk.tables.model_copy(update={"datasets": (newer,)}))
    assert value(again.run("len(sales)")) == "4"


def test_values_changed_in_place_go_on(sales: Conversation) -> None:
    sales.run("x = [1]\nt = sales.head(1)")
    sales.run("x.append(2)\nt['new'] = 5")
    assert value(sales.run("x, int(t.new[0])")) == "([1, 2], 5)"


def test_what_is_not_mentioned_is_not_read(sales: Conversation, tmp_path: Path) -> None:
    sales.run("x = sales.head(1)\ny = 2")
    for path in (tmp_path / "lasting" / "python").glob("*.data"):
        if path.read_bytes() != b"2":
            path.write_bytes(b"broken")
    assert value(sales.run("y")) == "2"
    assert "NameError" in sales.error("x").params["problem"]


def test_conversations_know_nothing_of_each_other(sales: Conversation, tmp_path: Path) -> None:
    sales.run("x = 1")
    tables = sales.tables.model_copy(update={"conversation_files": tmp_path / "another"})
    assert "NameError" in Conversation(tables).error("x").params["problem"]
    none = sales.tables.model_copy(update={"conversation_files": None})
    Conversation(none).run("x = 1")
    assert "NameError" in Conversation(none).error("x").params["problem"]


def test_names_are_told_outside_of_the_sandbox(sales: Conversation, tmp_path: Path) -> None:
    sales.run("clean = sales.head(2)\ndef f():\n    pass")
    assert NameStore(tmp_path / "lasting").names().told() == ("clean (DataFrame 2 × 3)", "f")
    manifest = tmp_path / "lasting" / "python" / "names.json"
    other = tmp_path / "other.json"
    manifest.rename(other)
    manifest.symlink_to(other)
    assert NameStore(tmp_path / "lasting").names().told() == ()
    manifest.unlink()
    manifest.write_text("{")
    assert NameStore(tmp_path / "lasting").names().told() == ()


def test_too_much_is_not_kept(sales: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    from cherry_reflex.analysis.python import kept_names

    monkeypatch.setattr(kept_names, "BYTES_MAX", 100_000)
    outcome = sales.run("small = 1\nbig = pd.DataFrame(np.random.rand(100_000, 3))")
    assert "do not go on to the next Python code: big." in said(outcome)
    assert value(sales.run("small")) == "1"
