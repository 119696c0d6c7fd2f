"""What a report says: sections of words, tables and charts, computed from the datasets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.analysis.sql.measures import How, sql
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Tables
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.i18n.number import number

BARS_MAX = 30
POINTS_MAX = 500
SCATTER_MAX = 2000
_COLUMNS_MAX = 40
_CELL_CHARS = 300
PREVIEW_ROWS = 20
_ORDINARY = 10_000
"""Smaller whole numbers have no separators: they may be years."""


class Section(BaseModel):
    """One section of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(default="", max_length=300)
    text: str = Field(default="", max_length=50_000, description="Markdown.")
    dataset: str = Field(default="", description="Name of the dataset of the table and chart.")
    table: bool = Field(default=False, description="Show the dataset's rows as a table.")
    columns: tuple[str, ...] = Field(default=(), description="Columns of the table; empty for all.")
    rows: int = Field(default=50, ge=1, le=1000, description="Most rows of the table.")
    chart: Literal["", "bar", "line", "scatter"] = Field(default="", description="Kind of chart.")
    x: str = Field(default="", description="Column of the chart's groups or horizontal axis.")
    y: str = Field(default="", description="Numeric column of the chart; empty to count rows.")
    how: How = Field(default="sum", description="How the rows of a bar or point are put together.")


@dataclass(frozen=True)
class ReportTable:
    """Rows of a dataset: values as Python has them, at most so many of `total`."""

    dataset: Dataset
    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


@dataclass(frozen=True)
class ReportChart:
    """Points of a chart; `total` is how many there would be."""

    dataset: Dataset
    kind: str
    title: str
    x_title: str
    y_title: str
    x: tuple[Any, ...]
    y: tuple[float | None, ...]
    total: int
    x_column: str
    y_column: str
    how: str


@dataclass(frozen=True)
class Part:
    """A section, computed."""

    title: str
    text: str
    table: ReportTable | None = None
    chart: ReportChart | None = None


def parts(tables: Tables, sections: Sequence[Section]) -> list[Part]:
    """Compute the sections.

    Raises BadInput `report_empty`, `report_chart_columns`, `report_chart_numbers`,
    `column_unknown`, `dataset_unknown`.
    """
    made = [_part(tables, section) for section in sections]
    if not any(part.text.strip() or part.table or part.chart for part in made):
        raise BadInput("report_empty")
    return made


def referred(tables: Tables, reference: str) -> Dataset:
    """Return the dataset that a name, id or URI stands for; see `Tables.get`."""
    wanted = reference.removeprefix("dataset:")
    for dataset in tables.datasets:
        if wanted == dataset.uri:
            return dataset
    return tables.get(wanted)


def shown(value: Any, language: Language) -> str:
    """Return a value for a reader."""
    if value is None or value != value:
        return text("fact.report.missing", language)
    if isinstance(value, bool):
        return text(f"fact.word.{'yes' if value else 'no'}", language)
    if isinstance(value, int) and abs(value) < _ORDINARY:
        return str(value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:_CELL_CHARS]


def _part(tables: Tables, section: Section) -> Part:
    if not (section.table or section.chart):
        return Part(section.title, section.text)
    dataset = referred(tables, section.dataset)
    for name in (*section.columns, section.x, section.y):
        if name:
            _column(dataset, name)
    with connect(tables.folder) as connection:
        source = f"read_parquet({literal(str(tables.path(dataset)))})"
        table = None
        if section.table:
            names = (section.columns or tuple(c.name for c in dataset.columns))[:_COLUMNS_MAX]
            rows = connection.execute(
                f"SELECT {', '.join(map(ident, names))} FROM {source} LIMIT {section.rows}"
            ).fetchall()
            (total,) = connection.execute(f"SELECT count(*) FROM {source}").fetchone() or (0,)
            table = ReportTable(dataset, names, tuple(rows), int(total))
        chart = None
        if section.chart:
            chart = _chart(tables, dataset, section, connection, source)
    return Part(section.title, section.text, table, chart)


def _chart(
    tables: Tables, dataset: Dataset, section: Section, connection: Any, source: str
) -> ReportChart:
    if not section.x or (section.chart == "scatter" and not section.y):
        raise BadInput("report_chart_columns", name=dataset.name)
    x = _column(dataset, section.x)
    needed = [section.x, section.y] if section.chart == "scatter" else [section.y]
    for name in filter(None, needed):
        if _column(dataset, name).type not in NUMERIC:
            raise BadInput("report_chart_numbers", column=name, name=dataset.name)
    column = ident(section.x)
    if section.chart == "scatter":
        most = SCATTER_MAX
        query = (
            f"SELECT {column}, {ident(section.y)}::DOUBLE FROM {source} "
            f"WHERE {column} IS NOT NULL AND {ident(section.y)} IS NOT NULL"
        )
        limited = f"SELECT * FROM ({query}) USING SAMPLE reservoir({most} ROWS) REPEATABLE (7)"
    else:
        measure = sql(section.y, section.how if section.y else "count")
        query = f"SELECT {column} AS x, ({measure})::DOUBLE AS y FROM {source} GROUP BY 1"
        ordered = section.chart == "line" or x.type in (*NUMERIC, *TEMPORAL)
        most = POINTS_MAX if section.chart == "line" else BARS_MAX
        order = "x NULLS LAST" if ordered else "y DESC NULLS LAST, x"
        limited = f"SELECT * FROM ({query}) ORDER BY {order} LIMIT {most}"
    (total,) = connection.execute(f"SELECT count(*) FROM ({query})").fetchone() or (0,)
    rows = connection.execute(limited).fetchall()
    y_title = section.y or text("fact.report.count", tables.language)
    if section.y and section.chart != "scatter":
        y_title = f"{section.y} ({section.how})"
    params = {"x": section.x, "y": y_title}
    return ReportChart(
        dataset=dataset,
        kind=section.chart,
        title=text("fact.report.chart_title", tables.language, **params),
        x_title=section.x,
        y_title=y_title,
        x=tuple(row[0] for row in rows),
        y=tuple(row[1] for row in rows),
        total=int(total),
        x_column=section.x,
        y_column=section.y,
        how=section.how,
    )


def _column(dataset: Dataset, name: str) -> Column:
    found = dataset.column(name)
    if found is None:
        names = ", ".join(c.name for c in dataset.columns[:60])
        raise BadInput("column_unknown", column=name, dataset=dataset.name, columns=names)
    return found
