"""The labelled questions are readable, and speak of columns that their tables have."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "reading"
NAMES = sorted(path.stem for path in (FOLDER / "tables").glob("*.json"))


def columns_in(by: object) -> Iterator[str]:
    for item in by if isinstance(by, list) else [by]:
        column = item.get("col") if isinstance(item, dict) else item
        if isinstance(column, str):
            yield column


def questions(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / "questions" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@pytest.mark.parametrize("name", NAMES)
def test_questions_of_a_table(name: str) -> None:
    table = json.loads((FOLDER / "tables" / f"{name}.json").read_text("utf-8"))
    columns = {column["name"] for column in table["columns"]}
    asked = questions(name)
    ids = [one["id"] for one in asked]
    assert len(asked) >= 20 and len(ids) == len(set(ids))
    for one in asked:
        assert one["q"].strip() and one["lang"] in ("en", "ko"), one["id"]
        assert one["answerable"] or one["why"], one["id"]
        assert one["reading"]["task"], one["id"]
        if one["answerable"]:
            assert set(columns_in(one["reading"].get("by", []))) <= columns, one["id"]
        if "after" in one:
            assert one["after"] in ids, one["id"]


def test_there_are_enough_of_every_kind() -> None:
    asked = [one for name in NAMES for one in questions(name)]
    assert len(asked) >= 5000 and len(NAMES) >= 190
    impossible = sum(not one["answerable"] for one in asked)
    assert impossible / len(asked) >= 0.16
