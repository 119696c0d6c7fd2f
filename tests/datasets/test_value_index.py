"""The values of texts are kept beside a dataset, so that a question can name any of them."""

import json
import time
from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.analysis.value_index import BYTES_MAX, beside, values_of, write_values
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.engine.intake import Intake
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.store import janitor
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog


async def _dataset(frame: pd.DataFrame, folder: Path, sandbox: Sandbox) -> Dataset:
    source = folder / "판매.csv"
    frame.to_csv(source, index=False)
    (dataset,) = await ingest(source, source.name, folder=folder / "made", sandbox=sandbox)
    return dataset


async def test_all_values_of_texts_are_kept_in_both_languages(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    towns = [f"마을 {number}" for number in range(300)] + ["서울"] * 5
    frame = pd.DataFrame({"지역": towns, "product": ["tea", "Café"] * 152 + ["tea"], "n": 1.5})
    dataset = await _dataset(frame, tmp_path, sandbox)
    values = values_of(dataset)
    assert set(values) == {"지역", "product"}
    assert values["지역"][0] == "서울"
    assert set(values["지역"]) == set(towns)
    assert values["product"] == ("tea", "Café")
    examples = [column.examples for column in dataset.columns]
    assert [len(listed) for listed in examples] == [12, 2, 1]
    assert "마을 299" in values["지역"] and "마을 299" not in dataset.model_dump_json()


@pytest.mark.parametrize("rows", [9_000, 30_000])
async def test_of_very_many_values_the_most_frequent_are_kept(
    rows: int, sandbox: Sandbox, tmp_path: Path
) -> None:
    numbers = range(rows)
    frame = pd.DataFrame(
        {
            "often": [f"name {n % 2000}" for n in numbers],
            "many": [f"name {n % 2500 if n % 3 else n % 30}" for n in numbers],
            "memo": [f"memo {n}" if n % 9 else "same" for n in numbers],
        }
    )
    dataset = await _dataset(frame, tmp_path, sandbox)
    values = values_of(dataset)
    assert set(values["often"]) == set(frame["often"])
    assert len(values["many"]) == 500
    assert set(values["many"][:30]) >= {f"name {n}" for n in range(0, 30, 3)}
    counts = frame["many"].value_counts()
    assert counts[list(values["many"])].min() >= counts.nlargest(501).min()
    assert values["memo"][0] == "same" and len(values["memo"]) == 500


async def test_long_texts_are_no_values(sandbox: Sandbox, tmp_path: Path) -> None:
    frame = pd.DataFrame({"review": ["so good " * 40, "bad"], "who": ["Ann", "Bo"]})
    values = values_of(await _dataset(frame, tmp_path, sandbox))
    assert values == {"review": ("bad",), "who": ("Ann", "Bo")}


async def test_months_as_rows_have_their_values(sandbox: Sandbox, tmp_path: Path) -> None:
    months = {f"2024-{month:02d}": [month, month + 1] for month in range(1, 13)}
    source = tmp_path / "wide.csv"
    pd.DataFrame({"branch": ["강남", "Busan"]} | months).to_csv(source, index=False)
    (long,) = await ingest(
        source,
        source.name,
        folder=tmp_path / "made",
        sandbox=sandbox,
        options=ParseOptions(months_as_rows=True),
    )
    assert long.rows == 24
    assert set(values_of(long)["branch"]) == {"강남", "Busan"}


def test_a_file_stays_small_and_small_columns_stay_whole(tmp_path: Path) -> None:
    values = {
        f"column {n}": [f"{n} 값 {place} {'x' * 90}" for place in range(2000)] for n in range(5)
    }
    values["city"] = [f"도시 {place}" for place in range(900)]
    parquet = tmp_path / "one.parquet"
    write_values(parquet, values)
    assert BYTES_MAX * 0.95 < beside(parquet).stat().st_size <= BYTES_MAX
    kept = json.loads(beside(parquet).read_text("utf-8"))
    assert kept["city"] == values["city"]
    assert list(kept) == list(values)
    for name in values:
        assert kept[name] == values[name][: len(kept[name])] and len(kept[name]) >= 300


async def test_without_the_file_the_examples_serve(sandbox: Sandbox, tmp_path: Path) -> None:
    frame = pd.DataFrame({"town": [f"마을 {number}" for number in range(40)], "n": range(40)})
    dataset = await _dataset(frame, tmp_path, sandbox)
    path = beside(Tables.path(dataset))
    examples = {"town": dataset.columns[0].examples}
    assert len(values_of(dataset)["town"]) == 40
    for damage in (b"{", b'{"town": [1]}', b'["town"]', b" " * (BYTES_MAX + 1)):
        path.write_bytes(damage)
        assert values_of(dataset) == examples
    path.write_text('{"town": ["later"]}', "utf-8")
    assert values_of(dataset) == {"town": ("later",)}
    path.unlink()
    assert values_of(dataset) == examples
    for elsewhere in ("", "https://data.example/town.parquet"):
        assert values_of(dataset.model_copy(update={"uri": elsewhere})) == examples


async def test_they_are_removed_with_their_conversation(sandbox: Sandbox, tmp_path: Path) -> None:
    source = tmp_path / "shops.csv"
    pd.DataFrame({"shop": ["강남점", "Busan"] * 3}).to_csv(source, index=False)
    async with Database(tmp_path / "data") as database:
        conversations, datasets = Conversations(database), DatasetStore(database)
        intake = Intake(EventLog(database), datasets, sandbox)
        one = await conversations.create(LOCAL_OWNER)
        (dataset,) = await intake.upload(one.id, source, source.name)
        assert values_of(dataset) == {"shop": ("Busan", "강남점")}
        path = beside(Tables.path(dataset))
        assert path.is_relative_to(database.layout.datasets(one.id)) and path.is_file()
        await conversations.delete(LOCAL_OWNER, one.id)
        await janitor.remove_deleted_conversations(
            database.layout, conversations, sandbox, time.time() + 1
        )
        assert not path.exists()
