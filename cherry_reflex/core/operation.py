"""Operations: typed, pure computations over tables. Agents and MCP tools are thin over them.

An operation is a frozen model of its arguments with a `run` method. Its JSON Schema is what a
language model (or the embedded planner) fills in; `check` tells it what it got wrong.
"""

from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import ColumnType
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.outside import Outside
from cherry_reflex.core.unit import Unit

NUMERIC: tuple[ColumnType, ...] = ("number", "integer")
GROUPING: tuple[ColumnType, ...] = ("category", "text", "boolean", "date", "datetime", "integer")
TEMPORAL: tuple[ColumnType, ...] = ("date", "datetime")
ENTITY: tuple[ColumnType, ...] = ("category", "text", "integer", "number")
"""Types of columns that identify customers, users and the like."""


def column_field(
    description: str,
    *types: ColumnType,
    default: Any = ...,
    many: bool = False,
    least: int = 0,
    named: bool = False,
    expression: bool = False,
    aggregated: bool = False,
) -> Any:
    """Return a field that names a column (or several) of one of `types` (any when none given).

    The annotation `x-column` in the JSON Schema lets any planner fill it from real columns;
    `least` (`x-least`) says how many a list of several has at least, if it is not left empty.
    One that is `named` (`x-named`) is a column that the person has named, never one that only
    looks likely: what is predicted, who is counted. With `expression` (`x-expression`) an SQL
    expression over the columns may stand for a column; if it may be `aggregated`
    (`x-aggregated`), also one that puts many rows into one value.
    """
    hint: dict[str, Any] = {"x-column": list(types), "x-many": many}
    if named:
        hint["x-named"] = True
    if expression:
        hint["x-expression"] = True
    if aggregated:
        hint["x-aggregated"] = True
    if least:
        hint["x-least"] = least
    return Field(default=default, description=description, json_schema_extra=hint)


def written_field(description: str, *, default: Any = ..., **limits: Any) -> Any:
    """Return a field that only a language model or a person can write (`x-written`): SQL, settings
    by name. A planner that fills arguments by likeness leaves it as it is."""
    return Field(
        default=default, description=description, json_schema_extra={"x-written": True}, **limits
    )


def chosen_field(description: str, likely: tuple[str, ...], *, default: Any = ...) -> Any:
    """Return a field of which a planner that fills arguments by likeness takes one of `likely`
    (`x-likely`); the other choices need more arguments, which a language model writes."""
    return Field(
        default=default, description=description, json_schema_extra={"x-likely": list(likely)}
    )


class Fact(BaseModel):
    """A computed truth as a value: `key` is a sentence template of the i18n catalogue
    (`fact.<key>`, Korean and English), `params` fills it. `weight` ranks notable ones first.
    Every number a person reads comes from here or from an artifact."""

    model_config = ConfigDict(frozen=True)

    key: str
    params: dict[str, Any] = {}
    weight: float = 1.0
    units: dict[str, Unit] = {}
    """Units of numbers among the params, by name; they are written with them."""
    is_repeat: bool = False
    """Whether it only says in words what a table or text of the outcome holds: `Outcome.digest`
    has those, and not it."""


class Outcome(BaseModel):
    """What an operation found. `code` is the SQL or Python that shows how (`code_language`)."""

    model_config = ConfigDict(frozen=True)

    facts: tuple[Fact, ...] = ()
    artifacts: tuple[ArtifactContent, ...] = ()
    code: str = ""
    code_language: Literal["sql", "python", ""] = ""
    digest: Digest = Digest()
    """The same for whoever called; made where the operation ran, of what it gave."""


class Tables(BaseModel):
    """The datasets that an operation may read, and a folder of its own to write files to."""

    model_config = ConfigDict(frozen=True)

    datasets: tuple[Dataset, ...]
    folder: Path
    language: Language = ENGLISH
    conversation_files: Path | None = None
    """A folder that lasts and belongs to the conversation: saved models are found there again."""
    outside: Outside = Outside()
    """What the operation said that it needs (`Operation.outside`), when it is run."""

    def get(self, name: str = "") -> Dataset:
        """Return the dataset with that name or id (the first when empty).

        Raises BadInput `dataset_unknown` or `dataset_missing`.
        """
        if not self.datasets:
            raise BadInput("dataset_missing")
        if not name:
            return self.datasets[0]
        for dataset in self.datasets:
            if name in (dataset.name, dataset.id):
                return dataset
        raise BadInput("dataset_unknown", name=name, names=", ".join(d.name for d in self.datasets))

    @staticmethod
    def path(dataset: Dataset) -> Path:
        """Return the Parquet file of a dataset."""
        return Path(dataset.uri.removeprefix("file://"))


class Operation(BaseModel):
    """The base of all operations. The class docstring is its description to models and people;
    `name` its stable name; `examples` are requests that it serves, Korean and English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    examples: ClassVar[tuple[str, ...]] = ()
    needs_data: ClassVar[bool] = True
    """False for what can be done in a conversation without any dataset."""
    limit_s: ClassVar[float] = 0
    """Seconds after which it is ended; 0: as long as the settings allow."""
    for_models: ClassVar[bool] = True
    """False for what a language model has a better way to say (it writes SQL)."""
    prepares: ClassVar[bool] = False
    """True for what makes data ready instead of answering: a language model is told its name, and
    what it takes when it asks or gets it wrong, as it has `sql` and `python` for most of that."""
    needs_model: ClassVar[bool] = False
    """True for what only a language model, or a person, can fill in: code, a list of steps."""
    runs_code: ClassVar[bool] = False
    """True for what runs code that others wrote, in whatever language."""

    dataset: str = Field(
        default="",
        description="Name of the dataset; empty for the first.",
        json_schema_extra={"x-dataset": True},
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput (`column_unknown`, `column_type`, …) when the arguments do not fit.

        Checks every field made with `column_field`; operations add their own conditions.
        """
        dataset = tables.get(self.dataset)
        for field_name, info in type(self).model_fields.items():
            hint = info.json_schema_extra
            if not isinstance(hint, dict) or "x-column" not in hint:
                continue
            value = getattr(self, field_name)
            types: Any = hint["x-column"]
            for name in [value] if isinstance(value, str) else (value or ()):
                if not name:
                    continue
                column = dataset.column(name)
                if column is None and hint.get("x-expression") and not is_plain_name(name):
                    continue  # looked into where it is run, in a process of its own
                if column is None:
                    raise BadInput(
                        "column_unknown",
                        column=name,
                        dataset=dataset.name,
                        columns=", ".join(c.name for c in dataset.columns[:60]),
                    )
                if types and column.type not in types:
                    raise BadInput(
                        "column_type",
                        column=name,
                        type=column.type,
                        wanted=", ".join(types),
                        field=field_name,
                    )

    def opened(self, tables: Tables) -> Tables:
        """Return the tables as `run` gets them: with what its arguments compute as columns of the
        dataset. Called where it runs; may be slow."""
        return tables

    def saves_in(self, tables: Tables) -> tuple[Path, ...]:
        """Return folders besides `tables.folder` that it reads and writes, such as that of models
        which later operations find again."""
        return ()

    def outside(self) -> Outside:
        """Return what it needs from outside of the conversation: it gets that as `tables.outside`.
        Asked of it where the operator's settings are, not where it runs. May be slow."""
        return Outside()

    def run(self, tables: Tables) -> Outcome:
        """Compute. May be slow: it runs in a limited process of its own."""
        raise BadInput("operation_abstract", name=type(self).__name__)


def is_plain_name(text: str) -> bool:
    """Whether a text can only be a name: words, and no sign that SQL computes with."""
    return not any(sign in text for sign in "()+*/%<>=!|'\"[]-:~") and (
        not text.casefold().startswith("case ")
    )


class Preparation(Operation):
    """The base of operations that make data ready."""

    prepares: ClassVar[bool] = True
