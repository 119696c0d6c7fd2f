"""Numbers as people and models write them."""

import time

import pytest

from cherry_reflex.analysis.evidence.dates import KnownDates, WrittenDate, dates
from cherry_reflex.analysis.evidence.prose import is_inside, without_figures
from cherry_reflex.analysis.evidence.written import numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,234.5 and -3.2e-4", [("1,234.5", 1234.5), ("-3.2e-4", -0.00032)]),
        ("−0.5 and (-3)", [("−0.5", -0.5), ("-3", -3.0)]),
        ("a-3, 5% – 7%", [("5%", 5.0), ("7%", 7.0)]),
        ("$5.2M, -$1,200k", [("5.2M", 5.2e6), ("-$1,200k", -1.2e6)]),
        ("매출은 1억 2,345만 원", [("1억 2,345만", 123_450_000.0)]),
        ("1조 2,000억 3만 5,678명", [("1조 2,000억 3만 5,678", 1_200_000_035_678.0)]),
        ("약 15만, 3천만 원", [("15만", 150_000.0), ("3천만", 30_000_000.0)]),
        ("12.3배, 3.2%p", [("12.3", 12.3), ("3.2%p", 3.2)]),
        ("10 to 12 million", [("10", 10e6), ("12 million", 12e6)]),
        ("3~5만 명", [("3", 30_000.0), ("5만", 50_000.0)]),
        ("1.2×10^-5, 1.2×10⁻⁵", [("1.2×10^-5", 1.2e-5), ("1.2×10⁻⁵", 1.2e-5)]),
        ("p = .03", [(".03", 0.03)]),
        ("3만큼 늘었다", [("3", 3.0)]),
        ("Q3, x_1, COVID-19, v1.2.3, result_12, r2d2", []),
        ("1,2345", [("1", 1.0), ("2345", 2345.0)]),
    ],
)
def test_numbers_are_read_as_they_are_meant(text: str, found: list[tuple[str, float]]) -> None:
    read = [(text[one.start : one.end], one.value) for one in numbers(text)]
    assert [written for written, _ in read] == [written for written, _ in found]
    assert [value for _, value in read] == pytest.approx([value for _, value in found])


def test_both_ends_of_a_range_are_percentages() -> None:
    assert [one.percent for one in numbers("3–5 % or 7")] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("p < 0.001", "<"),
        ("p<.05", "<"),
        ("more than 30", ">"),
        ("30건 이상", ">"),
        ("100 미만", "<"),
        ("about 100", ""),
    ],
)
def test_limits_are_known_as_such(text: str, bound: str) -> None:
    assert [one.bound for one in numbers(text)] == [bound]


@pytest.mark.parametrize(
    ("text", "unit", "rough"),
    [
        ("1.50", 0.01, 0.01),
        ("1,200", 1, 100),
        ("1.2 million", 1e5, 1e5),
        ("1억 2,345만", 1e4, 1e4),
        ("3e5", 1e5, 1e5),
    ],
)
def test_the_last_digit_says_how_exact_a_number_is(text: str, unit: float, rough: float) -> None:
    (one,) = numbers(text)
    assert (one.unit, one.rough) == pytest.approx((unit, rough))


def test_hostile_text_costs_little() -> None:
    text = "1" * 50_000 + " 1e999999 " + "3.5," * 5_000 + "1억 " * 5_000 + "9-" * 5_000
    began = time.perf_counter()
    assert sum(1 for _ in numbers(text)) < 40_000
    list(dates(text))
    without_figures(text, ())
    assert time.perf_counter() - began < 5


def test_dates_are_read_in_both_languages() -> None:
    text = "2024-01-31, 2023년 3월 5일, Mar 5, 2024; 7 May; 2분기"
    read = {(one.year, one.month, one.day, one.quarter) for one in dates(text)}
    assert read == {(2024, 1, 31, 0), (2023, 3, 5, 0), (2024, 3, 5, 0), (0, 5, 7, 0), (0, 0, 0, 2)}


def test_a_date_is_known_by_its_parts_and_within_a_range() -> None:
    known = KnownDates()
    known.add("2024-05-17")
    known.between("2020-03-01", "2021-06-30")
    held = [(2024, 0, 0), (2024, 5, 0), (0, 5, 17), (2020, 3, 0), (2021, 0, 0), (2020, 12, 31)]
    assert all(known.holds(WrittenDate(0, 0, *one)) for one in held)
    assert known.holds(WrittenDate(0, 0, year=2024, quarter=2))
    others = [(2023, 0, 0), (2024, 6, 0), (2021, 7, 0), (2020, 2, 0)]
    assert not any(known.holds(WrittenDate(0, 0, *one)) for one in others)


def test_digits_that_are_no_figures() -> None:
    text = (
        "1. first\n- 2) second\n```\n55\n```\n## 2.1 Title\n[a](http://x/12) see [3], "
        "temp_2m and 65세 이상 at 12:30, 010-1234-5678, https://a.b/77 but 8"
    )
    masked = without_figures(text, ["temp_2m", "65세 이상", "12345"])
    digits = (at for at, sign in enumerate(text) if sign.isdigit())
    assert [text[at] for at in digits if not is_inside(at, at + 1, masked)] == ["8"]
