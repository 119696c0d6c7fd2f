"""Every sequence that the grammar allows is a reading, and a reading that is written is read back
as it was."""

import random

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.reading.condition import (
    All,
    AnyOf,
    Between,
    Comparison,
    Condition,
    MeasureRef,
    Membership,
    Not,
    Presence,
    RelativePeriod,
    TopShare,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef
from cherry_reflex.core.reading.reading import Group, Horizon, Measure, Order, Period, Reading
from cherry_reflex.llm.embedded.network.notation import symbols
from cherry_reflex.llm.embedded.network.notation.building import build
from cherry_reflex.llm.embedded.network.notation.grammar import Expectation, Ungrammatical
from cherry_reflex.llm.embedded.network.notation.items import Items, items_of
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer, symbol_of
from cherry_reflex.llm.embedded.network.notation.writing import write
from cherry_reflex.llm.embedded.network.notation.written_expressions import Unwritable
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnView,
    Linked,
    NumberMeaning,
    Segment,
    TableView,
)
from tests.llm.network.questions import items

AMOUNT, AGE, REGION = ColumnRef(name="amount"), ColumnRef(name="age"), ColumnRef(name="region")
PAID, DAY = ColumnRef(name="paid"), ColumnRef(name="day")
NORTH: Condition = Comparison(left=REGION, op="=", right="N")
MARCH: Condition = Between(of=DAY, low="2024-03-01", high="2024-03-31")
TWO_MONTHS: Condition = RelativePeriod(of=DAY, which="last", count=2, unit="month")
TOTAL = Measure(agg="sum", of=AMOUNT)


def aggregate(where: Condition) -> Reading:
    """Return the count of rows under a condition."""
    return Reading(measures=(Measure(agg="count"),), where=where)


READINGS = [
    Reading(measures=(TOTAL, Measure(agg="mean", of=AGE)), by=(Group(of=REGION),)),
    Reading(measures=(Measure(agg="percentile", p=40, of=AMOUNT),), chart="bar", export="csv"),
    Reading(measures=(Measure(agg="rate", when=NORTH),), by=(Group(of=PAID),)),
    Reading(measures=(TOTAL.model_copy(update={"when": NORTH, "per": AGE}),)),
    Reading(
        measures=(TOTAL,),
        by=(Group(of=DAY.model_copy(update={"grain": "month"})),),
        having=Comparison(left=MeasureRef(), op=">", right=40),
        order=Order(direction="ascending"),
        top=1,
    ),
    Reading(measures=(Measure(agg="count"),), by=(Group(of=AGE, width=20),)),
    Reading(measures=(Measure(agg="count"),), by=(Group(of=AGE, edges=(0, 20, 40)),)),
    Reading(measures=(Measure(agg="mean", of=Arithmetic(op="/", left=AMOUNT, right=AGE)),)),
    Reading(task="relation", columns=(AMOUNT, AGE), method="spearman"),
    Reading(task="rows", where=NORTH, order=Order(by=AMOUNT), top=20, per=(REGION,)),
    Reading(task="forecast", measures=(TOTAL,), horizon=Horizon(count=3, unit="month")),
    Reading(task="outliers", columns=(AMOUNT,), also=(Reading(task="missing"),)),
    Reading(
        task="compare_periods",
        measures=(TOTAL,),
        period=Period(of=DAY, unit="month", before="2024-03", after=TWO_MONTHS),
    ),
    aggregate(MARCH),
    aggregate(TWO_MONTHS),
    aggregate(Comparison(left=DAY.model_copy(update={"grain": "month_of_year"}), op="=", right=7)),
    aggregate(Comparison(left=DAY, op=">=", right="2024-03")),
    aggregate(Comparison(left=PAID, op="=", right="yes")),
    aggregate(Comparison(left=PAID, op="=", right="no")),
    aggregate(Comparison(left=REGION, op="!=", right="S")),
    aggregate(Membership(of=REGION, values=("N", "S"))),
    aggregate(Not(part=Membership(of=REGION, values=("N", "S")))),
    aggregate(Between(of=AGE, low=20, high=29)),
    aggregate(Between(of=AMOUNT, low=2.5, high=40)),
    aggregate(TopShare(of=AMOUNT, percent=20)),
    aggregate(Presence(of=AGE, is_missing=False)),
    aggregate(
        All(parts=(AnyOf(parts=(NORTH, MARCH)), Comparison(left=AMOUNT, op=">", right=40))),
    ),
]


def test_numbers_are_read_as_what_they_are_compared_with_counts() -> None:
    column = Column(name="price", type="number", unit="만원", maximum=90_000)
    part = Column(name="ratio", type="number", maximum=0.9)
    views = (ColumnView(column, "level", ("price",)), ColumnView(part, "rate", ("ratio",)))
    dataset = Dataset(id="t", name="t", rows=3, columns=(column, part))
    numbers = (NumberMeaning(30_000_000, "원"), NumberMeaning(20, "%", is_percent=True))
    found = tuple(Candidate(k, k + 1, number, "pattern") for k, number in enumerate(numbers))
    segments = (Segment("3천만원", 0, 4), Segment("20%", 5, 8))
    asked = items_of(Linked("3천만원 20%", KOREAN, segments, found, TableView(dataset, views)))
    price: Condition = Comparison(left=ColumnRef(name="price"), op="<", right=3000)
    ratio: Condition = Comparison(left=ColumnRef(name="ratio"), op=">", right=0.2)
    for condition in (price, ratio):
        assert build(write(aggregate(condition), asked), asked) == aggregate(condition)
    with pytest.raises(Unwritable):
        write(aggregate(Comparison(left=ColumnRef(name="ratio"), op=">", right=20)), asked)
    share = Reading(
        measures=(Measure(agg="share"),),
        by=(Group(of=ColumnRef(name="price")),),
        having=Comparison(left=MeasureRef(), op=">", right=0.2),
    )
    assert build(write(share, asked), asked) == share


@pytest.mark.parametrize("reading", READINGS)
def test_a_written_reading_is_read_back_and_grammatical(reading: Reading) -> None:
    asked = items()
    pieces = write(reading, asked)
    expected = Expectation()
    for piece in pieces:
        expected = expected.after(symbol_of(piece))
    assert expected.is_complete
    assert build(pieces, asked) == reading


def test_nothing_that_a_reading_says_is_written_too() -> None:
    assert build(write(None, items()), items()) is None


@pytest.mark.parametrize(
    "reading",
    [
        Reading(measures=(Measure(agg="sum", of=ColumnRef(name="elsewhere")),)),
        aggregate(Comparison(left=AMOUNT, op=">", right=77)),
        aggregate(Comparison(left=REGION, op="=", right="W")),
        Reading(task="relation", method="unheard of"),
    ],
)
def test_what_the_question_does_not_say_cannot_be_written(reading: Reading) -> None:
    with pytest.raises(Unwritable):
        write(reading, items())


def walk(rnd: random.Random, asked: Items) -> list[Piece] | None:
    """Return pieces that the grammar allows, drawn at random; None when they become too long."""
    expected, pieces = Expectation(), list[Piece]()
    while not expected.is_complete:
        choices: list[Piece] = []
        for symbol in expected.allowed:
            if symbol == symbols.TEXT:
                choices.append(Pointer(symbol, 0))
            elif symbol in symbols.POINTERS:
                choices += [
                    Pointer(symbol, place)
                    for place, item in asked.of_kind(symbol)
                    if expected.fits(item)
                ]
            else:
                choices.append(symbol)
        if expected.length > 12 or len(pieces) > 60:
            return None
        piece = rnd.choice(choices)
        pieces.append(piece)
        expected = expected.after(symbol_of(piece))
    return pieces


def test_whatever_the_grammar_allows_is_a_reading() -> None:
    rnd, asked, built, seen = random.Random(3), items(), 0, set[str]()
    for _ in range(6000):
        pieces = walk(rnd, asked)
        if pieces is None or pieces[0] == symbols.NONE:
            continue
        assert isinstance(build(pieces, asked), Reading)
        built += 1
        seen.update(map(symbol_of, pieces))
    assert built > 1000
    assert set(symbols.SYMBOLS) - seen <= {symbols.START, symbols.NONE}


def test_a_symbol_out_of_place_is_refused() -> None:
    with pytest.raises(Ungrammatical):
        Expectation().after("where")
