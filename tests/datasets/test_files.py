"""Files of a conversation, read back by other libraries."""

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from palmerpenguins import load_penguins

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from cherry_reflex.datasets.files.operations import ConvertFile, ListFiles, PreviewFile, ZipFiles
from tests.analysis.tables import dataset_of, first_frame, run

PENGUINS = load_penguins()


def test_files_are_listed_and_previewed(tmp_path: Path) -> None:
    listed = run(ListFiles(), tmp_path, PENGUINS, PENGUINS.head(5))
    frame = first_frame(listed)
    assert frame["Rows"].tolist() == [344, 5] and (frame["Bytes"] > 0).all()
    shown = run(PreviewFile(rows=7), tmp_path, PENGUINS)
    frame = first_frame(shown)
    pd.testing.assert_frame_equal(frame, PENGUINS.head(7), check_dtype=False)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet"])
def test_every_format_reads_back(form: str, tmp_path: Path) -> None:
    frame = PENGUINS.assign(이름="한글")
    (made,) = run(ConvertFile(format=form), tmp_path, frame).artifacts  # type: ignore[arg-type]
    assert made.filename == f"data.{form}" and made.path is not None
    if form == "xlsx":
        import fastexcel

        back = fastexcel.read_excel(made.path).load_sheet(0).to_pandas()
    elif form == "json":
        back = pd.DataFrame(json.loads(made.path.read_text("utf-8")))
    else:
        back = getattr(pd, f"read_{form}")(made.path)
    assert list(back.columns) == list(frame.columns)
    assert back["body_mass_g"].sum() == frame["body_mass_g"].sum()
    assert (back["이름"] == "한글").all()


def test_all_files_in_one_archive(tmp_path: Path) -> None:
    outcome = run(ZipFiles(formats=("csv", "json")), tmp_path, PENGUINS, PENGUINS.head(3))
    archive = zipfile.ZipFile(io.BytesIO(read_bytes(outcome.artifacts[0])))
    assert archive.namelist() == ["data.csv", "data.json", "data1.csv", "data1.json"]
    assert archive.testzip() is None
    assert len(pd.read_csv(archive.open("data1.csv"))) == 3


def test_hostile_names_stay_inside_the_archive(tmp_path: Path) -> None:
    dataset = dataset_of(PENGUINS, tmp_path)
    names = ("../../etc/passwd", "a\u202egnp.exe", "", "../../etc/passwd")
    datasets = tuple(
        dataset.model_copy(update={"name": name, "id": f"d{n}"}) for n, name in enumerate(names)
    )
    outcome = ZipFiles().run(Tables(datasets=datasets, folder=tmp_path))
    inside = zipfile.ZipFile(io.BytesIO(read_bytes(outcome.artifacts[0]))).namelist()
    assert len(set(inside)) == 4
    assert not any("/" in name or "\u202e" in name or name.startswith(".") for name in inside)


def test_nothing_to_list(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="dataset_missing"):
        ListFiles().run(Tables(datasets=(), folder=tmp_path))
    with pytest.raises(BadInput, match="dataset_unknown"):
        run(ZipFiles(datasets=("none",)), tmp_path, PENGUINS)
