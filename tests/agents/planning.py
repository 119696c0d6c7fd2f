"""Planners without a model that do what a test says, and what they plan."""

from collections.abc import AsyncIterator, Sequence

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.operation import Fact, Operation
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.i18n.catalogue import sentence
from tests.agents.conftest import Recorder

PLAN = Plan(
    steps=(
        Step(id="s1", worker="a2a:pandas", request="Sum"),
        Step(id="s2", worker="a2a:eda", request="Look", after=("s1",)),
    )
)


class Chooses:
    """A planner that chooses what a test says, in order, and words facts as sentences."""

    def __init__(self, *chosen: Sequence[Operation]) -> None:
        self.chosen = list(chosen)
        self.asked: list[Question] = []

    async def choose(
        self, question: Question, operations: object, most: int
    ) -> Sequence[Operation]:
        self.asked.append(question)
        return self.chosen.pop(0)

    async def words(
        self, question: Question, facts: Sequence[Fact], persona: str
    ) -> AsyncIterator[str]:
        for fact in facts:
            yield sentence(fact, question.language)


class Plans:
    """A planner without a model: says and plans what a test gives it, and sums up in one line."""

    def __init__(self, *given: str | Plan | Ask) -> None:
        self.given = given
        self.asked: list[Question] = []

    async def plan(self, question: Question, roster: Roster) -> AsyncIterator[str | Plan | Ask]:
        self.asked.append(question)
        for piece in self.given:
            yield piece

    async def summary(self, question: Question, findings: Sequence[Finding]) -> AsyncIterator[str]:
        yield " / ".join(one.text or one.problem for one in findings)


def made(context: Recorder) -> Plan:
    """Return the one plan that was handed over."""
    (content,) = context.shown()
    assert content.kind == "plan"
    return Plan.model_validate_json(read_bytes(content))
