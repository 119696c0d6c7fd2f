"""Every operation of every member, and what is asked of all of them alike: a clear sentence in both
languages or a sensible result, and nothing else."""

import json
import traceback
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from cherry_reflex.analysis.experiments.log_training import LogTraining
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.i18n.catalogue import entries, sentence, text
from cherry_reflex.workers.own import AGENTS, modules_of, own_agents, own_tool_servers
from tests.agents.conftest import services


def operations() -> dict[str, type[Operation]]:
    """Return the operations of all agents and tools, by name."""
    kinds: list[type[Operation]] = [LogTraining]  # the modeller's own, after each training
    for name in (agent.name for agent in own_agents()):
        agent = modules_of(AGENTS)[name].create(services(None, Path("unused")))  # type: ignore[arg-type]
        kinds += getattr(agent, "operations", ())
    for server in own_tool_servers():
        kinds += server.operations
    return {kind.name: kind for kind in kinds}


OPERATIONS = operations()


def problem_of(kind: type[Operation], given: dict[str, Any], tables: Tables) -> str:
    """Run; a result must be whole, a refusal must be a sentence. Return what else it came to."""
    try:
        operation = kind.model_validate(given)
    except ValidationError:
        return ""  # told to the planner in the schema's own words
    try:
        operation.check(tables)
        # As `run_operation` does, but for the process of its own.
        tables = tables.model_copy(update={"outside": operation.outside()})
        whole(operation.run(operation.opened(tables)))
    except CherryError as error:
        key = f"error.{error.code}"
        if key not in entries():
            return f"{error.code} has no sentence"
        if text(key, ENGLISH, **error.params) == text(key, KOREAN, **error.params):
            return f"{error.code} has one language"
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        return f"{type(error).__name__}: {str(error)[:300]} ({where})"
    return ""


def whole(outcome: Outcome) -> None:
    """Every sentence can be written, every artifact can be read, every choice has a name."""
    for fact in outcome.facts:
        for language in (ENGLISH, KOREAN):
            said = sentence(fact, language)
            assert "nan" not in said.lower().split(), said
    assert outcome.facts or outcome.artifacts, "nothing at all"
    for content in outcome.artifacts:
        json.dumps(content.meta, allow_nan=False)
        for role in content.meta.get("chosen") or {}:
            assert f"ui.role.{role}" in entries(), f"the page has no word for {role}"
        if content.kind in ("table", "dataset"):
            assert content.path is not None
            table = pq.read_table(content.path)
            assert table.num_columns and len(set(table.column_names)) == table.num_columns
        elif content.kind == "chart":
            figure = json.loads(read_bytes(content), parse_constant=_never)
            assert figure["data"], "an empty chart"
        else:
            assert read_bytes(content), "an empty file"


def _never(word: str) -> float:
    raise AssertionError(f"{word} is not JSON")
