"""Why a measure changed, against figures by hand and pandas."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.business.change import changes
from cherry_reflex.analysis.business.contribution import Contribution
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.tables import figure_of, first_frame, keys, params, run, run_over, uploaded

TWO_YEARS = pd.DataFrame(
    {
        "day": pd.to_datetime(["2023-02-01", "2023-12-20", "2024-01-15", "2024-12-28"] * 3),
        "지역": ["서울"] * 4 + ["부산"] * 4 + ["대구"] * 4,
        "매출": [100, 100, 40, 60, 50, 50, 60, 60, 10, 10, 10, 5],
    }
)


def test_groups_add_up_to_the_change_of_a_total(tmp_path: Path) -> None:
    operation = Contribution(measure="매출", date="day", group_by="지역", period="year")
    outcome = run(operation, tmp_path, TWO_YEARS)
    told = params(outcome, "contribution.fell")
    assert (told["before"], told["after"]) == ("2023", "2024")
    assert (told["old"], told["new"]) == (320, 235)
    assert (told["group"], told["size"]) == ("서울", 100)
    assert told["share"] == pytest.approx(100 / 85)
    against = params(outcome, "contribution.against_rose")
    assert (against["group"], against["size"]) == ("부산", 20)
    table = first_frame(outcome)
    assert dict(zip(table["지역"], table["Contribution"], strict=True)) == {
        "서울": -100,
        "부산": 20,
        "대구": -5,
    }
    assert table["Contribution"].sum() == 235 - 320
    (bars,) = figure_of(outcome)["data"]
    assert bars["y"][-1] == "서울" and bars["x"][-1] == -100


def test_the_first_sentence_answers_in_korean(tmp_path: Path) -> None:
    operation = Contribution(measure="매출", date="day", group_by="지역", period="year")
    outcome = run(operation, tmp_path, TWO_YEARS, language=KOREAN)
    first = max(outcome.facts, key=lambda fact: fact.weight)
    assert sentence(first, KOREAN) == (
        "매출 합계는 2023의 320에서 2024의 235로 줄었고(-85, -26.6%), "
        "가장 큰 이유는 지역 ‘서울’입니다(-100, 변화의 117.6%)."
    )


def test_mix_and_rate_add_up_to_the_change_of_a_mean(tmp_path: Path) -> None:
    # Both groups keep their averages of 10 and 100; there are more rows of the cheap one.
    frame = pd.DataFrame(
        {
            "day": ["2023-06-01"] * 4 + ["2024-06-01"] * 4,
            "kind": ["cheap", "cheap", "dear", "dear", "cheap", "cheap", "cheap", "dear"],
            "price": [10, 10, 100, 100, 10, 10, 10, 100],
        }
    ).assign(day=lambda d: pd.to_datetime(d.day))
    operation = Contribution(
        measure="price", how="mean", date="day", group_by="kind", before="2023", after="2024"
    )
    outcome = run(operation, tmp_path, frame)
    told = params(outcome, "contribution.mix_first")
    assert told["difference"] == pytest.approx(32.5 - 55)
    assert (told["mix"], told["rate"]) == (pytest.approx(-22.5), pytest.approx(0))


def test_a_ratio_of_totals_is_taken_apart_exactly(tmp_path: Path) -> None:
    dice = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(dice.choice(["2024-02-10", "2024-03-10"], 400)),
            "shop": dice.choice(["a", "b", "c"], 400),
            "profit": dice.normal(20, 9, 400).round(2),
            "sales": dice.uniform(50, 150, 400).round(2),
        }
    )
    operation = Contribution(
        measure="profit", per="sales", date="day", group_by="shop", before="2024-02",
        after="2024-03",
    )  # fmt: skip
    table = first_frame(run(operation, tmp_path, frame))
    sums = frame.groupby(frame.day.dt.month)[["profit", "sales"]].sum()
    ratio = sums.profit / sums.sales
    assert table["Contribution"].sum() == pytest.approx(ratio[3] - ratio[2])
    parts = frame.groupby([frame.day.dt.month, "shop"])[["profit", "sales"]].sum()
    for _, row in table.iterrows():
        (a, b), (c, d) = (parts.loc[month, row["shop"]] for month in (2, 3))
        weights = b / sums.sales[2], d / sums.sales[3]
        rates = a / b, c / d
        assert row["Rate effect"] == pytest.approx(sum(weights) / 2 * (rates[1] - rates[0]))
        middle = sum(rates) / 2 - (ratio[2] + ratio[3]) / 2
        assert row["Mix effect"] == pytest.approx((weights[1] - weights[0]) * middle)


def test_the_column_that_explains_most_is_chosen(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    frame = pd.DataFrame({"day": pd.to_datetime(["2023-03-01", "2024-03-01"] * 200)})
    frame["noise"] = dice.choice(["x", "y"], 400)
    frame["shop"] = np.repeat(["a", "b", "c", "d"], 100)
    late_a = (frame.day.dt.year == 2024) & (frame.shop == "a")
    frame["sales"] = np.where(late_a, 5, 10)
    outcome = run(Contribution(measure="sales", date="day", period="year"), tmp_path, frame)
    told = params(outcome, "contribution.fell")
    assert (told["by"], told["group"], told["share"]) == ("shop", "a", 1)


def test_an_unfinished_period_is_not_compared(tmp_path: Path) -> None:
    days = pd.date_range("2023-01-01", "2024-02-05", freq="D")
    frame = pd.DataFrame({"day": days, "g": ["a", "b"] * (len(days) // 2) + ["a"], "n": 1})
    outcome = run(
        Contribution(measure="n", date="day", group_by="g", period="month"), tmp_path, frame
    )
    assert params(outcome, "periods.left_unfinished")["last"] == "2024-02"
    told = next(fact for fact in outcome.facts if fact.key.startswith("contribution."))
    assert (told.params["before"], told.params["after"]) == ("2023-12", "2024-01")


def test_counts_of_rows_and_quarters(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-01-05", "2024-03-30", "2024-04-02", "2024-06-30", None]),
            "g": ["a", None, "a", "a", "a"],
        }
    )
    outcome = run(
        Contribution(date="day", group_by="g", before="2024-Q1", after="2024-Q2"), tmp_path, frame
    )
    table = first_frame(outcome).set_index("g")
    assert table.loc["(missing)", "Contribution"] == -1
    assert table.loc["a", "Contribution"] == 1
    assert "contribution.unchanged" in keys(outcome)


def test_a_percentage_is_averaged_and_written_so(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "day": ["2023-01-02", "2023-12-30", "2024-01-01", "2024-12-31"],
            "g": ["a", "b", "a", "b"],
            "rate": ["10%", "30%", "20%", "30%"],
        }
    )
    tables = uploaded(frame, tmp_path)
    operation = Contribution(measure="rate", date="day", group_by="g", period="year")
    outcome = run_over(operation, tables)
    told = next(fact for fact in outcome.facts if fact.key == "contribution.rose")
    assert (told.params["old"], told.params["new"]) == (20, 25)
    assert "from 20% in 2023 to 25% in 2024" in sentence(told, tables.language)


@pytest.mark.parametrize(
    ("frame", "given", "code"),
    [
        (TWO_YEARS.iloc[:1], {"group_by": "지역"}, "periods_few"),
        (TWO_YEARS, {"group_by": "지역", "before": "2023"}, "contribution_periods"),
        (TWO_YEARS, {"before": "2019", "after": "2024"}, "contribution_period_empty"),
        (TWO_YEARS.assign(지역="서울"), {}, "contribution_no_groups"),
        (TWO_YEARS.assign(day=pd.NaT), {"group_by": "지역"}, "values_none"),
    ],
)
def test_what_cannot_be_compared_is_said(
    frame: pd.DataFrame, given: dict[str, str], code: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        run(Contribution(measure="매출", date="day", **given), tmp_path, frame)
    assert caught.value.code == code


def test_groups_of_one_period_only_are_all_mix() -> None:
    change = changes([("old", 100, 10, 0, 0), ("new", 0, 0, 300, 10)], is_ratio=True)
    assert (change.old, change.new) == (10, 30)
    assert change.rate == 0
    assert change.mix == pytest.approx(20)
