"""Operations on the files of a conversation: list, preview, convert, zip."""

import zipfile
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.sql.duckdb import connect, literal
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.datasets.export import MEDIA_TYPES, export
from cherry_reflex.i18n.catalogue import text

Format = Literal["csv", "xlsx", "json", "parquet"]
_NAMES_MAX = 60
_FILES_MAX = 50
_NAME_CHARS = 80


class ListFiles(Operation):
    """List the datasets of the conversation: file, rows, columns, size."""

    name: ClassVar[str] = "list_files"
    examples: ClassVar[tuple[str, ...]] = (
        "대화에 있는 파일 목록을 보여줘",
        "지금까지 올린 파일이 뭐가 있나요?",
        "데이터 파일들을 나열해주세요",
        "List the files of this conversation",
        "Which files are there?",
        "Show all uploaded files",
    )

    def run(self, tables: Tables) -> Outcome:
        """List. Raises BadInput `dataset_missing`."""
        datasets = tables.datasets
        if not datasets:
            raise BadInput("dataset_missing")
        columns: dict[str, list[Any]] = {
            heading("dataset", tables): [d.name for d in datasets],
            heading("file", tables): [d.source or None for d in datasets],
            heading("rows", tables): [d.rows for d in datasets],
            heading("columns", tables): [len(d.columns) for d in datasets],
            heading("bytes", tables): [_size(d) for d in datasets],
        }
        params = {
            "count": len(datasets),
            "rows": sum(d.rows for d in datasets),
            "names": [d.name for d in datasets[:_NAMES_MAX]],
        }
        fact = Fact(key="filing.listed", params=params)
        return Outcome(facts=(fact,), artifacts=(table(tables, _say(tables, "listing"), columns),))


class PreviewFile(Operation):
    """Show the first rows of a dataset as they are."""

    name: ClassVar[str] = "preview_file"
    examples: ClassVar[tuple[str, ...]] = (
        "파일의 처음 20행을 미리 보여줘",
        "데이터를 미리보기로 보여주세요",
        "파일 내용을 조금만 보여줘",
        "Preview the first rows of the file",
        "Show me the top of the file",
        "Let me see a few rows of the file",
    )

    rows: int = Field(default=20, ge=1, le=1000, description="How many rows.")

    def run(self, tables: Tables) -> Outcome:
        """Show."""
        dataset = tables.get(self.dataset)
        path = tables.folder / f"{new_id()}.parquet"
        source = f"read_parquet({literal(str(tables.path(dataset)))})"
        with connect(tables.folder) as connection:
            connection.execute(
                f"COPY (SELECT * FROM {source} LIMIT {self.rows}) TO {literal(str(path))} "
                "(FORMAT parquet)"
            )
        shown = min(self.rows, dataset.rows)
        params = {"name": dataset.name, "shown": shown, "rows": dataset.rows}
        made = ArtifactContent(
            kind="table",
            title=_say(tables, "preview", name=dataset.name),
            filename=f"{_file_name(dataset)}.parquet",
            path=path,
            meta={"rows": shown, "columns": [c.name for c in dataset.columns[:100]]},
        )
        return Outcome(facts=(Fact(key="filing.previewed", params=params),), artifacts=(made,))


class ConvertFile(Operation):
    """Convert a dataset to a file to download: csv, xlsx, json or parquet."""

    name: ClassVar[str] = "convert_file"
    examples: ClassVar[tuple[str, ...]] = (
        "데이터를 엑셀 파일로 변환해줘",
        "CSV로 내려받고 싶어요",
        "JSON 형식으로 바꿔주세요",
        "Convert the data to Excel",
        "I want to download it as CSV",
        "Save the dataset as Parquet",
    )

    format: Format = Field(description="Format of the file.")

    def run(self, tables: Tables) -> Outcome:
        """Convert. Raises LimitExceeded `export_rows`."""
        dataset = tables.get(self.dataset)
        made = _converted(tables, dataset, self.format, _file_name(dataset))
        params = {
            "name": dataset.name,
            "format": self.format,
            "rows": dataset.rows,
            "size": made.path.stat().st_size if made.path else 0,
        }
        return Outcome(facts=(Fact(key="filing.converted", params=params),), artifacts=(made,))


class ZipFiles(Operation):
    """Pack several datasets into one zip archive, in one or several formats."""

    name: ClassVar[str] = "zip_files"
    examples: ClassVar[tuple[str, ...]] = (
        "모든 파일을 압축해서 줘",
        "데이터를 zip으로 묶어주세요",
        "전체 데이터를 CSV로 압축해줘",
        "Zip all files",
        "Pack the datasets into one archive",
        "Download everything as a zip of CSV files",
    )

    datasets: tuple[str, ...] = Field(
        default=(), max_length=_FILES_MAX, description="Names of datasets; empty for all."
    )
    formats: tuple[Format, ...] = Field(
        default=("csv",), min_length=1, description="Each dataset is packed in these formats."
    )

    def check(self, tables: Tables) -> None:
        """Check the names. Raises BadInput `dataset_missing`, `dataset_unknown`."""
        super().check(tables)
        self._chosen(tables)

    def run(self, tables: Tables) -> Outcome:
        """Pack."""
        path = tables.folder / f"{new_id()}.zip"
        taken: set[str] = set()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            for dataset in self._chosen(tables):
                for form in dict.fromkeys(self.formats):
                    made = _converted(tables, dataset, form, _file_name(dataset))
                    inside, number = made.filename, 2
                    while inside.casefold() in taken:
                        inside, number = f"{_file_name(dataset)}_{number}.{form}", number + 1
                    taken.add(inside.casefold())
                    if made.path is not None:
                        archive.write(made.path, inside)
                        made.path.unlink()
            names = archive.namelist()
        title = _say(tables, "archive")
        made = ArtifactContent(
            kind="file",
            title=title,
            media_type="application/zip",
            filename="files.zip",
            path=path,
            meta={"description": ", ".join(names[:_NAMES_MAX])},
        )
        params = {"count": len(names), "size": path.stat().st_size, "names": names[:20]}
        return Outcome(facts=(Fact(key="filing.zipped", params=params),), artifacts=(made,))

    def _chosen(self, tables: Tables) -> list[Dataset]:
        found = [referred(tables, name) for name in self.datasets] or list(tables.datasets)
        if not found:
            raise BadInput("dataset_missing")
        return found[:_FILES_MAX]


def referred(tables: Tables, reference: str) -> Dataset:
    """Return the dataset that a name, id or URI stands for; see `Tables.get`."""
    wanted = reference.removeprefix("dataset:")
    for dataset in tables.datasets:
        if wanted == dataset.uri:
            return dataset
    return tables.get(wanted)


def _converted(tables: Tables, dataset: Dataset, form: str, name: str) -> ArtifactContent:
    path = tables.folder / f"{new_id()}.{form}"
    export(tables.path(dataset), form, path, [c.name for c in dataset.columns if c.is_fraction])
    return ArtifactContent(
        kind="file",
        title=f"{dataset.name} ({form})",
        media_type=MEDIA_TYPES[form],
        filename=f"{name}.{form}",
        path=path,
        meta={"rows": dataset.rows},
    )


def _file_name(dataset: Dataset) -> str:
    """A name without path, control or direction marks, that every system can store."""
    kept = "".join(c if c.isalnum() or c in " -_()." else "_" for c in dataset.name)
    return kept.strip(" .")[:_NAME_CHARS] or "data"


def _size(dataset: Dataset) -> int:
    path = Path(dataset.uri.removeprefix("file://"))
    return dataset.size_bytes or (path.stat().st_size if path.is_file() else 0)


def _say(tables: Tables, key: str, **params: Any) -> str:
    return text(f"fact.filing.{key}", tables.language, **params)
