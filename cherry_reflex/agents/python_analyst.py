"""An analyst that runs Python as well: code that a model writes, or that a person typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from cherry_reflex.agents.request import sentence_of
from cherry_reflex.agents.saving_analyst import SavingAnalyst
from cherry_reflex.analysis.python.kept_names import NameStore
from cherry_reflex.analysis.python.python import RunPython
from cherry_reflex.analysis.python.typed_code import PYTHON, code_of
from cherry_reflex.analysis.results.artifacts import said
from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.core.operation import Operation, Tables
from cherry_reflex.core.planner import Question
from cherry_reflex.core.redo import OPERATION, with_redo
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.i18n.catalogue import sentence

_FOR_MODELS = frozenset({"python.head", "python.kept"})
"""Facts that a model needs: a person sees the tables themselves."""


@dataclass(frozen=True)
class PythonAnalyst(SavingAnalyst):
    """The analysts' flow with `RunPython` among the operations, where Python is run at all."""

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Answer. Code that was typed is run as it is, and what it leaves is said as it is.

        Raises BadInput `python_off` or `python_unsafe` where no Python is run, and what running the
        code raises.
        """
        given = self._given(work)
        if not any(isinstance(one, RunPython) for one in given):
            await super().run(work, context)
            return
        tables = self._tables(work)
        done = await self._compute(given, tables, context)
        for operation, error in done.problems:
            if isinstance(operation, RunPython):
                await context.show(_failed(operation, error, tables))
        if not _is_typed(given, work.request):
            await self._answer(self.question(work), [done], context)
            return
        if done.problems:
            raise done.problems[0][1]
        told = [sentence(f, work.language) for f in done.facts if f.key not in _FOR_MODELS]
        await context.say("\n\n".join(told))

    def question(self, work: WorkerRequest) -> Question:
        """Return the request with the names that earlier code has left."""
        asked = super().question(work)
        kept = () if self.services.no_python else NameStore(self._files(work)).names().told()
        if not kept:
            return asked
        told = f"Names that earlier Python code of this conversation left: {', '.join(kept)}"
        return asked.model_copy(update={"inputs": (*asked.inputs, told)})

    def _operation(self, arguments: dict[str, object]) -> Operation | None:
        if arguments.get(OPERATION) == RunPython.name and self.services.no_python:
            raise BadInput(self.services.no_python)
        return super()._operation(arguments)

    def _fitting(self, datasets: Sequence[Dataset]) -> list[type[Operation]]:
        fitting = super()._fitting(datasets)
        return [k for k in fitting if k is not RunPython or not self.services.no_python]


def _is_typed(given: Sequence[Operation], request: str) -> bool:
    """Whether the request is the code itself."""
    match given:
        case [RunPython(code=code)]:
            return code == code_of(request)
        case _:
            return False


def _failed(operation: RunPython, error: CherryError, tables: Tables) -> ArtifactContent:
    """Return code that failed, and why, so that a person can change it and run it again."""
    lines = [sentence_of(error, tables.language)]
    if error.detail:
        lines.append(f"```\n{error.detail}\n```")
    content = ArtifactContent(
        kind="text",
        title=said("python.failed_title", tables),
        filename="failed.md",
        data="\n\n".join(lines).encode(),
        meta={"code": operation.code, "language": PYTHON},
    )
    return with_redo(content, operation, tables)
