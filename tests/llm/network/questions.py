"""A question over a small table, linked by hand."""

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.llm.embedded.network.notation.items import Items, items_of
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ColumnView,
    ConceptMeaning,
    DateMeaning,
    Linked,
    Meaning,
    NumberMeaning,
    RelativeMeaning,
    Segment,
    TableView,
    ValueMeaning,
)

YES_NO = Column(name="paid", type="category")
DAYS = Column(name="day", type="date", minimum="2023-01-02", maximum="2024-12-30")
COLUMNS = (
    ColumnView(Column(name="amount", type="number"), "amount", ("amount",)),
    ColumnView(Column(name="age", type="integer"), "level", ("age",)),
    ColumnView(Column(name="region", type="category"), "label", ("region",), values=("N", "S")),
    ColumnView(YES_NO, "flag", ("paid",), values=("yes", "no"), positive="yes"),
    ColumnView(DAYS, "time", ("day",)),
)
MEANINGS: tuple[Meaning, ...] = (
    ColumnMeaning("amount"),
    ConceptMeaning("agg:sum"),
    ValueMeaning("region", "N"),
    ValueMeaning("region", "S"),
    NumberMeaning(20, is_decade=True),
    NumberMeaning(40),
    NumberMeaning(2.5),
    DateMeaning("2024-03-01", "2024-03-31", "month"),
    DateMeaning(grain="month", part=7),
    RelativeMeaning("last", 2, "month"),
    RelativeMeaning("next", 3, "month"),
)
"""What the words `w0`, `w1`, … of the question mean."""


def linked() -> Linked:
    """Return the question."""
    dataset = Dataset(id="t", name="t", rows=10, columns=tuple(view.column for view in COLUMNS))
    words = [f"w{place}" for place in range(len(MEANINGS))]
    text = " ".join(words)
    segments = tuple(Segment(w, text.index(w), text.index(w) + len(w)) for w in words)
    candidates = tuple(Candidate(k, k + 1, m, "exact") for k, m in enumerate(MEANINGS))
    return Linked(text, ENGLISH, segments, candidates, TableView(dataset, COLUMNS))


def items() -> Items:
    """Return what can be pointed at in it."""
    return items_of(linked())
