"""Databases for a process that has neither the operator's file nor the names of machines: what it
needs to reach them is found before, and it is told of no other."""

from collections.abc import Iterable

from pydantic import TypeAdapter

from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.outside import Outside
from cherry_reflex.datasets.connections.registry import DatabaseConnection
from cherry_reflex.datasets.connections.session import prepare

_CONNECTIONS = TypeAdapter(tuple[DatabaseConnection, ...])


def outside_of(one: DatabaseConnection) -> Outside:
    """Return what a process needs that uses this database. Raises Unavailable."""
    prepared, outside = prepare(one)
    return outside.model_copy(update={"secret": _secret([prepared])})


def outside_of_all(several: Iterable[DatabaseConnection]) -> Outside:
    """The same of several; one of which nothing can be found out will not be reached."""
    known: list[DatabaseConnection] = []
    needed: list[Outside] = []
    for one in several:
        try:
            prepared, outside = prepare(one)
        except CherryError:
            prepared, outside = one, Outside()
        known.append(prepared)
        needed.append(outside)
    return Outside(
        files=tuple(file for outside in needed for file in outside.files),
        ports=tuple(port for outside in needed for port in outside.ports),
        modules=tuple(dict.fromkeys(name for outside in needed for name in outside.modules)),
        secret=_secret(known),
    )


def given(tables: Tables) -> tuple[DatabaseConnection, ...]:
    """Return the databases that the operation was given, inside of its process."""
    return _CONNECTIONS.validate_json(tables.outside.secret)


def _secret(known: Iterable[DatabaseConnection]) -> str:
    return _CONNECTIONS.dump_json(tuple(known)).decode()
