"""A report without sections: what a reader wants to know of a dataset, found by computing."""

from cherry_reflex.analysis.exploration.association import Association
from cherry_reflex.analysis.exploration.correlations import associations, usable
from cherry_reflex.analysis.exploration.findings import Findings
from cherry_reflex.analysis.progress import progress
from cherry_reflex.analysis.reports.content import BARS_MAX, PREVIEW_ROWS, Section
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Tables
from cherry_reflex.i18n.catalogue import sentence, text

_FINDINGS = 10


def presentation(tables: Tables) -> list[Section]:
    """Return sections for every dataset: its findings in words, groups and time in charts, and its
    first rows."""
    made: list[Section] = []
    for dataset in tables.datasets:
        progress(text("agent.progress_presenting", tables.language, name=dataset.name))
        made.append(Section(title=dataset.name, text=_words(tables, dataset)))
        made += _charts(tables, dataset)
        title = text("fact.report.first_rows", tables.language)
        made.append(Section(title=title, dataset=dataset.id, table=True, rows=PREVIEW_ROWS))
    return made


def _words(tables: Tables, dataset: Dataset) -> str:
    try:
        facts = Findings(dataset=dataset.id).run(tables).facts
    except BadInput:
        return ""  # an empty table has nothing to tell; its columns are shown
    return "\n".join(f"- {sentence(fact, tables.language)}" for fact in facts[:_FINDINGS])


def _charts(tables: Tables, dataset: Dataset) -> list[Section]:
    pair = _telling(tables, dataset)
    groups = [
        c.name
        for c in dataset.columns
        if c.type in ("category", "boolean") and 1 < c.distinct <= BARS_MAX
    ]
    numbers = [c.name for c in dataset.columns if c.type in NUMERIC and c.distinct > 1]
    days = [c.name for c in dataset.columns if c.type in TEMPORAL and c.distinct > 2]
    group, number = pair or (groups[0] if groups else "", "")
    made = []
    if group:
        made.append(Section(dataset=dataset.id, chart="bar", x=group, y=number, how="mean"))
    if days and (number or numbers):
        line = number or numbers[0]
        made.append(Section(dataset=dataset.id, chart="line", x=days[0], y=line, how="mean"))
    return made


def _telling(tables: Tables, dataset: Dataset) -> tuple[str, str] | None:
    """Return the group and the number that depends most on it, if any does."""
    try:
        with open_source(Findings(dataset=dataset.id), tables) as source:
            columns = usable(source)
            pairs = associations(source, columns) if len(columns) > 1 else []
            for one in pairs:
                if one.measure == "eta" and not one.is_rule:
                    return _ordered(one, dataset)
    except BadInput:
        pass
    return None


def _ordered(pair: Association, dataset: Dataset) -> tuple[str, str]:
    column = dataset.column(pair.first)
    first_counts = column is not None and column.type in NUMERIC
    return (pair.second, pair.first) if first_counts else (pair.first, pair.second)
