"""A pandas frame as a dataset that went the whole way: CSV, ingest, Parquet."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Outcome, Tables
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets import typing
from cherry_reflex.datasets.formats import csv
from cherry_reflex.i18n.catalogue import sentence


def land(frame: pd.DataFrame, folder: Path, name: str = "data", language: str = "en") -> Tables:
    """Write the frame as CSV, read it as an upload is read, and return it as tables."""
    source = folder / f"{name}.csv"
    frame.to_csv(source, index=False)
    (raw,) = csv.parse(source, source.name, folder, ParseOptions())
    dataset = typing.write_typed(raw, folder / f"{name}.parquet", folder, name, name)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return Tables.model_validate({"datasets": (dataset,), "folder": work, "language": language})


def frame_of(content: ArtifactContent) -> pd.DataFrame:
    """Read a table artifact."""
    return duckdb.sql(f"SELECT * FROM '{content.path}'").df()


def tables_of(outcome: Outcome) -> list[pd.DataFrame]:
    """Read all table artifacts of an outcome."""
    return [frame_of(content) for content in outcome.artifacts if content.kind == "table"]


def fact(outcome: Outcome, key: str) -> dict[str, Any]:
    """Return the parameters of the first fact with that key."""
    return next(found.params for found in outcome.facts if found.key == key)


def said(outcome: Outcome) -> list[str]:
    """Every fact as a sentence in both languages: a missing slot or key raises."""
    return [sentence(found, language) for found in outcome.facts for language in ("en", "ko")]
