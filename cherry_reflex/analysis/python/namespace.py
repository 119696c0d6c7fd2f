"""The names that code finds: the tables, and the usual short names of libraries."""

import builtins
import keyword
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.sql.duckdb import literal, sql_names
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Tables

if TYPE_CHECKING:
    import pandas as pd

FIRST = "df"
"""The name under which the first table is found as well."""
LIBRARIES: Mapping[str, str] = {
    "pd": "pandas",
    "np": "numpy",
    "px": "plotly.express",
    "go": "plotly.graph_objects",
    "plt": "matplotlib.pyplot",
    "duckdb": "duckdb",
}
_DRAWING = frozenset({"plt", "matplotlib", "plot", "hist", "boxplot", "scatter_matrix"})
"""Words by which code may come to draw with matplotlib: pandas loads it by itself."""
_ANY = frozenset({"globals", "locals", "vars", "eval", "exec", "dir", "__main__"})
"""Words by which code may come to a name that it does not spell."""
_WORD = re.compile(r"\w+")


class Words:
    """The words of code: a table or a library that it does not mention is not loaded for it."""

    def __init__(self, *sources: str) -> None:
        self._words = {
            word.casefold()
            for source in sources
            for word in _WORD.findall(unicodedata.normalize("NFKC", source))
        }

    def has(self, name: str) -> bool:
        """Whether code may use that name; SQL in it does not tell upper from lower case."""
        return name.casefold() in self._words or bool(self._words & _ANY)

    def draws(self) -> bool:
        """Whether code may draw with matplotlib."""
        return bool(self._words & _DRAWING)


def table_names(datasets: Sequence[Dataset]) -> Mapping[str, str]:
    """Return id -> the name of a table in Python: its name in SQL, with `_table` behind one that
    Python or a library has already."""
    taken = {*dir(builtins), *LIBRARIES, FIRST}
    found: dict[str, str] = {}
    for dataset_id, sql in sql_names(datasets).items():
        name = unicodedata.normalize("NFKC", sql)
        name = "".join(c if f"a{c}".isidentifier() else "_" for c in name)
        if not name.isidentifier():
            name = f"t_{name}"
        if keyword.iskeyword(name) or name in taken:
            name = f"{name}_table"
        base, number = name, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        found[dataset_id] = name
    return found


def load(tables: Tables, dataset: Dataset) -> "pd.DataFrame":
    """Return a dataset as a frame: dates as timestamps, decimals as floats, and yes/no columns
    with missing values as pandas' `boolean`."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(tables.path(dataset))
    fields = []
    for field in table.schema:
        if pa.types.is_date(field.type):
            field = field.with_type(pa.timestamp("us"))
        elif pa.types.is_decimal(field.type):
            field = field.with_type(pa.float64())
        fields.append(field)
    table = table.cast(pa.schema(fields, metadata=table.schema.metadata))
    holed = {
        field.name
        for field in table.schema
        if pa.types.is_boolean(field.type) and table.column(field.name).null_count
    }
    frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
    for name in holed:
        frame[name] = frame[name].astype(pd.BooleanDtype())
    return frame


@contextmanager
def prepared(folder: Path, words: Words) -> Iterator[dict[str, Any]]:
    """Yield the libraries that code mentions, by their short names, made ready to work in `folder`
    without a screen, without other processes and without a network."""
    wanted = {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(folder / ".matplotlib")}
    # Where a model asks for all processors, it gets this one: no process may be started.
    wanted["JOBLIB_MULTIPROCESSING"] = "0"
    # Only its own folder may be written to; what writes workbooks wants temporary files.
    temporary = folder / ".temporary"
    temporary.mkdir()
    wanted["TMPDIR"] = str(temporary)
    before = {name: os.environ.get(name) for name in wanted}
    tempdir, tempfile.tempdir = tempfile.tempdir, str(temporary)
    os.environ.update(wanted)
    try:
        found = {name: import_module(path) for name, path in LIBRARIES.items() if words.has(name)}
        if "pd" in found:
            # What is printed is read by a model, or on a wide page.
            found["pd"].set_option("display.width", 200, "display.max_columns", 40)
        if "duckdb" in found:
            _settle_duckdb(found["duckdb"], folder)
        if words.draws():
            with _drawing():
                yield dict(found)
        else:
            yield dict(found)
    finally:
        tempfile.tempdir = tempdir
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def register(
    duckdb: ModuleType, sql: Mapping[str, str], ids: Mapping[str, str], names: Mapping[str, Any]
) -> None:
    """Give DuckDB the tables whose name in SQL (`sql`: id -> name) is not their variable's (`ids`:
    variable -> id, `names`: variable -> frame); it finds the others by itself."""
    for name, dataset_id in ids.items():
        if name not in (FIRST, sql[dataset_id]):
            duckdb.register(sql[dataset_id], names[name])


def _settle_duckdb(duckdb: ModuleType, folder: Path) -> None:
    for setting in (
        f"temp_directory = {literal(str(folder / '.spill'))}",
        "threads = 2",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
    ):
        duckdb.execute(f"SET {setting}")


@contextmanager
def _drawing() -> Iterator[None]:
    """Have matplotlib draw into memory, with a font that has Korean letters."""
    import matplotlib
    import matplotlib.pyplot as plt
    from matplotlib import font_manager

    from cherry_reflex.analysis.reports.picture import FONT, font_file

    plt.switch_backend("Agg")
    plt.close("all")
    path = str(font_file(FONT))
    font_manager.fontManager.addfont(path)
    family = font_manager.FontProperties(fname=path).get_name()
    with matplotlib.rc_context(
        {"font.family": [family, "DejaVu Sans"], "axes.unicode_minus": False}
    ):
        yield
        plt.close("all")
