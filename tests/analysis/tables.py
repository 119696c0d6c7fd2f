"""Frames as datasets, as the ingest describes them."""

from pathlib import Path
from typing import Any

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.i18n.catalogue import sentence
from cherry_reflex.mcp.server.parquet import described


def dataset_of(frame: Any, folder: Path, name: str = "data") -> Dataset:
    """Write a pandas frame as Parquet and describe it."""
    path = folder / f"{name}.parquet"
    frame.to_parquet(path, index=False)
    return described(str(path))


def run(operation: Operation, folder: Path, *frames: Any, language: str = "en") -> Outcome:
    """Check and run an operation over frames; every sentence of it can be written in both
    languages."""
    datasets = tuple(
        dataset_of(frame, folder, "data" if n == 0 else f"data{n}")
        for n, frame in enumerate(frames)
    )
    tables = Tables(
        datasets=datasets,
        folder=folder,
        language=language,  # type: ignore[arg-type]
        conversation_files=folder / "saved",
    )
    operation.check(tables)
    outcome = operation.run(tables)
    for fact in outcome.facts:
        assert sentence(fact, "en") and sentence(fact, "ko")
    return outcome


def keys(outcome: Outcome) -> set[str]:
    """Return the keys of the facts."""
    return {fact.key for fact in outcome.facts}


def params(outcome: Outcome, key: str) -> dict[str, Any]:
    """Return the params of the first fact with that key."""
    return next(fact.params for fact in outcome.facts if fact.key == key)


def table(outcome: Outcome, part: str) -> Any:
    """Return the frame of the first table or dataset whose title contains `part`."""
    import pandas as pd

    found = next(a for a in outcome.artifacts if a.kind in ("table", "dataset") and part in a.title)
    return pd.read_parquet(found.path)


def figure(outcome: Outcome, part: str) -> dict[str, Any]:
    """Return the figure of the first chart whose title contains `part`."""
    import json

    found = next(a for a in outcome.artifacts if a.kind == "chart" and part in a.title)
    return json.loads(read_bytes(found))  # type: ignore[no-any-return]
