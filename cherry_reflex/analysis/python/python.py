"""Python code over the tables of a conversation, run in the sandbox."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.python.collected import DATASETS_MAX, PRINTED_CHARS_MAX, Collected
from cherry_reflex.analysis.python.figures import collecting
from cherry_reflex.analysis.python.kept_names import NameStore
from cherry_reflex.analysis.python.namespace import (
    FIRST,
    Words,
    load,
    prepared,
    register,
    table_names,
)
from cherry_reflex.analysis.python.printed_text import PrintedText
from cherry_reflex.analysis.python.shell import Ran, parsed, run
from cherry_reflex.analysis.python.typed_code import PYTHON
from cherry_reflex.analysis.python.written_files import working_in
from cherry_reflex.analysis.sql.duckdb import sql_names
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Operation, Outcome, Tables

CODE_CHARS_MAX = 20_000


class RunPython(Operation):
    """Run Python 3 where no other operation computes what is asked. Every table is a pandas
    DataFrame of its name in SQL (`_table` is added to a name that Python has already), the
    first one also `df`; `pd`, `np`, `px`, `go`, `plt` and `duckdb` (it finds the tables by these
    names) are there, scipy, statsmodels and scikit-learn can be imported. There is no network, no
    other program and no input.

    What is printed and the value of the last expression come back; tables, Plotly figures (as the
    value, or `fig.show()`), pictures of matplotlib and files written to the working folder are
    shown. New datasets, at most five, are made of the DataFrames in `hand_over`, of a new or
    changed DataFrame whose bare name is the last expression (`clean`, or `one, other`), and of csv,
    parquet and xlsx files; other frames stay names. Names go on to the next call of the
    conversation: data, imports, functions and classes, but not models and other objects.
    """

    name: ClassVar[str] = PYTHON
    needs_data: ClassVar[bool] = False
    needs_model: ClassVar[bool] = True
    runs_code: ClassVar[bool] = True

    code: str = Field(
        max_length=CODE_CHARS_MAX,
        description="The code: whole statements; its last expression is the result.",
        json_schema_extra={"x-code": PYTHON},
    )
    tables: tuple[str, ...] = Field(
        default=(), description="Names of the datasets that the code uses; empty for all."
    )
    hand_over: tuple[str, ...] = Field(
        default=(),
        max_length=DATASETS_MAX,
        description="Names of DataFrames of the code that become datasets for further questions.",
    )
    question: str = Field(
        default="", max_length=2_000, description="What the code is to find out, for people."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput `dataset_unknown`, `python_empty`, or `python_failed` for what is no
        Python."""
        self._given(tables)
        if not self.code.strip():
            raise BadInput("python_empty")
        parsed(self.code)

    def saves_in(self, tables: Tables) -> tuple[Path, ...]:
        """Names that go on lie with the conversation."""
        return tuple(filter(None, [tables.conversation_files]))

    def run(self, tables: Tables) -> Outcome:
        """Run the code. Raises BadInput `python_failed` with the line, its source and the
        exception's words; the names of before stay as they were then."""
        tree, kept = parsed(self.code), NameStore(tables.conversation_files)
        words = Words(self.code, kept.sources(self.code))
        folder = tables.folder / new_id()
        main, printed = ModuleType("__main__"), PrintedText(PRINTED_CHARS_MAX)
        with (
            working_in(folder),
            prepared(folder, words) as libraries,
            collecting(words.draws()) as shown,
        ):
            main.__dict__.update(libraries)
            named = self._load(tables, words, main)
            ids = {name: dataset.id for name, dataset in named.items()}
            if "duckdb" in libraries:
                register(libraries["duckdb"], sql_names(tables.datasets), ids, main.__dict__)
            restored = kept.restore(main, self.code, ids)
            before = {name: _Before.of(value) for name, value in main.__dict__.items()}
            ran = run(tree, self.code, main, printed)
            shown.keep_open_pictures()
            made = _changed(main, before)
            own = {name: ids.get(name, "") for name in main.__dict__ if name in {*made, *restored}}
            lost = kept.keep(main, tree, restored, own)
            parents = list({dataset.id: dataset for dataset in named.values()}.values())
            collected = Collected(tables, parents, self.question)
            collected.printed(printed)
            collected.ran(ran)
            self._collect(collected, main, ran, made, named)
            collected.figures(shown)
            collected.files(folder)
            collected.names(kept.names().told(), lost)
            collected.close()
        return Outcome(
            facts=tuple(collected.facts),
            artifacts=tuple(collected.artifacts),
            code=self.code,
            code_language="python",
            digest=collected.digest(),
        )

    def _given(self, tables: Tables) -> list[Dataset]:
        """Return the datasets that the code may use, by their names or those of their tables, the
        one of `dataset` first."""
        if not tables.datasets and not (self.tables or self.dataset):
            return []
        by_name = {sql: id_ for id_, sql in sql_names(tables.datasets).items()}
        chosen = [tables.get(by_name.get(name, name)) for name in self.tables]
        chosen = chosen or list(tables.datasets)
        first = tables.get(self.dataset) if self.dataset or not self.tables else chosen[0]
        return [first, *(one for one in chosen if one.id != first.id)]

    def _load(self, tables: Tables, words: Words, main: ModuleType) -> dict[str, Dataset]:
        """Put the tables that the code mentions into `main`; return them by their names there."""
        python, sql = table_names(tables.datasets), sql_names(tables.datasets)
        found: dict[str, Dataset] = {}
        for place, dataset in enumerate(self._given(tables)):
            name = python[dataset.id]
            is_named = words.has(name) or words.has(sql[dataset.id])
            is_first = place == 0 and words.has(FIRST)
            if not (is_named or is_first):
                continue
            frame = load(tables, dataset)
            for one in (name,) * is_named + (FIRST,) * is_first:
                main.__dict__[one], found[one] = frame, dataset
        return found

    def _collect(
        self,
        collected: Collected,
        main: ModuleType,
        ran: Ran,
        made: Collection[str],
        named: Mapping[str, Dataset],
    ) -> None:
        """Take the frames that are handed over, and then what else the code's end says."""
        import pandas as pd

        names = main.__dict__
        ending = [n for n in ran.names if n in made and isinstance(names[n], pd.DataFrame)]
        for name in dict.fromkeys((*self.hand_over, *ending)):
            # A table that was changed is a version of it, and called as it is.
            title = named[name].name if name in named else name
            collected.handed_over(names.get(name), title)
        if not ending or len(ending) < len(ran.names):
            collected.value(ran.value, self.question.strip() or ran.label)


@dataclass(frozen=True)
class _Before:
    """A value as it was before the code ran; of a frame there is a copy, which costs nothing:
    pandas copies on writing."""

    value: Any
    copy: Any = None

    @classmethod
    def of(cls, value: Any) -> "_Before":
        is_frame = type(value).__name__ == "DataFrame" and hasattr(value, "equals")
        return cls(value, value.copy(deep=False) if is_frame else None)

    def is_still(self, value: Any) -> bool:
        """Whether `value` is the same, also in what it holds where it is a frame."""
        if value is not self.value:
            return False
        if self.copy is None:
            return True
        return bool(value.columns.equals(self.copy.columns) and value.equals(self.copy))


def _changed(main: ModuleType, before: Mapping[str, _Before]) -> list[str]:
    """Return the names that the code has given or whose value it has changed."""
    return [
        name
        for name, value in main.__dict__.items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and not (name in before and before[name].is_still(value))
    ]
