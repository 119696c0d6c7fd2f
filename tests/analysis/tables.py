"""Frames as datasets, operations over them, and what they made as frames."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets import typing
from cherry_reflex.datasets.formats import csv
from cherry_reflex.i18n.catalogue import sentence
from cherry_reflex.mcp.server.parquet import described


def dataset_of(frame: pd.DataFrame, folder: Path, name: str = "data") -> Dataset:
    """Write a frame as Parquet and describe it, as a tool's server does for a stranger's file."""
    path = folder / f"{name}.parquet"
    frame.to_parquet(path, index=False)
    return described(str(path))


def uploaded(
    frame: pd.DataFrame, folder: Path, name: str = "data", language: Language = ENGLISH
) -> Tables:
    """Write a frame as CSV, read it as an upload is read, and return it as tables."""
    source = folder / f"{name}.csv"
    frame.to_csv(source, index=False)
    (raw,) = csv.parse(source, source.name, folder, ParseOptions())
    dataset = typing.write_typed(raw, folder / f"{name}.parquet", folder, name, name)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return Tables(datasets=(dataset,), folder=work, language=language)


def run(
    operation: Operation, folder: Path, *frames: pd.DataFrame, language: Language = ENGLISH
) -> Outcome:
    """Check and run an operation over frames, named `data`, `data1` and so on."""
    datasets = tuple(
        dataset_of(frame, folder, "data" if n == 0 else f"data{n}")
        for n, frame in enumerate(frames)
    )
    tables = Tables(
        datasets=datasets, folder=folder, language=language, conversation_files=folder / "saved"
    )
    return run_over(operation, tables)


def run_over(operation: Operation, tables: Tables) -> Outcome:
    """Check and run an operation; every sentence of it is written in either language."""
    operation.check(tables)
    tables = tables.model_copy(update={"outside": operation.outside()})
    outcome = operation.run(operation.opened(tables))
    for fact in outcome.facts:
        assert sentence(fact, ENGLISH) != sentence(fact, KOREAN)
    return outcome


def keys(outcome: Outcome) -> set[str]:
    """Return the keys of the facts."""
    return {fact.key for fact in outcome.facts}


def params(outcome: Outcome, key: str) -> dict[str, Any]:
    """Return the params of the first fact with that key."""
    return next(fact.params for fact in outcome.facts if fact.key == key)


def frame_of(content: ArtifactContent) -> Any:
    """Return the frame of a table or dataset."""
    assert content.path is not None
    frame = pd.read_parquet(content.path)
    assert content.meta["rows"] == len(frame)
    return frame


def first_frame(outcome: Outcome) -> Any:
    """Return the frame of the first artifact."""
    return frame_of(outcome.artifacts[0])


def frames_of(outcome: Outcome) -> list[Any]:
    """Return the frames of all tables."""
    return [frame_of(content) for content in outcome.artifacts if content.kind == "table"]


def table_of(outcome: Outcome, part: str) -> Any:
    """Return the frame of the first table or dataset whose title contains `part`."""
    found = next(a for a in outcome.artifacts if a.kind in ("table", "dataset") and part in a.title)
    return frame_of(found)


def made(outcome: Outcome) -> Any:
    """Return the frame of the new version of `data`."""
    (found,) = (a for a in outcome.artifacts if a.kind == "dataset")
    assert found.meta["parent"] == "data"
    assert found.meta["steps"]
    return frame_of(found)


def figure_of(outcome: Outcome, part: str = "") -> dict[str, Any]:
    """Return the figure of the first chart whose title contains `part`."""
    found = next(a for a in outcome.artifacts if a.kind == "chart" and part in a.title)
    return json.loads(read_bytes(found))  # type: ignore[no-any-return]
