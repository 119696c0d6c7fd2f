"""A tool's arguments: datasets named in them become files or URLs, and the schema is kept."""

from collections.abc import Callable, Mapping
from typing import Any

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.dataset_arguments import DATASET_PREFIX as PREFIX
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.roster import ToolFunction
from cherry_reflex.core.worker import WorkerRequest


def resolved(
    work: WorkerRequest, function: ToolFunction, *, own: bool, refer: Callable[[Dataset], str]
) -> dict[str, Any]:
    """Return the arguments of a call, ready to be sent. `refer` gives what stands for a dataset.

    Of our own functions, arguments marked `x-dataset` may name a dataset without the prefix,
    and an empty one means the first.

    Raises BadInput (`dataset_missing`, `dataset_unknown`, `arguments_invalid`).
    """
    given: dict[str, Any] = dict(work.arguments or {})
    properties = function.input_schema.get("properties")
    if own and isinstance(properties, Mapping):
        for name, schema in properties.items():
            if not isinstance(schema, Mapping):
                continue
            if schema.get("x-language"):
                given.setdefault(name, work.language)
            if schema.get("x-dataset"):
                _named(given, name, work, required=name == "dataset")
                _check_named(given.get(name), work)
    arguments = {key: _replaced(value, work, refer) for key, value in given.items()}
    _check(arguments, function)
    return arguments


def _named(given: dict[str, Any], name: str, work: WorkerRequest, *, required: bool) -> None:
    value = given.get(name)
    if value in (None, ""):
        if required and work.datasets:
            given[name] = PREFIX + work.datasets[0].id
    elif isinstance(value, str) and any(value in (d.id, d.name) for d in work.datasets):
        given[name] = PREFIX + value


def _check_named(value: Any, work: WorkerRequest) -> None:
    """Refuse a file that is named by its place: it could be anybody's."""
    if isinstance(value, str) and value and not value.startswith(PREFIX):
        _find(value, work)


def _replaced(value: Any, work: WorkerRequest, refer: Callable[[Dataset], str]) -> Any:
    if isinstance(value, str) and value.startswith(PREFIX):
        return refer(_find(value.removeprefix(PREFIX), work))
    if isinstance(value, dict):
        return {key: _replaced(item, work, refer) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(item, work, refer) for item in value]
    return value


def _find(name: str, work: WorkerRequest) -> Dataset:
    if not work.datasets:
        raise BadInput("dataset_missing")
    for dataset in work.datasets:
        if name in (dataset.id, dataset.name):
            return dataset
    raise BadInput("dataset_unknown", name=name, names=", ".join(d.name for d in work.datasets))


def _check(arguments: dict[str, Any], function: ToolFunction) -> None:
    import jsonschema

    try:
        validator = jsonschema.validators.validator_for(
            function.input_schema, default=jsonschema.Draft202012Validator
        )
        error = jsonschema.exceptions.best_match(
            validator(function.input_schema).iter_errors(arguments)
        )
    except Exception:
        # A schema that no validator understands is the server's to judge by.
        return
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        detail = f"{where}: {error.message}" if where else error.message
        raise BadInput("arguments_invalid", detail=detail, tool=function.name)
