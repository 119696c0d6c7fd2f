"""A year against the year before, and patterns of the week, against pandas."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.answers.periods import ComparePeriods
from cherry_reflex.analysis.answers.time_pattern import TimePattern
from cherry_reflex.analysis.answers.year_over_year import YearOverYear
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.tables import figure_of, first_frame, frames_of, keys, params, run


def daily(first: str, last: str) -> pd.DataFrame:
    """Return a number for every day."""
    days = pd.date_range(first, last, freq="D")
    dice = np.random.default_rng(4)
    return pd.DataFrame({"날짜": days, "매출": dice.integers(50, 150, len(days))})


def test_only_months_that_both_years_have_whole(tmp_path: Path) -> None:
    frame = daily("2023-02-01", "2024-09-10")
    outcome = run(YearOverYear(date="날짜", measure="매출"), tmp_path, frame, language=KOREAN)
    by_month = frame.groupby([frame["날짜"].dt.year, frame["날짜"].dt.month])["매출"].sum()
    table = first_frame(outcome)
    assert table["월"].tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert table["2023"].tolist() == [by_month[2023, m] for m in range(2, 9)]
    assert table["2024"].tolist() == [by_month[2024, m] for m in range(2, 9)]
    old, new = (sum(by_month[y, m] for m in range(2, 9)) for y in (2023, 2024))
    key = "year_over_year.rose_span" if new > old else "year_over_year.fell_span"
    told = params(outcome, key)
    assert (told["old"], told["new"]) == (old, new)
    assert told["change"] == pytest.approx(new / old - 1)
    assert params(outcome, "periods.left_unfinished")["last"] == "2024-09"
    first = max(outcome.facts, key=lambda fact: fact.weight)
    assert "같은 기간(2~8월)" in sentence(first, KOREAN)
    assert [bars["name"] for bars in figure_of(outcome)["data"]] == ["2023", "2024"]


def test_a_mean_is_that_of_the_rows(tmp_path: Path) -> None:
    frame = daily("2022-01-01", "2024-12-31")
    outcome = run(YearOverYear(date="날짜", measure="매출", how="mean", year=2023), tmp_path, frame)
    yearly = frame.groupby(frame["날짜"].dt.year)["매출"].mean()
    fact = max(outcome.facts, key=lambda fact: fact.weight)
    assert fact.key.endswith("_whole")
    assert fact.params["old"] == pytest.approx(yearly[2022])
    assert fact.params["new"] == pytest.approx(yearly[2023])
    assert "over all twelve months" in sentence(fact, ENGLISH)


def test_years_in_which_months_are_absent(tmp_path: Path) -> None:
    days = ["2023-01-01", "2023-03-01", "2023-05-01", "2024-01-01", "2024-04-01", "2024-05-01"]
    frame = pd.DataFrame({"d": pd.to_datetime(days)})
    outcome = run(YearOverYear(date="d"), tmp_path, frame)
    assert params(outcome, "year_over_year.same_some")["months"] == 2
    for part in (frame.iloc[:1], frame.iloc[[1, 4]]):
        with pytest.raises(BadInput) as caught:
            run(YearOverYear(date="d"), tmp_path, part)
        assert caught.value.code == "year_months_none"


def visits() -> pd.DataFrame:
    """Return moments over 30 days, most of them on Mondays at 9."""
    dice = np.random.default_rng(8)
    start = pd.Timestamp("2024-01-01")  # a Monday
    moments = start + pd.to_timedelta(dice.integers(0, 30 * 24 * 60, 2000), "min")
    mondays = pd.DatetimeIndex([start + pd.Timedelta(days=7 * (n % 5), hours=9, minutes=n % 60)
                                for n in range(500)])  # fmt: skip
    return pd.DataFrame({"시각": moments.append(mondays), "금액": 10})


def test_weekdays_are_counted_per_day(tmp_path: Path) -> None:
    frame = visits()
    outcome = run(TimePattern(date="시각"), tmp_path, frame, language=KOREAN)
    table = frames_of(outcome)[0]
    counts = frame["시각"].dt.day_of_week.value_counts()
    days = pd.Series(pd.date_range(frame["시각"].min().normalize(), frame["시각"].max(), freq="D"))
    number = days.dt.day_of_week.value_counts()
    assert table["일수"].tolist() == [number[n] for n in range(7)]
    assert table.iloc[:, 1].tolist() == pytest.approx([counts[n] / number[n] for n in range(7)])
    assert params(outcome, "time_pattern.weekday")["best"] == "weekday.0"
    cell = params(outcome, "time_pattern.cell")
    assert (cell["day"], cell["hour"]) == ("weekday.0", 9)
    at_nine = frame[(frame["시각"].dt.day_of_week == 0) & (frame["시각"].dt.hour == 9)]
    assert cell["high"] == pytest.approx(len(at_nine) / number[0])
    hour = params(outcome, "time_pattern.hour")
    assert hour["high"] == pytest.approx((frame["시각"].dt.hour == 9).sum() / len(days))
    first = max(outcome.facts, key=lambda fact: fact.weight)
    assert sentence(first, KOREAN).startswith("월요일이 ")
    assert len([a for a in outcome.artifacts if a.kind == "chart"]) == 2


def test_means_and_dates_without_hours(tmp_path: Path) -> None:
    frame = daily("2024-01-01", "2024-03-31")
    outcome = run(TimePattern(date="날짜", measure="매출", how="mean"), tmp_path, frame)
    wanted = frame.groupby(frame["날짜"].dt.day_of_week)["매출"].mean()
    assert frames_of(outcome)[0].iloc[:, 1].tolist() == pytest.approx(wanted.tolist())
    assert "time_pattern.hour" not in keys(outcome)


def test_few_days_are_said_and_none_refused(tmp_path: Path) -> None:
    frame = daily("2024-01-01", "2024-01-01")
    outcome = run(TimePattern(date="날짜"), tmp_path, frame)
    assert {"time_pattern.short", "time_pattern.even"} <= keys(outcome)
    with pytest.raises(BadInput) as caught:
        run(TimePattern(date="날짜"), tmp_path, frame.assign(날짜=pd.NaT))
    assert caught.value.code == "values_none"


def test_two_periods_of_which_one_is_unfinished_are_compared_as_far_as_it_goes(
    tmp_path: Path,
) -> None:
    frame = daily("2023-01-01", "2024-03-10")
    outcome = run(ComparePeriods(date="날짜", measure="매출", period="year"), tmp_path, frame)
    days = frame["날짜"].dt.day_of_year <= 70
    old, new = (
        frame[(frame["날짜"].dt.year == year) & days]["매출"].sum() for year in (2023, 2024)
    )
    key = "periods.same_part_rose" if new >= old else "periods.same_part_fell"
    told = params(outcome, key)
    assert (told["old"], told["value"], told["until"]) == (old, new, "2024-03-10")
    assert not {"periods.rose", "periods.fell"} & keys(outcome)


def test_a_chart_tells_the_change_without_an_unfinished_month(tmp_path: Path) -> None:
    frame = daily("2024-01-01", "2024-06-03")
    chart = Chart(kind="line", x="날짜", y="매출", period="month")
    outcome = run(chart, tmp_path, frame)
    assert params(outcome, "chart.unfinished")["last"] == "2024-06-01"
    assert params(outcome, "chart.change")["last"] == "2024-05-01"
