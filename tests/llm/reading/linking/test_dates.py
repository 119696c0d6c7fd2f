"""Dates, and spans of time seen from now."""

import pytest

from cherry_reflex.llm.embedded.reading.linked import (
    ConceptMeaning,
    DateMeaning,
    Meaning,
    RelativeMeaning,
)
from cherry_reflex.llm.embedded.reading.patterns.dates import dates_in
from cherry_reflex.llm.embedded.reading.patterns.relative_dates import relative_dates_in

MARCH = DateMeaning("2024-03-01", "2024-03-31", "month", 3)
FIRST_QUARTER = DateMeaning("2024-01-01", "2024-03-31", "quarter", 1)
FIFTH = DateMeaning("2024-03-05", "2024-03-05", "day")


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("2024년 3월 매출", "2024년 3월", MARCH),
        ("24년 3월 매출", "24년 3월", MARCH),
        ("sales in March 2024", "March 2024", MARCH),
        ("sales in 2024-03", "2024-03", MARCH),
        ("202403 매출", "202403", MARCH),
        ("in Q1 2024", "Q1 2024", FIRST_QUARTER),
        ("2024년 1분기", "2024년 1분기", FIRST_QUARTER),
        ("1Q24 only", "1Q24", FIRST_QUARTER),
        ("the first quarter of 2024", "first quarter of 2024", FIRST_QUARTER),
        ("1분기만", "1분기", DateMeaning(grain="quarter", part=1)),
        ("3월만", "3월", DateMeaning(grain="month", part=3)),
        ("where month is 7 and", "month is 7", DateMeaning(grain="month", part=7)),
        ("quarter = 2", "quarter = 2", DateMeaning(grain="quarter", part=2)),
        ("2024-03-05 이후", "2024-03-05", FIFTH),
        ("since March 5th, 2024", "March 5th, 2024", FIFTH),
        ("3/5 매출", "3/5", FIFTH),
        ("2024년 3월 5일", "2024년 3월 5일", FIFTH),
        ("in 2024 only", "2024", DateMeaning("2024-01-01", "2024-12-31", "year")),
        ("2023-2024 비교", "2023", DateMeaning("2023-01-01", "2023-12-31", "year")),
        ("2024년 상반기", "2024년 상반기", DateMeaning("2024-01-01", "2024-06-30", "month")),
        ("하반기 매출", "하반기", ConceptMeaning("date:second_half")),
        ("on Mondays", "Mondays", DateMeaning(grain="weekday", part=1)),
        ("일요일만", "일요일", DateMeaning(grain="weekday", part=7)),
        ("오후 3시 이후", "오후 3시", DateMeaning(grain="hour", part=15)),
        ("after 9am", "9am", DateMeaning(grain="hour", part=9)),
        ("3~5월 합계", "3", DateMeaning(grain="month", part=3)),
    ],
)
def test_dates(text: str, words: str, meaning: Meaning) -> None:
    found = [(text[m.start : m.end], m.meaning) for m in dates_in(text, newest_year=2024)]
    assert (words, meaning) in found


@pytest.mark.parametrize(
    "text", ["2000개 이상", "1999.75 km", "30% of 1,999", "월별 매출", "about 13/45 people"]
)
def test_what_is_no_date(text: str) -> None:
    assert not dates_in(text, newest_year=2024)


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("sales last month", "last month", RelativeMeaning("last", 1, "month")),
        ("지난달 매출", "지난달", RelativeMeaning("last", 1, "month")),
        ("지난 달 매출", "지난 달", RelativeMeaning("last", 1, "month")),
        ("작년 매출", "작년", RelativeMeaning("last", 1, "year")),
        ("올해는?", "올해", RelativeMeaning("this", 1, "year")),
        ("past 90 days", "past 90 days", RelativeMeaning("last", 90, "day", is_rolling=True)),
        ("최근 7일", "최근 7일", RelativeMeaning("last", 7, "day", is_rolling=True)),
        ("최근 세 달", "최근 세 달", RelativeMeaning("last", 3, "month", is_rolling=True)),
        ("yesterday's orders", "yesterday", RelativeMeaning("last", 1, "day")),
        ("next two quarters", "next two quarters", RelativeMeaning("next", 2, "quarter", True)),
    ],
)
def test_relative_dates(text: str, words: str, meaning: RelativeMeaning) -> None:
    found = [(text[m.start : m.end], m.meaning) for m in relative_dates_in(text)]
    assert (words, meaning) in found
