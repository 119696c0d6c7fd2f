"""Small operations, and an analyst that has them."""

import threading
from typing import Any, ClassVar

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.agent import AgentServices, Card
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Operation, Outcome, Tables, column_field
from tests.doubles.scripted_llm import Calls

CARD = Card(name="test", title="Test", description="Tests.", skills=())


class Total(Operation):
    """The sum of a column, computed from the file."""

    name: ClassVar[str] = "total"
    measure: str = column_field("The column to add up.", *NUMERIC)

    def run(self, tables: Tables) -> Outcome:
        """Add up."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        column = pq.read_table(Tables.path(tables.get(self.dataset)))[self.measure]
        total = pc.sum(column).as_py()
        shown = ArtifactContent(kind="text", title=f"total {total}", data=str(total).encode())
        return Outcome(
            facts=(Fact(key="word.yes", params={"seventh": total / 7}, weight=2),),
            artifacts=(shown,),
            code=f"SELECT sum({self.measure})",
            code_language="sql",
        )


class Picky(Operation):
    """Finds data unfit when it runs."""

    name: ClassVar[str] = "picky"

    def run(self, tables: Tables) -> Outcome:
        """Refuse."""
        raise BadInput("dataset_unknown", name="x", names="sales")


MEETING = threading.Barrier(2)


class Meets(Operation):
    """Ends only while another one of its kind runs."""

    name: ClassVar[str] = "meets"
    who: str

    def run(self, tables: Tables) -> Outcome:
        """Wait for the other."""
        MEETING.wait(timeout=20)
        return Outcome(facts=(Fact(key="word.no"),))


def analyst(given: AgentServices) -> Analyst:
    return Analyst(CARD, given, (Total, Picky, Meets), "a tester")


def calls(*listed: tuple[str, dict[str, Any]]) -> Calls:
    """Return the turn of a model that calls these operations side by side."""
    return Calls(tuple(("call", {"name": n, "arguments": args}) for n, args in listed))


TOTAL = ("total", {"measure": "quantity"})
SEVENTH = "102.857142857"
"""A seventh of the total, 720, as Python writes it."""
