"""Small operations, served as our own tools are: `python -m tests.doubles.operation_server`."""

from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.progress import hand_over, progress
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Operation, Outcome, Tables, column_field
from cherry_reflex.mcp.server.tool_server import tool_server


class Total(Operation):
    """Add up a column."""

    name: ClassVar[str] = "total"
    examples: ClassVar[tuple[str, ...]] = ("매출 합계", "total sales")
    column: str = column_field("What to add up.", *NUMERIC)
    times: int = Field(1, description="How often.")

    def run(self, tables: Tables) -> Outcome:
        import duckdb

        path = str(tables.path(tables.get(self.dataset)))
        query = f'SELECT sum("{self.column}") FROM read_parquet(?)'
        row: Any = duckdb.execute(query, [path]).fetchone()
        text = str(int(row[0]) * self.times)
        made = ArtifactContent(kind="text", title="Total", data=text.encode(), meta={"rows": 1})
        return Outcome(artifacts=(made,), code=query, code_language="sql")


class Refusing(Operation):
    """Never fits."""

    name: ClassVar[str] = "refusing"

    def run(self, tables: Tables) -> Outcome:
        raise BadInput("column_unknown", column="x", dataset="d", columns="a, b")


class Hungry(Operation):
    """Wants more memory than there may be."""

    name: ClassVar[str] = "hungry"

    def run(self, tables: Tables) -> Outcome:
        return Outcome(code=str(len(bytearray(8_000_000_000))))


class Gated(Operation):
    """Hands over a first part, and makes the second when the gate in its folder opens."""

    name: ClassVar[str] = "gated"
    gate: str = Field(description="Path of a named pipe; what is written to it is the second part.")

    def saves_in(self, tables: Tables) -> tuple[Path, ...]:
        return (Path(self.gate).parent,)

    def run(self, tables: Tables) -> Outcome:
        progress("first part")
        first = hand_over(_part("first", b"1"), code="one", language="python")
        progress("second part")
        second = _part("second", Path(self.gate).read_bytes())
        return Outcome(artifacts=(*first, second), code="all", code_language="python")


def _part(title: str, data: bytes) -> ArtifactContent:
    return ArtifactContent(kind="text", title=title, data=data)


SERVER = tool_server("arithmetic", "Adds up.", [Total, Refusing, Hungry, Gated])

if __name__ == "__main__":
    SERVER.run()
