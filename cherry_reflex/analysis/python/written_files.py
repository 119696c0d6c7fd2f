"""Files that code has written into its folder."""

import mimetypes
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cherry_reflex.core.artifact import ArtifactContent

if TYPE_CHECKING:
    import pandas as pd

FILES_MAX = 20
_UNNAMED = ("Unnamed: 0", "__UNNAMED__0")
"""What readers call a first column without a heading."""
_TABLES = (".csv", ".tsv", ".parquet", ".xlsx")
_TYPES = {".parquet": "application/vnd.apache.parquet", ".py": "text/x-python"}


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Have relative names of files mean that folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def files_in(folder: Path) -> list[Path]:
    """Return the files below a folder, in the order of their names. Hidden ones are left out, and
    so is what is not a plain file of its own: links would hand over what lies elsewhere."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            about = path.lstat()
            is_own = stat.S_ISREG(about.st_mode) and about.st_nlink == 1
            if is_own and about.st_size and not name.startswith("."):
                found.append(path)
    return found


def file_artifact(path: Path, folder: Path) -> ArtifactContent:
    """Return a file as an artifact, titled by its name below `folder`."""
    name = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()
    guessed = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
    return ArtifactContent(
        kind="file",
        title=name,
        media_type=guessed or "application/octet-stream",
        filename=Path(name).name,
        path=path,
    )


def is_table(path: Path) -> bool:
    """Whether a file is, by its name, a table that can become a dataset."""
    return path.suffix.lower() in _TABLES


def table_in(path: Path) -> "pd.DataFrame | None":
    """Return the table in a file (of a workbook the first sheet), None where it cannot be read."""
    import pandas as pd

    try:
        match path.suffix.lower():
            case ".csv" | ".tsv" as kind:
                return _without_index(pd.read_csv(path, sep="," if kind == ".csv" else "\t"))
            case ".parquet":
                return pd.read_parquet(path)
            case _:
                import fastexcel

                sheet = fastexcel.read_excel(path).load_sheet(0).to_pandas()
                return _without_index(pd.DataFrame(sheet))
    except Exception:  # whatever a reader makes of a file that is no table after all
        return None


def _without_index(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a frame without what pandas has written of an index that only counts."""
    from pandas.api.types import is_numeric_dtype

    is_unnamed = len(frame.columns) > 1 and frame.columns[0] in _UNNAMED
    counts = is_unnamed and is_numeric_dtype(first := frame.iloc[:, 0]) and (first % 1 == 0).all()
    return frame.iloc[:, 1:] if counts else frame
