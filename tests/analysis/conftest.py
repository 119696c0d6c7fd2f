"""Real tables, uploaded."""

from pathlib import Path

import pytest
from palmerpenguins import load_penguins
from vega_datasets import local_data

from cherry_reflex.core.operation import Tables
from tests.analysis.tables import uploaded


@pytest.fixture
def penguins(tmp_path: Path) -> Tables:
    """Return the Palmer penguins."""
    return uploaded(load_penguins(), tmp_path, "penguins")


@pytest.fixture
def stocks(tmp_path: Path) -> Tables:
    """Return the prices of five shares, month by month."""
    return uploaded(local_data.stocks(), tmp_path, "stocks")


@pytest.fixture
def cars(tmp_path: Path) -> Tables:
    """Return cars of the years 1970 to 1982."""
    return uploaded(local_data.cars(), tmp_path, "cars")
