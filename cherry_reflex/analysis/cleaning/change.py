"""What a cleaning step changed, as values."""

from dataclasses import dataclass, field
from typing import Any

from cherry_reflex.core.operation import Fact


@dataclass(frozen=True)
class Mapped:
    """One value that became another in `cells` cells; None is a missing value."""

    before: Any
    after: Any
    cells: int


@dataclass(frozen=True)
class CleaningChange:
    """One thing that a step did (or found and left: no cells, rows or columns then).

    `fact` says it to a person; `mapped` are the values concerned, where those can be listed.
    """

    step: str
    fact: Fact
    column: str = ""
    cells: int = 0
    rows: int = 0
    columns: int = 0
    mapped: tuple[Mapped, ...] = field(default=())

    @property
    def did(self) -> bool:
        """Whether the table is another than before."""
        return bool(self.cells or self.rows or self.columns)
