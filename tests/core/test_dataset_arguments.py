"""Which dataset a step's arguments mean, once the steps before it are over."""

from importlib import import_module
from pkgutil import walk_packages

import pytest

import cherry_reflex.agents
import cherry_reflex.analysis
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.dataset_arguments import DATASET_FIELDS, newest_versions, settled
from cherry_reflex.core.operation import Operation

_COLUMNS = (Column(name="a", type="text"), Column(name="b", type="text"))


def _table(name: str, parent: str = "", rows: int = 100) -> Dataset:
    return Dataset(id=f"id of {name}", name=name, rows=rows, columns=_COLUMNS, parent=parent)


RAW = _table("raw")
CLEAN = _table("clean", RAW.id)
NEWEST = newest_versions([RAW], [CLEAN])


def test_newest_versions_are_those_that_the_run_made() -> None:
    assert NEWEST == {"raw": CLEAN}
    typed = _table("typed", CLEAN.id)
    assert newest_versions([RAW, CLEAN], [typed]) == {"raw": typed, "clean": typed}
    assert newest_versions([RAW, CLEAN], []) == {}, "that of an earlier question is at hand itself"
    assert newest_versions([RAW], [_table("few", RAW.id, rows=3)]) == {}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"dataset": "raw", "column": "a"}, {"dataset": "clean", "column": "a"}),
        ({"dataset": "dataset:raw"}, {"dataset": "dataset:clean"}),
        ({"any": ["dataset:raw"]}, {"any": ["dataset:clean"]}),
        ({"operations": [{"dataset": "raw"}]}, {"operations": [{"dataset": "clean"}]}),
        ({"dataset": RAW.id}, {"dataset": RAW.id}),
        ({"title": "raw", "column": "raw"}, {"title": "raw", "column": "raw"}),
        ({"dataset": "raw", "other": "clean"}, {"dataset": "raw", "other": "clean"}),
        ({"dataset": "raw", "other": "raw"}, {"dataset": "clean", "other": "clean"}),
        ({"dataset": ""}, {"dataset": ""}),
        (None, None),
    ],
)
def test_a_name_means_the_newest_version_and_an_id_itself(
    given: dict[str, object] | None, meant: dict[str, object] | None
) -> None:
    assert settled(given, NEWEST) == meant


def test_every_field_of_an_operation_that_names_a_dataset_is_known() -> None:
    for package in (cherry_reflex.agents, cherry_reflex.analysis):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    todo, fields = [Operation], set()
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        for name, info in kind.model_fields.items():
            hint = info.json_schema_extra
            if isinstance(hint, dict) and hint.get("x-dataset"):
                fields.add(name)
    assert fields == DATASET_FIELDS
