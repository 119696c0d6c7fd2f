"""Cleaning steps: how each is run alone or in a row, and what is handed over at the end."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from cherry_reflex.analysis.cleaning.change import CleaningChange
from cherry_reflex.analysis.progress import progress
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.analysis.results.versions import CODE_CHARS_MAX, new_file, script, version
from cherry_reflex.analysis.sql.steps import Chain, open_chain
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables
from cherry_reflex.i18n.catalogue import sentence, text

_FACTS_MAX = 30
_MAPPED_MAX = 5000


class CleaningStep(Preparation):
    """The base of all steps: an operation that can also be one step of a pipeline."""

    @abstractmethod
    def apply(self, chain: Chain) -> list[CleaningChange]:
        """CleaningChange the table; return what was changed and what was noticed."""

    def run(self, tables: Tables) -> Outcome:
        """Do this step alone."""
        return cleaned(tables, tables.get(self.dataset), [self])


def cleaned(
    tables: Tables, dataset: Dataset, steps: Sequence[CleaningStep], *, preview: bool = False
) -> Outcome:
    """Run `steps` in order. The outcome has the new dataset (unless nothing changed, or
    `preview`), a table of all changes, and one of the values that became others."""
    with open_chain(tables, dataset) as chain:
        rows, width = chain.rows, len(chain.columns)
        done: list[CleaningChange] = []
        for step in steps:
            if len(steps) > 1:
                doing = text(f"fact.cleaning.step.{step.name}", tables.language)
                progress(text("agent.progress_step", tables.language, step=doing))
            done += step.apply(chain)
        changes = [change for change in done if change.did]
        artifacts = _tables(tables, dataset, done)
        if changes and not preview:
            path = new_file(tables)
            chain.write(path)
            made = version(
                path,
                text("fact.cleaning.version", tables.language, name=dataset.name),
                [dataset],
                steps=[_told(step) for step in steps],
                description=" ".join(
                    sentence(change.fact, tables.language) for change in changes[:5]
                ),
                more={"changed_rows": rows - chain.rows, "changed_cells": _cells(changes)},
            )
            artifacts.insert(0, made)
        code = chain.code if changes else ""
        if len(code) > CODE_CHARS_MAX:
            artifacts.append(
                script(code, text("fact.cleaning.code", tables.language, name=dataset.name))
            )
            code = ""
        facts = [_whole(changes, rows, chain.rows, width, len(chain.columns), preview)]
        facts += [change.fact for change in done[:_FACTS_MAX]]
        if len(done) > _FACTS_MAX:
            more = {"count": len(done) - _FACTS_MAX}
            facts.append(Fact(key="cleaning.more", params=more, weight=0.2))
        return Outcome(
            facts=tuple(facts),
            artifacts=tuple(artifacts),
            code=code,
            code_language="sql" if code else "",
        )


def _whole(
    changes: Sequence[CleaningChange], rows: int, left: int, width: int, wide: int, preview: bool
) -> Fact:
    if not changes:
        return Fact(key="cleaning.nothing", params={"rows": rows}, weight=3)
    params = {
        "rows": rows,
        "left": left,
        "removed": rows - left,
        "cells": _cells(changes),
        "width": width,
        "wide": wide,
    }
    key = "cleaning.preview" if preview else "cleaning.whole"
    if width == wide and not preview:
        key = "cleaning.whole_rows" if rows != left else "cleaning.whole_cells"
    return Fact(key=key, params=params, weight=3)


def _cells(changes: Sequence[CleaningChange]) -> int:
    return sum(change.cells for change in changes)


def _told(step: CleaningStep) -> dict[str, Any]:
    arguments = step.model_dump(mode="json", exclude_defaults=True, exclude={"dataset"})
    return {"name": step.name, "arguments": arguments}


def _tables(
    tables: Tables, dataset: Dataset, done: Sequence[CleaningChange]
) -> list[ArtifactContent]:
    def say(key: str, **params: Any) -> str:
        return text(f"fact.cleaning.{key}", tables.language, **params)

    artifacts = []
    if done:
        columns: dict[str, list[Any]] = {
            heading("step", tables): [say(f"step.{change.step}") for change in done],
            heading("column", tables): [change.column or None for change in done],
            heading("rows_removed", tables): [change.rows for change in done],
            heading("cells_changed", tables): [change.cells for change in done],
            heading("done", tables): [sentence(change.fact, tables.language) for change in done],
        }
        artifacts.append(table(tables, say("changes", name=dataset.name), columns))
    mapped = [(change, one) for change in done for one in change.mapped][:_MAPPED_MAX]
    if mapped:
        pairs: dict[str, list[Any]] = {
            heading("step", tables): [say(f"step.{change.step}") for change, _ in mapped],
            heading("column", tables): [change.column for change, _ in mapped],
            heading("before", tables): [_shown(one.before) for _, one in mapped],
            heading("after", tables): [_shown(one.after) for _, one in mapped],
            heading("cells_changed", tables): [one.cells for _, one in mapped],
        }
        artifacts.append(table(tables, say("values", name=dataset.name), pairs))
    return artifacts


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)
