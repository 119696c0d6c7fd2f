"""The symbols that a reading is written in, and which may follow which.

A reading is written in prefix order: a symbol stands before its arguments, so that nothing needs
brackets. `PRODUCTIONS` says, for each category, which symbols may stand there and what each of them
then wants, in order. Names in angle brackets are pointers, to things of the question and its table.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import get_args

from cherry_reflex.core.reading.condition import PeriodUnit
from cherry_reflex.core.reading.expression import Grain
from cherry_reflex.core.reading.reading import ChartKind, Reading, Task

Category = str
Symbol = str

COLUMN, VALUE, NUMBER, DATE, TEXT = "<column>", "<value>", "<number>", "<date>", "<text>"
POINTERS = (COLUMN, VALUE, NUMBER, DATE, TEXT)

START, END, NONE = "<start>", "end", "none"

TASKS = tuple(task for task in get_args(Task) if task != "join")
GRAINS = tuple(f"grain:{grain}" for grain in get_args(Grain) if grain)
UNITS = tuple(f"period:{unit}" for unit in get_args(PeriodUnit))
DURATIONS = tuple(f"duration:{unit}" for unit in ("day", "hour", "minute", "second"))
RESULTS = ("result:0", "result:1", "result:2")
CONSTANTS = tuple(f"constant:{n}" for n in (0, 1, 2, 3, 4, 5, 6, 10, 12, 50, 100))
"""Numbers that questions mean without saying them (the highest: 1; quarters of a year: 4)."""
CHARTS = tuple(f"chart:{kind}" for kind in get_args(ChartKind) if kind)
EXPORTS = tuple(
    f"export:{kind}" for kind in get_args(Reading.model_fields["export"].annotation) if kind
)
METHODS = tuple(
    f"method:{name}"
    for name in (
        *("pearson", "spearman", "kendall", "t-test", "paired-t-test", "mann-whitney", "wilcoxon"),
        *("anova", "kruskal-wallis", "chi-square", "shapiro", "kolmogorov-smirnov", "levene"),
        *("iqr", "z-score", "classify", "cluster", "regression"),
    )
)
HOWS = ("how:count_groups", "how:share_of_groups", "how:high", "how:low")

ONE_OPERAND = (
    *("sum", "mean", "median", "min", "max", "count_distinct", "std", "var", "skew", "kurtosis"),
    *("mode", "range", "iqr", "first", "last", "growth", "cumulative_sum", "rank"),
)
ARITHMETIC = ("+", "-", "*", "/", "ratio_of_sums")
COMPARISONS = ("=", "!=", ">", ">=", "<", "<=")
TEXT_MATCHES = ("contains", "starts", "ends")

Table = dict[Symbol, tuple[Category, ...]]

FITTING: MappingProxyType[Category, Callable[[float], bool]] = MappingProxyType(
    {
        "count": lambda value: value == int(value) and 1 <= value <= 1000,
        "bin_count": lambda value: value == int(value) and 2 <= value <= 100,
        "percent": lambda value: 0 < value <= 100,
        "width": lambda value: value > 0,
    }
)
"""Categories in which only some numbers may stand."""


def _fitting(category: Category) -> Table:
    fits = FITTING[category]
    return {NUMBER: (), **{s: () for s in CONSTANTS if fits(float(s.partition(":")[2]))}}


_NUMBERS: Table = {NUMBER: (), **dict.fromkeys(CONSTANTS, ())}
_BOUNDS: Table = {**_NUMBERS, DATE: ()}
_EXPRESSION: Table = {
    COLUMN: (),
    **dict.fromkeys(GRAINS, ("column",)),
    **dict.fromkeys(ARITHMETIC, ("operand", "operand")),
    **dict.fromkeys(DURATIONS, ("arithmetic",)),
}
_MEASURE: Table = {
    **dict.fromkeys(ONE_OPERAND, ("expression",)),
    "count": (),
    "count_of": ("expression",),
    "percentile": ("percent", "expression"),
    "share": (),
    "share_of": ("expression",),
    "rate_when": ("condition",),
    "rate_of": ("expression",),
    "when": ("condition", "measure"),
    "per_entity": ("expression", "measure"),
}
_CONDITION: Table = {
    VALUE: (),
    "one_of": ("value", "value", "more_values"),
    "in": ("expression", "bound", "more_bounds"),
    **dict.fromkeys(COMPARISONS, ("expression", "right")),
    **{f"{unit}:": ("comparison",) for unit in DURATIONS},
    "between": ("expression", "bound", "bound"),
    "during": ("expression", "date"),
    "decade": ("expression", "number_said"),
    "yes": ("column",),
    "no": ("column",),
    **dict.fromkeys(TEXT_MATCHES, ("expression", "text")),
    "missing": ("expression",),
    "present": ("expression",),
    "above_mean": ("expression",),
    "below_mean": ("expression",),
    "above_mean_within": ("expression", "expression"),
    "below_mean_within": ("expression", "expression"),
    "top_share": ("percent", "expression"),
    "bottom_share": ("percent", "expression"),
    "not": ("condition",),
    "and": ("condition", "condition"),
    "or": ("condition", "condition"),
}
_HAVING: Table = {
    **dict.fromkeys(COMPARISONS, ("result", "result_right")),
    "between": ("result", "number", "number"),
    "above_mean": ("result",),
    "below_mean": ("result",),
    "and": ("having", "having"),
    "or": ("having", "having"),
}
_GROUP: Table = {
    **_EXPRESSION,
    "bins": ("bin_count", "expression"),
    "some_bins": ("expression",),
    "width": ("width", "expression"),
    "edges": ("expression", "number", "number", "more_numbers"),
}

CLAUSES: tuple[tuple[Table, bool], ...] = (
    (_MEASURE, True),
    (_EXPRESSION, True),
    ({"by": ("group",)}, True),
    ({"where": ("condition",)}, True),
    ({"having": ("having",)}, True),
    ({"descending": ("order",), "ascending": ("order",)}, False),
    ({"top": ("count",), "rank_of": ("count",)}, False),
    ({"per": ("expression",)}, True),
    (dict.fromkeys(METHODS, ()), False),
    (dict.fromkeys(HOWS, ()), False),
    ({"compare": ("expression", "unit", "side", "side")}, False),
    ({"horizon": ("date",), "horizon_of": ("count", "period")}, False),
    ({"target": ("column",)}, False),
    (dict.fromkeys(CHARTS, ()), False),
    (dict.fromkeys(EXPORTS, ()), False),
)
"""What may stand behind a task, in this order, each once or (True) several times: measures, listed
columns, groups, conditions …"""


def _tails() -> dict[Category, Table]:
    """Return the category of what may follow from each clause on."""
    tails: dict[Category, Table] = {}
    for rank in range(len(CLAUSES) + 1):
        table: Table = {END: (), "also": ("another",)}
        for place, (clause, is_repeated) in enumerate(CLAUSES):
            if place >= rank:
                rest = f"tail:{place if is_repeated else place + 1}"
                table |= {symbol: (*wants, rest) for symbol, wants in clause.items()}
        tails[f"tail:{rank}"] = table
    return tails


_READING: Table = {
    task: ("measure", "tail:0") if task == "aggregate" else ("tail:0",) for task in TASKS
}

PRODUCTIONS: MappingProxyType[Category, Table] = MappingProxyType(
    {
        "question": {NONE: (END,), **_READING},
        "another": _READING,
        END: {END: ()},
        **_tails(),
        "measure": _MEASURE,
        "expression": _EXPRESSION,
        "operand": {**_EXPRESSION, **_NUMBERS, "today": ()},
        "column": {COLUMN: ()},
        "value": {VALUE: ()},
        "date": {DATE: ()},
        "text": {TEXT: ()},
        "number": _NUMBERS,
        **{category: _fitting(category) for category in FITTING},
        "arithmetic": dict.fromkeys(ARITHMETIC, ("operand", "operand")),
        "number_said": {NUMBER: ()},
        "bound": _BOUNDS,
        "more_values": {VALUE: ("more_values",), "stop": ()},
        "more_bounds": dict.fromkeys(_BOUNDS, ("more_bounds",)) | {"stop": ()},
        "more_numbers": dict.fromkeys(_NUMBERS, ("more_numbers",)) | {"stop": ()},
        "right": {**_BOUNDS, **_EXPRESSION, "today": ()},
        "condition": _CONDITION,
        "comparison": dict.fromkeys(COMPARISONS, ("expression", "right")),
        "having": _HAVING,
        "result": dict.fromkeys(RESULTS, ()),
        "result_right": {**_NUMBERS, **dict.fromkeys(RESULTS, ())},
        "group": _GROUP,
        "order": {**_EXPRESSION, **dict.fromkeys(RESULTS, ())},
        "period": dict.fromkeys(UNITS, ()),
        "unit": {**dict.fromkeys(UNITS, ()), "no_unit": ()},
        "side": {DATE: (), VALUE: (), NUMBER: (), "last": (), "this": (), "nothing": ()},
    }
)

SYMBOLS: tuple[Symbol, ...] = (
    START,
    *sorted({s for table in PRODUCTIONS.values() for s in table if s not in POINTERS}),
)
"""All symbols in the order of the network's outputs; pointers come behind them."""
PLACES: MappingProxyType[Symbol, int] = MappingProxyType({s: k for k, s in enumerate(SYMBOLS)})
