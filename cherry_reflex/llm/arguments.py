"""Arguments of tools: put in the house's form, and checked against schema and data."""

from collections.abc import Collection, Sequence
from typing import Any

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import is_plain_name

PREFIX = "dataset:"
_TOLD_COLUMNS = 60


def checked(
    arguments: dict[str, Any],
    schema: dict[str, Any],
    datasets: Sequence[Dataset],
    results: Collection[str] = (),
) -> dict[str, Any]:
    """Return the arguments, dataset references in the form `dataset:<name>`. Tables of earlier
    steps may be named as well: `results`.

    Raises ValueError with a sentence for the model: not valid against the JSON Schema, no such
    dataset, no such column (`x-column` properties), or a column of a type that does not fit.
    """
    properties: dict[str, Any] = schema.get("properties", {})
    settled = {
        name: _reference(value, datasets, results) if _is_dataset(properties.get(name)) else value
        for name, value in arguments.items()
        if value is not None or name in schema.get("required", ())
    }
    for name, prop in properties.items():
        if _is_dataset(prop) and not settled.get(name) and datasets:
            settled[name] = PREFIX + _name(datasets[0], datasets)
    _valid(settled, schema)
    _columns(settled, properties, datasets)
    return settled


def _is_dataset(prop: object) -> bool:
    return isinstance(prop, dict) and bool(prop.get("x-dataset"))


def _reference(value: object, datasets: Sequence[Dataset], results: Collection[str]) -> object:
    if not isinstance(value, str) or not value:
        return value
    wanted = value.removeprefix(PREFIX)
    if wanted in results:
        return PREFIX + wanted
    for dataset in datasets:
        if wanted in (dataset.name, dataset.id):
            return PREFIX + _name(dataset, datasets)
    names = ", ".join(dataset.name for dataset in datasets) or "none"
    raise ValueError(f"There is no dataset {wanted!r}. The datasets are: {names}.")


def _name(dataset: Dataset, datasets: Sequence[Dataset]) -> str:
    shared = sum(other.name == dataset.name for other in datasets) > 1
    return dataset.id if shared else dataset.name


def _valid(arguments: dict[str, Any], schema: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return  # an outsider's broken schema: its server is the judge
    problems = [
        f"{'.'.join(str(p) for p in error.absolute_path) or 'arguments'}: {error.message[:500]}"
        for error in Draft202012Validator(schema).iter_errors(arguments)
    ]
    if problems:
        raise ValueError("; ".join(problems[:5]))


def _columns(
    arguments: dict[str, Any], properties: dict[str, Any], datasets: Sequence[Dataset]
) -> None:
    used = [
        dataset
        for dataset in datasets
        for name, prop in properties.items()
        if _is_dataset(prop)
        and str(arguments.get(name, "")).removeprefix(PREFIX) in (dataset.name, dataset.id)
    ]
    for name, prop in properties.items():
        if not isinstance(prop, dict) or "x-column" not in prop or not used:
            continue
        value = arguments.get(name)
        for wanted in [value] if isinstance(value, str) else (value or ()):
            if not wanted:
                continue
            column = used[0].column(str(wanted))
            if column is None and prop.get("x-expression") and not is_plain_name(str(wanted)):
                continue  # looked into where it is run
            if column is None:
                names = ", ".join(c.name for c in used[0].columns[:_TOLD_COLUMNS])
                raise ValueError(
                    f"{name}: {used[0].name} has no column {wanted!r}. Its columns are: {names}."
                )
            types = prop["x-column"] or ()
            if types and column.type not in types:
                raise ValueError(
                    f"{name}: the column {wanted!r} is of type {column.type}; "
                    f"one of {', '.join(types)} is needed."
                )
