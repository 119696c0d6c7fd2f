"""Numbers of an answer against the figures that a run has found."""

import random
import time

import pytest

from cherry_reflex.analysis.evidence.check import check
from cherry_reflex.analysis.evidence.holders import Source
from cherry_reflex.core.digest import ColumnDigest, Digest, FactDigest, TableDigest
from cherry_reflex.core.evidence import Evidence, Link

REGIONS = TableDigest(
    title="Revenue by region",
    name="result_1",
    rows=4,
    columns=("region", "revenue", "orders"),
    head=(
        ("서울", 1234567.25, 120),
        ("부산", 800000, 80),
        ("Jeju", -345.5, 3),
        ("대구", 123450000, 45),
    ),
)
TEST = FactDigest(
    key="group_test",
    params={"by": "region", "p": 0.00031, "statistic": 12.345678, "share": 0.4127},
)
SUMMARY = TableDigest(
    title="sales",
    rows=5_000,
    summary=(
        ColumnDigest(name="price", missing=17, distinct=93, mean=48.123456789, maximum=99.5),
        ColumnDigest(name="day", minimum="2023-01-01", maximum="2024-06-30"),
    ),
)
SOURCES = (
    Source(
        step="s1",
        calls=(
            ("c1", Digest(facts=(TEST,), tables=(REGIONS,)), {"where": "age > 35"}),
            ("c2", Digest(tables=(SUMMARY,), text="r2 = 0.98765"), {}),
        ),
    ),
)


def checked(answer: str, question: str = "", sources: tuple[Source, ...] = SOURCES) -> Evidence:
    found = check(answer, sources, question, ["temp_2m"])
    for span in (*found.links, *found.unsupported):
        assert answer[span.start : span.end] == span.text
    return found


def link(answer: str, question: str = "") -> Link:
    """The one link of an answer in which all is held."""
    found = checked(answer, question)
    assert found.unsupported == ()
    (one,) = found.links
    return one


@pytest.mark.parametrize(
    "answer",
    [
        "Revenue of 서울 is 1,234,567.",
        "서울 매출은 1,234,567.25원입니다.",
        "About 1.2 million (1,235 thousand) in 서울.",
        "서울은 약 123만 원, 대구는 1억 2,345만 원.",
        "About 1,200,000 in 서울.",
        "비중은 41.3%, 즉 0.413입니다.",
        "F = 12.35, p = 0.0003, p < 0.001.",
        "p값은 0.001 미만입니다.",
        "Jeju lost 345.5 (revenue -345.5, or −346).",
        "r² is 0.988; the mean price is 48.12, 17 values are missing of 5,000 rows.",
        "Between 2023-02-01 and March 2024, and in 2023.",
        "1. The 3 regions, 1st and 2nd, and temp_2m.",
        "No number at all.",
    ],
)
def test_what_was_found_is_held(answer: str) -> None:
    assert checked(answer).unsupported == ()


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("Revenue is 1,334,567.", ["1,334,567"]),
        ("비중은 42.3%입니다.", ["42.3%"]),
        ("It grew by 17.7 percent, by 17.7 percent.", ["17.7 percent", "17.7 percent"]),
        ("p = 0.04", ["0.04"]),
        ("p < 0.0001", ["0.0001"]),
        ("부산은 -800,000원", ["-800,000"]),
        ("F = 12.36", ["12.36"]),
        ("In 2019, and on 2022-05-01.", ["2019", "2022-05-01"]),
        ("서울은 1억 2,346만 원", ["1억 2,346만"]),
        ("대구 3위, 71명", ["71"]),
    ],
)
def test_what_nobody_computed_is_found(answer: str, wrong: list[str]) -> None:
    assert [span.text for span in checked(answer).unsupported] == wrong


def test_a_cell_is_named_with_its_raw_value() -> None:
    one = link("부산의 매출은 80만 원입니다.")
    assert (one.kind, one.step, one.call, one.table) == ("cell", "s1", "c1", "result_1")
    assert (one.row, one.label, one.column, one.value) == (1, "부산", "revenue", 800000)


def test_a_fact_a_text_and_a_column_are_named() -> None:
    fact = link("The statistic is 12.35.")
    assert (fact.kind, fact.key, fact.param, fact.value) == (
        "fact", "group_test", "statistic", 12.345678,
    )  # fmt: skip
    assert link("r² = 0.988").kind == "text"
    mean = link("평균 price는 48.12입니다.")
    assert (mean.kind, mean.column, mean.param, mean.value) == (
        "cell",
        "price",
        "mean",
        48.123456789,
    )


@pytest.mark.parametrize(
    ("answer", "expression"),
    [
        ("서울 1,234,567, 부산 800,000: a difference of 434,567", "1234567.25 - 800000"),
        ("서울 1,234,567, 부산 800,000: 54.3 % more", "(1234567.25 - 800000) / 800000"),
        ("서울 1,234,567, 부산 800,000: 1.54배", "1234567.25 / 800000"),
        ("The orders of all regions sum up to 248", "sum(orders)"),
        ("서울과 부산의 orders는 합쳐 200건", "120 + 80"),
        ("대구 has 98.4 % of the revenue", None),
        ("서울 has 48.4 % of the orders", "120 / sum(orders)"),
        ("A share of 41.3 %; the other 58.7 %", "1 - 0.4127"),
        ("서울 orders 120 per revenue: 10,288", "1234567.25 / 120"),
    ],
)
def test_arithmetic_says_how(answer: str, expression: str | None) -> None:
    found = checked(answer)
    computed = [one.expression for one in found.links if one.kind == "arithmetic"]
    if expression is None:  # one region lost: shares of such a sum say nothing
        assert computed == [] and found.unsupported != ()
    else:
        assert computed == [expression] and found.unsupported == ()


def test_two_small_numbers_give_nothing_by_chance() -> None:
    found = checked("Something else is 83.")
    assert [span.text for span in found.unsupported] == ["83"]


def test_the_row_that_the_sentence_names_is_meant() -> None:
    table = TableDigest(
        title="t",
        rows=3,
        columns=("city", "mean", "median"),
        head=(("Seoul", 5.25, 7), ("Busan", 5.25, 9), ("Jeju", 5.25, 5.25)),
    )
    sources = (Source(step="s1", calls=(("c", Digest(tables=(table,)), {}),)),)
    (one,) = checked("The median of Jeju is 5.25.", sources=sources).links
    assert (one.row, one.column) == (2, "median")
    (one,) = checked("Seoul is cold. Busan has a mean of 5.25.", sources=sources).links
    assert (one.row, one.column) == (1, "mean")
    first, second = checked("Seoul: 5.25, Busan: 5.25", sources=sources).links
    assert (first.row, second.row) == (0, 1)


def test_numbers_of_the_question_and_of_a_call_are_given() -> None:
    one = link("Above 30.5 is nobody.", "How many are above 30.5?")
    assert (one.kind, one.value) == ("question", 30.5)
    given = link("Those older than 35 were looked at.")
    assert (given.key, given.param) == ("arguments", "where")


def test_earlier_answers_and_words_of_workers_hold_too() -> None:
    sources = (
        Source(said="Before, the mean was 77.125."),
        Source(step="s2", said="I counted 4,321 lines."),
    )
    first, second = checked("77.1, and 4321", sources=sources).links
    assert (first.step, first.kind, first.value) == ("", "text", 77.125)
    assert (second.step, second.kind, second.value) == ("s2", "text", 4321)


def test_how_many_things_were_made_is_known() -> None:
    sources = (Source(step="s1", made=14), Source(step="s2", made=9), Source(step="s3"))
    (one,) = checked("살펴볼 표, 차트, 파일은 모두 23개입니다.", sources=sources).links
    assert (one.key, one.param, one.value) == ("run", "artifacts", 23)
    assert checked("There are 24.", sources=sources).links == ()


def test_small_counts_are_not_said_to_stand_in_some_cell() -> None:
    table = TableDigest(title="t", rows=2, columns=("a", "b"), head=(("x", 7), ("y", 9)))
    sources = (Source(step="s1", calls=(("c", Digest(tables=(table,)), {}),)),)
    found = checked("There are 7 reasons. x is 7.", sources=sources)
    (one,) = found.links
    assert (one.start, found.unsupported) == (26, ())


def test_figures_in_tables_and_formats_of_an_answer_are_checked() -> None:
    answer = (
        "@total[800000]\n\n| region | won |\n|---|---|\n| 서울 | 1,234,567 |\n| 부산 | 800,001 |"
    )
    found = checked(answer)
    assert [one.text for one in found.links] == ["800000", "1,234,567"]
    assert [one.text for one in found.unsupported] == ["800,001"]


def test_a_large_run_is_checked_in_time() -> None:
    head = tuple((f"row {i}", *(i * 37.1 + j / 7 for j in range(40))) for i in range(30))
    table = TableDigest(
        title="t", rows=30, columns=("name", *(f"c{j}" for j in range(40))), head=head
    )
    sources = tuple(
        Source(step=f"s{n}", calls=(("c", Digest(tables=(table,)), {}),)) for n in range(20)
    )
    answer = ". ".join(f"row {i % 30} has {i * 37.1234:.3f}" for i in range(100))
    began = time.perf_counter()
    found = check(answer, sources)
    assert len(found.links) + len(found.unsupported) >= 90
    assert time.perf_counter() - began < 10


def test_a_percentage_out_of_nowhere_is_seldom_held_by_chance() -> None:
    dice = random.Random(5)
    columns = tuple(f"c{j}" for j in range(8))
    figures = [tuple(dice.uniform(1, 900) for _ in columns) for _ in range(30)]
    head = tuple((f"row {i}", *row) for i, row in enumerate(figures))
    table = TableDigest(title="t", rows=30, columns=("name", *columns), head=head)
    sources = (Source(step="s1", calls=(("c", Digest(tables=(table,)), {}),)),)
    answer = "\n\n".join(f"It grew by {dice.uniform(10, 99):.1f} %" for _ in range(100))
    assert len(check(answer, sources).unsupported) > 70
    # Figures that the sentence names are another matter.
    share = 100 * figures[7][2] / sum(row[2] for row in figures)
    (found,) = check(f"row 7 has {share:.1f} % of all", sources).links
    assert found.kind == "arithmetic"
