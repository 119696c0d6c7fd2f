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
                frame = pd.read_csv(path, sep="," if kind == ".csv" else "\t")
                # What `to_csv` makes of an index that only counts.
                is_index = len(frame.columns) > 1 and frame.columns[0] == "Unnamed: 0"
                return frame.iloc[:, 1:] if is_index else frame
            case ".parquet":
                return pd.read_parquet(path)
            case _:
                import fastexcel

                return pd.DataFrame(fastexcel.read_excel(path).load_sheet(0).to_pandas())
    except Exception:  # whatever a reader makes of a file that is no table after all
        return None
