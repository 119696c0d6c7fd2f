"""Every operation of every member over tables that it was not made for: a clear sentence in both
languages or a sensible result, and nothing else."""

import importlib
import json
import pkgutil
import traceback
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

import cherry_reflex.agents as agents
import cherry_reflex.tools as tools
from cherry_reflex.analysis.models.cluster import Cluster
from cherry_reflex.analysis.models.log_training import LogTraining
from cherry_reflex.analysis.models.predict import Predict
from cherry_reflex.analysis.models.train import Train
from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.i18n.catalogue import entries, sentence, text
from cherry_reflex.wire.mcp.server import ToolServer
from tests.agents.conftest import office
from tests.team.bad_tables import TABLES, _wide, arguments, dataset_of


def operations() -> dict[str, type[Operation]]:
    """Return the operations of all agents and tools, by name."""
    found: dict[str, type[Operation]] = {
        kind.name: kind for kind in (Train, Cluster, Predict, LogTraining)
    }
    for package in (agents, tools):
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            if isinstance(server := getattr(module, "server", None), ToolServer):
                found |= {kind.name: kind for kind in server.operations}
            elif hasattr(module, "CARD"):
                agent: Any = module.create(office(None, Path("unused")))  # type: ignore[arg-type]
                found |= {kind.name: kind for kind in getattr(agent, "operations", ())}
    return found


OPERATIONS = operations()
WIDE = (
    "aggregate",
    "chart",
    "convert_file",
    "correlation_map",
    "correlations",
    "describe_numbers",
    "explain_data",
    "fill_missing",
    "group_rows",
    "pair_plot",
    "profile",
    "show_rows",
    "target_relations",
    "train",
)
"""Of those that look at all columns: the ones that are asked first."""


def test_the_whole_team_is_asked() -> None:
    assert len(OPERATIONS) >= 85


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OPERATIONS)
def test_bad_tables_are_answered_clearly(name: str, tmp_path: Path) -> None:
    kind, problems = OPERATIONS[name], []
    for title, make in TABLES.items():
        folder = tmp_path / title
        folder.mkdir()
        dataset = dataset_of(make(), folder)
        tables = Tables(datasets=(dataset,), folder=folder, shelf=folder)
        problems += [
            f"{title}: {given}: {problem}"
            for given in arguments(kind, dataset)
            if (problem := problem_of(kind, given, tables))
        ]
    assert not problems, "\n".join(problems)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WIDE)
def test_two_thousand_columns_are_answered_clearly(name: str, tmp_path: Path) -> None:
    dataset = dataset_of(_wide(), tmp_path)
    given = next(arguments(OPERATIONS[name], dataset))
    tables = Tables(datasets=(dataset,), folder=tmp_path, shelf=tmp_path)
    assert not problem_of(OPERATIONS[name], given, tables)


@pytest.mark.parametrize(
    "name", [n for n, kind in OPERATIONS.items() if "x-column" in str(kind.model_json_schema())]
)
def test_no_such_column_is_said_with_those_that_there_are(name: str, tmp_path: Path) -> None:
    dataset = dataset_of(TABLES["ordinary"](), tmp_path)
    tables = Tables(datasets=(dataset,), folder=tmp_path, shelf=tmp_path)
    for given in arguments(OPERATIONS[name], dataset):
        wrong = {
            key: ["Umsatz"] if isinstance(value, list) else "Umsatz"
            for key, value in given.items()
            if "x-column" in OPERATIONS[name].model_json_schema()["properties"][key]
        }
        if not wrong:
            continue
        try:
            operation = OPERATIONS[name].model_validate(given | wrong)
        except ValidationError:
            continue
        with pytest.raises(BadInput) as caught:
            operation.check(tables)
        assert caught.value.code == "column_unknown", caught.value
        assert "amount" in text("error.column_unknown", "ko", **caught.value.params)


def problem_of(kind: type[Operation], given: dict[str, Any], tables: Tables) -> str:
    """Run; a result must be whole, a refusal must be a sentence. Return what else it came to."""
    try:
        operation = kind.model_validate(given)
    except ValidationError:
        return ""  # told to the mind in the schema's own words
    try:
        operation.check(tables)
        whole(operation.run(tables))
    except CherryError as error:
        key = f"error.{error.code}"
        if key not in entries():
            return f"{error.code} has no sentence"
        if text(key, "en", **error.params) == text(key, "ko", **error.params):
            return f"{error.code} has one language"
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        return f"{type(error).__name__}: {str(error)[:300]} ({where})"
    return ""


def whole(outcome: Outcome) -> None:
    """Every sentence can be written, every artifact can be read, every choice has a name."""
    for fact in outcome.facts:
        for language in ("en", "ko"):
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
            figure = json.loads(content.read(), parse_constant=_never)
            assert figure["data"], "an empty chart"
        else:
            assert content.read(), "an empty file"


def _never(word: str) -> float:
    raise AssertionError(f"{word} is not JSON")
