"""Datasets: uploaded or derived tables, kept as Parquet."""

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.column import Column
from cherry_reflex.core.parse_options import ParseReport


class Dataset(BaseModel):
    """A table by reference. `uri` is `file:///….parquet` for our own workers, or a URL."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    uri: str = ""
    rows: int
    columns: tuple[Column, ...]
    size_bytes: int = 0
    source: str = ""
    """The file name it came from."""
    sheet: str = ""
    encoding: str = ""
    version: int = 1
    parent: str = ""
    """The id of the dataset that it was made from, if any."""
    note: str = ""
    upload: str = ""
    """The kept file that it was read from, by which it can be read again; empty for others."""
    parsed: ParseReport | None = None
    """How its file was read; None for tables that no file was read for."""
    replaces: str = ""
    """The id of the dataset whose file was read again, in another encoding, to make this one."""

    remembered: tuple[tuple[str, str], ...] = ()
    """What a person's words mean in it, as they have chosen: (word, column). Told to our own
    planner, and to nobody outside."""

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((c for c in self.columns if c.name == name), None)
