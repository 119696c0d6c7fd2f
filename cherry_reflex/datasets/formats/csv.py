"""CSV and TSV: strict, with nothing left to a parser's guess."""

import re
from pathlib import Path

from cherry_reflex.analysis.sql.duckdb import connect, literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.formats import dialect, encoding
from cherry_reflex.datasets.formats.headings import headings
from cherry_reflex.datasets.formats.raw import Raw

_SAMPLE_CHARS = 2_000_000
_LINE = re.compile(r"Line:?\s*(\d+)")
_WIDTH = re.compile(r"Expected Number of Columns:\s*(\d+)\s*Found:\s*(\d+)")


def parse(source: Path, name: str, work: Path, wanted: str) -> list[Raw]:
    """Read a CSV file into text columns.

    Raises BadInput: those of `encoding.read`; `table_empty`, `columns_many`, `csv_ragged` (line,
    expected and found number of fields), `csv_quote`, `csv_invalid`.
    """
    import duckdb

    reading = encoding.read(source, work, name, wanted)
    with reading.path.open(encoding="utf-8", newline="") as file:
        sample = file.read(_SAMPLE_CHARS)
    if not sample.strip():
        raise BadInput("table_empty", name=name)
    found = dialect.detect(sample, whole=len(sample) < _SAMPLE_CHARS)
    names, notes = headings(found.first if found.header else [""] * found.width)
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in names)
    target = work / "raw.parquet"
    with connect(work) as connection:
        try:
            connection.execute(
                f"COPY (SELECT * FROM read_csv({literal(str(reading.path))}, auto_detect=false, "
                f"columns={{{columns}}}, delim={literal(found.delimiter)}, quote='\"', "
                f"escape='\"', header={str(found.header).lower()}, skip={found.skip}, "
                "sample_size=-1, "
                "strict_mode=true, ignore_errors=false, null_padding=false, "
                f"max_line_size={encoding.LINE_BYTES_MAX * 2}, nullstr='')) "
                f"TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)"
            )
        except duckdb.InvalidInputException as error:
            raise _problem(error, name) from error
    if not found.header:
        notes = ["headless"]
    if found.skip:
        notes = [*notes, "preamble"]
    return [Raw(target, encoding=reading.encoding, notes=tuple(notes), worded=True)]


def _problem(error: Exception, name: str) -> BadInput:
    text = str(error)
    line = _LINE.search(text)
    number = int(line[1]) if line else 0
    if width := _WIDTH.search(text):
        return BadInput(
            "csv_ragged",
            text,
            name=name,
            line=number,
            expected=int(width[1]),
            found=int(width[2]),
        )
    if "quote" in text.lower():
        return BadInput("csv_quote", text, name=name, line=number)
    return BadInput("csv_invalid", text, name=name, line=number)
