"""Groups, order, top, joins, rows: against pandas."""

from pathlib import Path

import fastexcel
import pandas as pd
import pytest

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Tables
from tests.operations.reading.asked import ask, by, column, compare, measure, tables_of


def test_grains_are_written_as_people_read_them(sales: pd.DataFrame, opened_sales: Tables) -> None:
    for grain, first in (
        ("year", "2023"),
        ("quarter", "2023-Q1"),
        ("month", "2023-01"),
        ("weekday", "Mon"),
        ("month_of_year", "Jan"),
    ):
        answer = ask({"by": by(column("day", grain))}, opened_sales)
        assert answer.table.iloc[0, 0] == first
        assert answer.table.iloc[:, 1].sum() == len(sales)
    korean = opened_sales.model_copy(update={"language": KOREAN})
    assert ask({"by": by(column("day", "weekday"))}, korean).table.iloc[0, 0] == "월"


def test_bins(sales: pd.DataFrame, opened_sales: Tables) -> None:
    wanted = pd.cut(sales.sales, [0, 50, 100, 1000], right=False).value_counts(sort=False)
    group = {"of": column("sales"), "edges": [0, 50, 100], "labels": ["low", "mid", "high"]}
    answer = ask({"by": [group]}, opened_sales)
    assert answer.table.iloc[:, 0].tolist() == ["low", "mid", "high"]
    assert answer.table.iloc[:, 1].tolist() == wanted.tolist()
    tens = ask({"by": [{"of": column("qty"), "width": 3}]}, opened_sales)
    assert tens.table.iloc[:, 0].tolist() == ["0 – 2", "3 – 5", "6 – 8"]
    assert tens.table.iloc[:, 1].tolist() == (sales.qty // 3).value_counts().sort_index().tolist()
    ten = ask({"by": [{"of": column("sales"), "bins": 10}]}, opened_sales)
    counts = pd.cut(sales.sales, 10).value_counts(sort=False)
    assert len(ten.table) == int((counts > 0).sum())


def test_largest_smallest_and_nth(sales: pd.DataFrame, opened_sales: Tables) -> None:
    totals = sales.groupby("product").sales.sum().sort_values(ascending=False)
    reading = {"measures": [measure("sum", "sales")], "by": by("product"), "top": 1}
    answer = ask(reading, opened_sales)
    assert answer.first.startswith(f"{totals.index[0]} has the largest total of sales: ")
    least = ask(reading | {"order": {"direction": "ascending"}}, opened_sales)
    assert least.first.startswith(f"{totals.index[-1]} has the smallest total of sales: ")
    second = ask(reading | {"top": None, "rank": 2}, opened_sales)
    assert second.first.startswith(f"{totals.index[1]} has the 2nd largest total of sales: ")
    two = ask(reading | {"top": 2}, opened_sales)
    assert two.table["product"].tolist() == totals.index[:2].tolist()


def test_ties_are_said(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, data=pd.DataFrame({"g": list("aabbc"), "v": [1, 2, 2, 1, 1]}))
    answer = ask({"measures": [measure("sum", "v")], "by": by("g"), "top": 1}, tables)
    assert answer.first.startswith("a has the largest")
    assert "1 more have the same value" in answer.said


def test_top_within_each(sales: pd.DataFrame, opened_sales: Tables) -> None:
    reading = {"by": by("product"), "per": [column("region")], "top": 1}
    answer = ask(reading, opened_sales)
    wanted = sales.groupby("region")["product"].agg(lambda s: s.value_counts().max())
    assert answer.table.set_index("region").iloc[:, 1].to_dict() == wanted.to_dict()
    rows = ask(
        {"task": "rows", "columns": [column("region"), column("sales")],
         "order": {"by": column("sales")}, "per": [column("region")], "top": 2},
        opened_sales,
    )  # fmt: skip
    known = sales.dropna(subset=["region"]).sort_values("sales", ascending=False)
    best = known.groupby("region").head(2)
    found = rows.table.dropna(subset=["region"])
    assert sorted(found["sales"]) == sorted(best.sales)


def test_rows_and_lookup(sales: pd.DataFrame, opened_sales: Tables) -> None:
    rows = ask({"task": "rows", "where": compare("qty", "=", 8)}, opened_sales)
    assert len(rows.table) == int((sales.qty == 8).sum())
    assert list(rows.table) == list(sales)
    largest = ask({"task": "rows", "order": {"by": column("sales")}, "top": 1}, opened_sales)
    best = sales.loc[sales.sales.idxmax()]
    assert largest.first.startswith(f"Found: sales {best.sales}, id {best.id}, ")
    cell = ask(
        {"task": "lookup", "columns": [column("qty")], "where": compare("id", "=", "1005")},
        opened_sales,
    )
    assert cell.first == f"Found: qty {sales.set_index('id').qty[1005]}."


def test_joins(sales: pd.DataFrame, tmp_path: Path) -> None:
    # Keys of unlike types, one key twice, one order without a partner.
    head = pd.DataFrame({"order": ["1001", "1002", "1002", "9999"], "owner": ["x", "y", "z", "w"]})
    tables = tables_of(tmp_path, data=sales, owners=head)
    join = {"dataset": "owners", "left": "id", "right": "order"}
    merged = sales.assign(order=sales.id.astype(str)).merge(head, on="order", how="left")
    left = ask({"joins": [join], "by": by("owner")}, tables)
    assert left.table.set_index("owner").iloc[:, 0].to_dict() == (
        merged.owner.value_counts().to_dict()
    )
    inner = ask({"joins": [join | {"how": "inner"}], "measures": [measure("sum", "qty")]}, tables)
    assert inner.value == merged.dropna(subset=["owner"]).qty.sum()
    anti = ask({"joins": [join | {"how": "anti"}]}, tables)
    assert anti.first == f"There are {len(sales) - 2} rows (the table has 400)."
    listed = ask({"task": "join", "joins": [join | {"how": "inner"}]}, tables)
    assert len(listed.table) == 3
    assert "owner" in listed.table


def test_alternatives_over_the_same_joined_tables(sales: pd.DataFrame, tmp_path: Path) -> None:
    head = pd.DataFrame({"id": [1001, 1002], "owner": ["x", "y"]})
    tables = tables_of(tmp_path, data=sales, owners=head)
    # Another table of that name in SQL, and the table joined with itself.
    twin = tables.datasets[1].model_copy(update={"id": "other", "name": "Owners"})
    tables = tables.model_copy(update={"datasets": (*tables.datasets, twin)})
    join = {"dataset": "owners", "left": "id", "right": "id", "how": "inner"}
    reading = {"joins": [join], "measures": [measure("sum", "qty")]}
    others = [
        {"joins": [join | {"how": "anti"}], "measures": [measure("sum", "qty")]},
        {"joins": [join | {"dataset": "Owners"}], "measures": [measure("count")]},
        {"joins": [join | {"dataset": "data"}], "measures": [measure("count")]},
    ]
    answer = ask(reading, tables, alternatives=others, probability=0.5)
    assert answer.value == sales.qty[:2].sum()
    told = [one["result"] for one in answer.meta["alternatives"]]
    assert told[0].startswith(f"The total of qty is {sales.qty[2:].sum():,} ")
    assert told[1].startswith("There are 2 rows")
    assert told[2].startswith("There are 400 rows")


def test_several_questions_at_once(sales: pd.DataFrame, opened_sales: Tables) -> None:
    also = [{"measures": [measure("max", "qty")]}]
    answer = ask({"measures": [measure("min", "qty")], "also": also}, opened_sales)
    assert "smallest qty is 1" in answer.said
    assert "largest qty is 8" in answer.said
    assert answer.kinds.count("table") == 2


@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "parquet"])
def test_export(form: str, sales: pd.DataFrame, opened_sales: Tables, tmp_path: Path) -> None:
    reading = {"task": "export", "where": compare("qty", ">", 6), "export": form}
    answer = ask(reading, opened_sales)
    file = next(one for one in answer.outcome.artifacts if one.kind == "file")
    assert file.data is not None
    path = tmp_path / file.filename
    path.write_bytes(file.data)
    readers = {
        "xlsx": lambda: fastexcel.read_excel(path).load_sheet(0).to_pandas(),
        "csv": lambda: pd.read_csv(path),
        "json": lambda: pd.read_json(path),
        "parquet": lambda: pd.read_parquet(path),
    }
    assert len(readers[form]()) == int((sales.qty > 6).sum())
    assert file.filename in answer.first


def test_export_as_a_document_is_for_others(opened_sales: Tables) -> None:
    with pytest.raises(BadInput) as caught:
        ask({"task": "export", "export": "pdf"}, opened_sales)
    assert caught.value.code == "reading_elsewhere"
    with pytest.raises(BadInput) as caught:
        ask({"task": "forecast"}, opened_sales)
    assert caught.value.code == "reading_elsewhere"


def test_pivot(sales: pd.DataFrame, opened_sales: Tables) -> None:
    answer = ask({"task": "pivot", "by": by("region", "product")}, opened_sales)
    wanted = pd.crosstab(sales.region, sales["product"])
    found = answer.table.set_index("region")
    assert found.loc[wanted.index, list(wanted)].to_numpy().tolist() == wanted.to_numpy().tolist()
    assert list(found) == ["a", "b", "c", "d"]


def test_few_groups_are_all_named_and_of_many_it_is_said(tmp_path: Path) -> None:
    for count, is_whole in ((8, True), (9, False)):
        names = [f"g{n}" for n in range(count) for _ in range(n + 1)]
        tables = tables_of(tmp_path, data=pd.DataFrame({"group": names}))
        answer = ask({"by": by("group")}, tables)
        assert all(f"g{n} {n + 1}" in answer.first for n in range(count)) == is_whole
        assert (f"these are 5 of {count}" in answer.first) != is_whole
