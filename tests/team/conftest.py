"""One house for all questions to its members."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.doubles.house import House, opened
from tests.team.answer import CARS, PATIENCE_S


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with a connected database."""
    listed = garage(tmp_path_factory.mktemp("databases"))
    with opened(CHERRY_DATABASES_FILE=str(listed)) as house:
        yield house


def garage(folder: Path) -> Path:
    """Make a SQLite database of the cars, and return the file that lists it."""
    with sqlite3.connect(folder / "garage.sqlite") as connection:
        CARS.assign(Year=CARS["Year"].astype(str)).to_sql("cars", connection, index=False)
    connection.close()
    listed = folder / "databases.json"
    listed.write_text(json.dumps({"folder": "."}))
    return listed


@pytest.fixture(scope="session")
def http(peopled: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=peopled.url, timeout=PATIENCE_S) as client:
        yield client
