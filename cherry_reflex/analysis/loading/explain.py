"""What was loaded: how each file was read, what its columns are, what looks wrong."""

from collections.abc import Sequence
from typing import Any, ClassVar

from cherry_reflex.analysis.cleaning.dates import define_dates
from cherry_reflex.analysis.cleaning.numbers import define_numbers
from cherry_reflex.analysis.loading.unit import unit_of
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.steps import Chain, open_chain
from cherry_reflex.analysis.sql.types import is_text
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables
from cherry_reflex.i18n.catalogue import text

_MOSTLY = 0.9
_SUSPECTS_MAX = 200
"""Text columns that are tried as numbers and dates."""
_TRIED_ROWS = 100_000


class ExplainData(Preparation):
    """Explain what was loaded from a file: rows, columns, encoding, sheet, types, dates, units in
    column names, missing values, and text columns that look like numbers or dates."""

    name: ClassVar[str] = "explain_data"
    examples: ClassVar[tuple[str, ...]] = (
        "어떤 데이터가 올라왔는지 설명해줘",
        "파일이 제대로 읽혔는지 확인해주세요",
        "열의 자료형과 단위를 알려줘",
        "인코딩이 무엇으로 인식되었나요?",
        "What did you load?",
        "Was the file read correctly?",
        "Tell me the types and units of the columns",
        "Which encoding does the file have?",
    )

    def run(self, tables: Tables) -> Outcome:
        """Explain one dataset."""
        dataset = tables.get(self.dataset)
        with open_chain(tables, dataset) as chain:
            suspects = _suspects(chain, dataset)
        units = {c.name: unit for c in dataset.columns if (unit := unit_of(c.name))}
        facts = [_read(dataset), *_types(dataset)]
        if dataset.note:
            facts.append(Fact(key="loading.note", params={"note": dataset.note}))
        if units:
            told = [f"{name}: {unit}" for name, unit in units.items()]
            facts.append(Fact(key="loading.units", params={"units": told[:20]}, weight=1.3))
        for name, (kind, share) in suspects.items():
            params = {"column": name, "share": share, "kind": f"loading.{kind}"}
            facts.append(Fact(key="loading.suspect", params=params, weight=1.8))
        columns: dict[str, list[Any]] = {
            heading("column", tables): [c.name for c in dataset.columns],
            heading("type", tables): [
                text(f"fact.word.{c.type}", tables.language) for c in dataset.columns
            ],
            heading("unit", tables): [units.get(c.name) for c in dataset.columns],
            heading("missing", tables): [c.missing for c in dataset.columns],
            heading("distinct_of", tables): [c.distinct for c in dataset.columns],
            heading("examples", tables): [
                ", ".join(str(value) for value in c.examples[:5]) for c in dataset.columns
            ],
            heading("looks", tables): [
                _say(tables, f"looks.{suspects[c.name][0]}") if c.name in suspects else None
                for c in dataset.columns
            ],
        }
        shown = table(tables, _say(tables, "columns", name=dataset.name), columns)
        return Outcome(facts=tuple(facts), artifacts=(shown,))


class OverviewData(Preparation):
    """Give an overview of all loaded files and sheets side by side: rows, columns, missing values,
    and which of them have the same columns or share some."""

    name: ClassVar[str] = "overview_data"
    examples: ClassVar[tuple[str, ...]] = (
        "올린 파일들을 한눈에 보여줘",
        "시트마다 무엇이 들어 있는지 알려주세요",
        "여러 파일의 구조를 비교해줘",
        "데이터셋 목록을 보여줘",
        "Give me an overview of all files",
        "What is on each sheet?",
        "Compare the structure of the files",
        "List the datasets",
    )

    def run(self, tables: Tables) -> Outcome:
        """Look at all datasets. Raises BadInput `dataset_missing`."""
        datasets = tables.datasets
        if not datasets:
            raise BadInput("dataset_missing")
        facts = [
            Fact(
                key="loading.overview",
                params={"count": len(datasets), "rows": sum(d.rows for d in datasets)},
                weight=2,
            )
        ]
        facts += [_read(dataset) for dataset in datasets[:20]]
        facts += _alike(datasets)
        columns: dict[str, list[Any]] = {
            heading("dataset", tables): [d.name for d in datasets],
            heading("file", tables): [d.source or None for d in datasets],
            heading("sheet", tables): [d.sheet or None for d in datasets],
            heading("rows", tables): [d.rows for d in datasets],
            heading("columns", tables): [len(d.columns) for d in datasets],
            heading("missing_share", tables): [
                sum(c.missing for c in d.columns) / max(1, d.rows * len(d.columns))
                for d in datasets
            ],
            heading("column_names", tables): [
                ", ".join(c.name for c in d.columns[:30]) for d in datasets
            ],
        }
        return Outcome(
            facts=tuple(facts), artifacts=(table(tables, _say(tables, "datasets"), columns),)
        )


def _read(dataset: Dataset) -> Fact:
    params = {
        "name": dataset.name,
        "source": dataset.source or dataset.name,
        "rows": dataset.rows,
        "columns": len(dataset.columns),
        "encoding": dataset.encoding,
        "sheet": dataset.sheet,
    }
    key = "loaded_text" if dataset.encoding else "loaded_sheet" if dataset.sheet else "loaded"
    return Fact(key=f"loading.{key}", params=params, weight=2)


def _types(dataset: Dataset) -> list[Fact]:
    facts = []
    for kinds, key in (
        (("number", "integer"), "numbers"),
        (("date", "datetime"), "dates"),
        (("category", "boolean"), "categories"),
        (("text", "other"), "texts"),
    ):
        names = [c.name for c in dataset.columns if c.type in kinds]
        if names:
            params = {"count": len(names), "names": names[:15]}
            facts.append(Fact(key=f"loading.{key}", params=params))
    missing = [c for c in dataset.columns if c.missing]
    if missing:
        worst = max(missing, key=lambda c: c.missing)
        params = {
            "count": len(missing),
            "column": worst.name,
            "cells": worst.missing,
            "share": worst.missing / max(1, dataset.rows),
        }
        facts.append(Fact(key="loading.missing", params=params, weight=1.2))
    return facts


def _suspects(chain: Chain, dataset: Dataset) -> dict[str, tuple[str, float]]:
    """Return text columns of which nearly all values read as numbers or dates, with that share.
    Codes with leading zeros are left alone."""
    texts = [name for name, dtype in chain.columns.items() if is_text(dtype)][:_SUSPECTS_MAX]
    if not texts:
        return {}
    define_numbers(chain)
    dates = define_dates(chain, day_first=False)
    found = {}
    for name in texts:
        value = ident(name)
        present, numbers, codes, dated = chain.one(
            f"SELECT count({value}), count(number_in({value})), "
            f"count(*) FILTER (regexp_full_match({value}, '0[0-9]+')), count({dates}({value})) "
            f"FROM (SELECT {value} FROM {chain.table} LIMIT {_TRIED_ROWS})"
        )
        if not present or codes:
            continue
        if numbers >= _MOSTLY * present:
            found[name] = ("as_number", numbers / present)
        elif dated >= _MOSTLY * present:
            found[name] = ("as_date", dated / present)
    return found


def _alike(datasets: Sequence[Dataset]) -> list[Fact]:
    facts = []
    for place, one in enumerate(datasets):
        names = [c.name for c in one.columns]
        for other in datasets[place + 1 :]:
            shared = [c.name for c in other.columns if c.name in names]
            if not shared:
                continue
            same = len(shared) == len(names) == len(other.columns)
            params = {"one": one.name, "other": other.name, "names": shared[:10]}
            key = "same_columns" if same else "shared_columns"
            facts.append(Fact(key=f"loading.{key}", params=params, weight=1.5))
    return facts[:20]


def _say(tables: Tables, key: str, **params: Any) -> str:
    return text(f"fact.loading.{key}", tables.language, **params)
