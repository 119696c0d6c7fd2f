"""The result of a reading as a file: Excel, CSV, JSON, Parquet."""

import datetime as dt
import io
import json
from typing import Any

from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact

FORMS = ("xlsx", "csv", "json", "parquet")
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
_SHEET_ROWS = 1_048_575


def exported(opened: Opened, table: ArtifactContent) -> tuple[Fact, ArtifactContent]:
    """Return a table as a file of the form that the reading names (Excel when none is), and the
    fact that says so.

    Raises BadInput `reading_elsewhere` for documents, `reading_rows_many` for more rows than a
    sheet holds.
    """
    form = opened.reading.export or "xlsx"
    if form not in FORMS:
        raise BadInput("reading_elsewhere", task=form)
    import pyarrow.parquet

    assert table.path is not None
    content = pyarrow.parquet.read_table(table.path)
    if form == "xlsx" and content.num_rows > _SHEET_ROWS:
        raise BadInput("reading_rows_many", rows=content.num_rows, limit=_SHEET_ROWS)
    stem = table.filename.rsplit(".", 1)[0]
    made = ArtifactContent(
        kind="file",
        title=f"{table.title}.{form}",
        media_type=_TYPES[form],
        filename=f"{stem}.{form}",
        data=_bytes(form, content) if form != "parquet" else table.path.read_bytes(),
        meta={"rows": content.num_rows, "columns": content.column_names},
    )
    params = {"filename": made.filename, "rows": content.num_rows, "columns": content.num_columns}
    return Fact(key="reading.exported", params=params, weight=0.9), made


def _bytes(form: str, content: Any) -> bytes:
    if form == "csv":
        import pyarrow.csv

        out = io.BytesIO()
        pyarrow.csv.write_csv(content, out)
        # Excel reads a file without the mark as the computer's own encoding, not as UTF-8.
        return b"\xef\xbb\xbf" + out.getvalue()
    if form == "json":
        return json.dumps(content.to_pylist(), ensure_ascii=False, default=_iso, indent=1).encode()
    return _sheet(content)


def _iso(value: Any) -> Any:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return float(value) if hasattr(value, "as_tuple") else str(value)


def _sheet(content: Any) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "nan_inf_to_errors": True, "remove_timezone": True}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for place, name in enumerate(content.column_names):
            sheet.write_string(0, place, name, bold)
            for line, value in enumerate(content.column(place).to_pylist(), start=1):
                if value is None:
                    continue
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(line, place, value, moment)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(line, place, value, day)
                elif isinstance(value, bool | int | float):
                    sheet.write(line, place, value)
                else:
                    sheet.write_string(line, place, str(value))
        sheet.freeze_panes(1, 0)
        sheet.autofit(300)
    return out.getvalue()
