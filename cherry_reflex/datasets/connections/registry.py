"""Which databases are connected: those of the operator's file, and no others.

The file is JSON: `{"folder": "…", "databases": {"shop": {"url": "postgresql://…"}, "crm": {"file":
"crm.sqlite"}}}`. All SQLite and DuckDB files of `folder` are connected by their names; `file` is a
path inside it. `description` may say what a database holds. PostgreSQL is connected to by TCP: its
URL names a host, and the password, since `~/.pgpass` is not read.
"""

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.core.errors import BadInput, NotFound, SettingsWrong

FILE_VARIABLE = "CHERRY_DATABASES_FILE"
"""Set for the tool's process from the setting `databases_file`."""

Kind = Literal["sqlite", "duckdb", "postgresql"]
_SQLITE = b"SQLite format 3\0"
_DUCKDB = b"DUCK"
_SUFFIXES = (".sqlite", ".sqlite3", ".db", ".duckdb", ".ddb")


class DatabaseConnection(BaseModel):
    """One database. Its URL, or what libpq takes in its place (`key=value …`), may hold a password:
    it is never shown."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    path: Path | None = None
    url: str = Field("", repr=False)
    description: str = ""


def connections(file: Path | None = None) -> dict[str, DatabaseConnection]:
    """Return the connected databases by name; `file` is the operator's, else the one that the
    environment names. Raises BadInput `database_none` when there is none, SettingsWrong
    `databases_file_wrong`."""
    if file is None:
        named = os.environ.get(FILE_VARIABLE, "")
        if not named:
            raise BadInput("database_none")
        file = Path(named)
    try:
        data = json.loads(file.read_text("utf-8"))
        found = _read(data, file.parent)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SettingsWrong("databases_file_wrong", detail=str(error), path=file.name) from error
    if not found:
        raise BadInput("database_none")
    return found


def connection(name: str) -> DatabaseConnection:
    """Return the database of that name; the only one when the name is empty.

    Raises NotFound `database_unknown`.
    """
    known = connections()
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if name not in known:
        raise NotFound("database_unknown", name=name, names=", ".join(known))
    return known[name]


def _read(data: dict[str, Any], base: Path) -> dict[str, DatabaseConnection]:
    found: dict[str, DatabaseConnection] = {}
    folder = (base / data["folder"]).resolve() if data.get("folder") else None
    for path in sorted(folder.iterdir()) if folder is not None else ():
        if path.suffix.lower() in _SUFFIXES and path.is_file() and (kind := _kind(path)):
            found[path.stem] = DatabaseConnection(name=path.stem, kind=kind, path=path)
    for name, item in data.get("databases", {}).items():
        about = str(item.get("description", ""))
        if url := str(item.get("url", "")):
            if not url.startswith(("postgresql://", "postgres://")):
                raise ValueError(f"{name}: only postgresql:// URLs can be connected")
            found[name] = DatabaseConnection(
                name=name, kind="postgresql", url=url, description=about
            )
            continue
        if folder is None:
            raise ValueError(f"{name}: a file needs a folder")
        path = (folder / str(item["file"])).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise ValueError(f"{name}: no such file in the folder")
        kind = _kind(path)
        if kind is None:
            raise ValueError(f"{name}: neither SQLite nor DuckDB")
        found[name] = DatabaseConnection(name=name, kind=kind, path=path, description=about)
    return found


def _kind(path: Path) -> Kind | None:
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_SQLITE):
        return "sqlite"
    return "duckdb" if head[8:12] == _DUCKDB else None
