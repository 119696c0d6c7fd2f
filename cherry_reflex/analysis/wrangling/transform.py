"""Several steps in one call: a table changed step by step."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import stored
from cherry_reflex.analysis.results.versions import CODE_CHARS_MAX, new_file, script, version
from cherry_reflex.analysis.sql.computed import lock
from cherry_reflex.analysis.sql.duckdb import ident, literal, sql_names
from cherry_reflex.analysis.sql.expression import failed
from cherry_reflex.analysis.sql.steps import Chain, open_chain
from cherry_reflex.analysis.wrangling import step_join, step_sql
from cherry_reflex.analysis.wrangling.table_step import TableStep
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.i18n.catalogue import message, text


class Transform(Operation):
    """Does several steps in one call, in order: filter, derive a column (SQL), group and aggregate,
    sort, limit, join, fill or drop missing values, drop duplicates, bin, one-hot, scale, treat
    outliers, select, drop, rename. Says how many rows each left; gives a table, or with `save_as`
    a dataset."""

    name: ClassVar[str] = "transform"
    needs_model: ClassVar[bool] = True

    steps: tuple[TableStep, ...] = Field(
        min_length=1, max_length=40, description="Each works on what the one before left."
    )
    save_as: str = Field("", max_length=200, description="Name of the new dataset; empty: none.")

    def check(self, tables: Tables) -> None:
        """Raise BadInput `dataset_unknown` when a join names no dataset of ours."""
        super().check(tables)
        for step in self.steps:
            if step.do == "join":
                self._other(step, tables)

    def run(self, tables: Tables) -> Outcome:
        """Do the steps. Raises BadInput `step_failed` with the step and what is wrong with it."""
        dataset = tables.get(self.dataset)
        others = [self._other(step, tables) for step in self.steps if step.do == "join"]
        used = list({one.id: one for one in (dataset, *others)}.values())
        names = sql_names(used)
        with open_chain(tables, dataset) as chain:
            for one in used[1:]:
                path = literal(str(Tables.path(one)))
                chain.connection.execute(
                    f"CREATE VIEW {ident(names[one.id])} AS SELECT * FROM read_parquet({path})"
                )
            if dataset in others:
                path = literal(str(Tables.path(dataset)))
                chain.connection.execute(
                    f"CREATE VIEW {ident(names[dataset.id])} AS SELECT * FROM read_parquet({path})"
                )
            lock(chain.connection, tables, *used)
            facts = [
                self._done(place, step, chain, names, tables)
                for place, step in enumerate(self.steps, 1)
            ]
            path_made = new_file(tables)
            chain.write(path_made)
            code = chain.code
        title = self.save_as or text("fact.transform.title", tables.language, name=dataset.name)
        steps = [step.model_dump(mode="json", exclude_defaults=True) for step in self.steps]
        artifact: ArtifactContent
        if self.save_as:
            told = [{"name": self.name, "arguments": {"steps": steps}}]
            artifact = version(path_made, title, used, steps=told)
        else:
            artifact = stored(title, path_made)
        artifacts = [artifact]
        if len(code) > CODE_CHARS_MAX:
            artifacts.append(script(code, title))
            code = ""
        return Outcome(
            facts=tuple(facts),
            artifacts=tuple(artifacts),
            code=code,
            code_language="sql" if code else "",
        )

    def _other(self, step: TableStep, tables: Tables) -> Dataset:
        if not step.dataset:
            raise BadInput("step_needs", step=step.do, what="dataset")
        return tables.get(step.dataset)

    def _done(
        self, place: int, step: TableStep, chain: Chain, names: Mapping[str, str], tables: Tables
    ) -> Fact:
        import duckdb

        before = chain.rows
        try:
            if step.do == "join":
                other = self._other(step, tables)
                step_join.join(step, chain, other, ident(names[other.id]))
            else:
                step_sql.apply(step, chain)
        except (duckdb.OutOfMemoryException, duckdb.OutOfRangeException):
            raise
        except (CherryError, duckdb.Error) as error:
            known = error if isinstance(error, CherryError) else None
            known = known or failed(step.expression or step.do, error, list(chain.columns))
            reason = message(known.failure(), tables.language)
            raise BadInput("step_failed", place=place, step=step.do, reason=reason) from error
        params = {
            "place": place,
            "step": step.do,
            "rows": chain.rows,
            "before": before,
            "columns": len(chain.columns),
        }
        last = place == len(self.steps)
        return Fact(key="transform.step", params=params, weight=2.5 if last else 1.5)
