"""The whole cleaning: counted, listed, reproducible, undone."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from palmerpenguins import load_penguins

from cherry_reflex.analysis.cleaning.missing import Fill
from cherry_reflex.analysis.cleaning.pipeline import Clean
from cherry_reflex.analysis.cleaning.restore import RestoreVersion
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Tables
from cherry_reflex.mcp.server.parquet import described
from tests.analysis.tables import first_frame, keys, params, run


def damaged() -> pd.DataFrame:
    """Penguins with spaces, spellings, repeated rows, and masses written as text."""
    frame = load_penguins().reset_index(names="id")
    frame["body_mass_g"] = [None if pd.isna(v) else f"{v:,.0f} g" for v in frame["body_mass_g"]]
    frame.loc[::25, "island"] = frame.loc[::25, "island"].str.upper()
    frame.loc[::31, "species"] = " " + frame.loc[::31, "species"]
    return pd.concat([frame, frame.head(7)], ignore_index=True)


def test_pipeline_restores_the_penguins(tmp_path: Path) -> None:
    outcome = run(Clean(missing="keep"), tmp_path, damaged())
    frame = first_frame(outcome)
    pd.testing.assert_frame_equal(frame, load_penguins().reset_index(names="id"), check_dtype=False)
    whole = params(outcome, "cleaning.whole_rows")
    assert (whole["rows"], whole["left"]) == (351, 344)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_code_makes_the_same_table(language: Language, tmp_path: Path) -> None:
    operation = Clean(fills=(Fill(column="bill_depth_mm", strategy="mean"),), outliers="winsorise")
    outcome = run(operation, tmp_path, damaged(), language=language)
    connection = duckdb.connect()
    connection.register("data", damaged())
    *macros, query = outcome.code.split(";\n")
    for macro in macros:
        connection.execute(macro)
    again = connection.sql(query).to_arrow_table().to_pandas()
    frame = first_frame(outcome)
    pd.testing.assert_frame_equal(frame, again, check_dtype=False)
    assert str(tmp_path) not in outcome.code


def test_preview_changes_nothing(tmp_path: Path) -> None:
    outcome = run(Clean(preview=True), tmp_path, damaged())
    assert "cleaning.preview" in keys(outcome)
    assert not [a for a in outcome.artifacts if a.kind == "dataset"]


def test_unknown_column_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="column_unknown"):
        run(Clean(fills=(Fill(column="none"),)), tmp_path, damaged())


def test_undo_brings_the_parent_back(tmp_path: Path) -> None:
    damaged().to_parquet(tmp_path / "raw.parquet", index=False)
    damaged().head(10).to_parquet(tmp_path / "clean.parquet", index=False)
    raw = described(str(tmp_path / "raw.parquet"))
    clean: Dataset = described(str(tmp_path / "clean.parquet"))
    clean = clean.model_copy(update={"parent": raw.id})
    tables = Tables(datasets=(raw, clean), folder=tmp_path)
    outcome = RestoreVersion().run(tables)
    pd.testing.assert_frame_equal(
        first_frame(outcome),
        pd.read_parquet(tmp_path / "raw.parquet"),
    )
    with pytest.raises(BadInput, match="clean_no_parent"):
        RestoreVersion(dataset="raw").run(tables)
