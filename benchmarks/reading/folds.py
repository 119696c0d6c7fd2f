"""Which tables teach what: five parts, by the hash of the tables' names (`folds.json`)."""

import json
from pathlib import Path

TABLES = 30
"""Of each part so many tables are learned from by the weights of search, score and trust."""
CALIBRATED = 40
"""So many further tables of the network's part tell how sure to be with it."""
NETWORK_HELD = 0
"""The part of the tables that the network has not learned from."""


def folds() -> list[tuple[str, ...]]:
    """Return the tables of each part, those first that are learned from."""
    told = json.loads((Path(__file__).parent / "folds.json").read_text("utf-8"))
    return [tuple(tables) for tables in told]


def calibrated() -> tuple[str, ...]:
    """Return the tables that tell how sure to be, and teach nothing else."""
    return folds()[NETWORK_HELD][TABLES : TABLES + CALIBRATED]


def unseen() -> tuple[str, ...]:
    """Return the tables that nothing is learned from."""
    return folds()[NETWORK_HELD][TABLES + CALIBRATED :]
