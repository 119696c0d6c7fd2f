"""Readings put to tables, and what came back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from cherry_reflex.analysis.reading.query import Query
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.operation import Outcome, Tables
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.datasets.column_profile import profile
from cherry_reflex.i18n.catalogue import sentence
from tests.operations.everyone import whole


@dataclass(frozen=True)
class Answer:
    """What came of a reading: its outcome, the first table, the first sentence."""

    outcome: Outcome
    language: Language

    @property
    def first(self) -> str:
        """The first sentence."""
        return sentence(self.outcome.facts[0], self.language)

    @property
    def said(self) -> str:
        """All sentences."""
        return "\n".join(sentence(fact, self.language) for fact in self.outcome.facts)

    @property
    def table(self) -> pd.DataFrame:
        """The first table."""
        found = next(one for one in self.outcome.artifacts if one.kind == "table")
        assert found.path is not None
        return pd.read_parquet(found.path)

    @property
    def value(self) -> Any:
        """The only figure."""
        assert self.table.shape == (1, 1)
        return self.table.iloc[0, 0]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the artifacts."""
        return [one.kind for one in self.outcome.artifacts]

    @property
    def meta(self) -> dict[str, Any]:
        """What the first table says of the reading."""
        found = next(one for one in self.outcome.artifacts if one.kind == "table")
        told: dict[str, Any] = found.meta["reading"]
        return told


def tables_of(folder: Path, language: Language = ENGLISH, **frames: pd.DataFrame) -> Tables:
    """Write frames as Parquet, with the profile that an upload gets."""
    datasets = []
    for name, frame in frames.items():
        path = folder / f"{name}.parquet"
        frame.to_parquet(path, index=False)
        with duckdb.connect() as connection:
            found = profile(connection, path)
        datasets.append(
            Dataset(
                id=f"id_{name}",
                name=name,
                uri=f"file://{path}",
                rows=found.rows,
                columns=found.columns,
            )
        )
    return Tables(datasets=tuple(datasets), folder=folder, language=language)


def ask(reading: Reading | dict[str, Any], tables: Tables, **more: Any) -> Answer:
    """Check and run a reading; what comes back can be written in both languages."""
    query = Query.model_validate({"reading": reading, **more})
    query.check(tables)
    outcome = query.run(tables)
    whole(outcome)
    for fact in outcome.facts:
        assert sentence(fact, ENGLISH) != sentence(fact, KOREAN)
    return Answer(outcome, tables.language)


def column(name: str, grain: str = "", dataset: str = "") -> dict[str, Any]:
    """Return a column as a reading names it."""
    return {"kind": "column", "name": name, "grain": grain, "dataset": dataset}


def compare(name: str | dict[str, Any], op: str, value: Any, **more: Any) -> dict[str, Any]:
    """Return a comparison of a column with a value."""
    left = column(name) if isinstance(name, str) else name
    return {"kind": "comparison", "left": left, "op": op, "right": value, **more}


def measure(agg: str, of: str | dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a measure."""
    return {"agg": agg, "of": column(of) if isinstance(of, str) else of, **more}


def by(*names: str | dict[str, Any]) -> list[dict[str, Any]]:
    """Return groups."""
    return [{"of": column(name) if isinstance(name, str) else name} for name in names]
