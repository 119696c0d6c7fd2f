"""Cohorts, RFM, Pareto, funnels and promoters, against pandas and figures by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.business.cohort import CohortRetention
from cherry_reflex.analysis.business.funnel import Funnel
from cherry_reflex.analysis.business.nps import NetPromoterScore
from cherry_reflex.analysis.business.pareto import Pareto
from cherry_reflex.analysis.business.rfm import RfmSegments, segment_of
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Outcome
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.tables import (
    figure_of,
    first_frame,
    frames_of,
    keys,
    params,
    run,
    run_over,
    table_of,
    uploaded,
)


def first_sentence(outcome: Outcome) -> str:
    """Return the Korean sentence that comes first."""
    return sentence(max(outcome.facts, key=lambda fact: fact.weight), KOREAN)


def orders(rows: int = 900) -> pd.DataFrame:
    """Return orders of 120 customers over a year."""
    dice = np.random.default_rng(5)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(dice.integers(0, 365, rows), "D")
    return pd.DataFrame(
        {
            "고객": [f"고객 {n}" for n in dice.integers(0, 120, rows)],
            "주문일": days,
            "금액": dice.integers(1, 500, rows) * 100,
        }
    )


def test_retention_is_that_of_pandas(tmp_path: Path) -> None:
    frame = orders()
    outcome = run(CohortRetention(entity="고객", date="주문일"), tmp_path, frame)
    month = frame["주문일"].dt.to_period("M")
    first = month.groupby(frame["고객"]).transform("min")
    later = (month - first).map(lambda gap: gap.n)
    seen = frame.assign(cohort=first.astype(str), later=later)
    counts = seen.groupby(["cohort", "later"])["고객"].nunique().unstack(fill_value=0)
    table = next(t for t in frames_of(outcome) if "Cohort" in t).set_index("Cohort")
    for cohort, row in counts.iterrows():
        assert table.loc[cohort, "Size"] == row[0]
        room = 12 - int(str(cohort)[-2:])
        for gap in range(12):
            found = table.loc[cohort, str(gap)] if str(gap) in table else None
            if gap <= room:
                assert found == pytest.approx(row.get(gap, 0) / row[0])
            else:
                assert found is None or pd.isna(found), "no data can be there yet"
    told = params(outcome, "cohort.back_next")
    old = counts[[int(str(c)[-2:]) <= 11 for c in counts.index]]
    assert told["share"] == pytest.approx(old[1].sum() / old[0].sum())
    assert figure_of(outcome)["data"][0]["type"] == "heatmap"


def test_customers_of_an_unfinished_month_are_not_counted(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "who": [1, 1, 2, 2, 3, 1],
            "day": pd.to_datetime(
                ["2024-01-01", "2024-02-01", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-03"]
            ),
        }
    )
    outcome = run(CohortRetention(entity="who", date="day"), tmp_path, frame)
    assert params(outcome, "periods.left_unfinished")["last"] == "2024-03"
    table = next(t for t in frames_of(outcome) if "Cohort" in t)
    assert table["Size"].tolist() == [2, 1]
    assert table["1"].tolist()[0] == 1 and "2" not in table


def test_one_month_has_no_retention(tmp_path: Path) -> None:
    frame = orders().assign(주문일=pd.Timestamp("2024-01-05"))
    with pytest.raises(BadInput) as caught:
        run(CohortRetention(entity="고객", date="주문일"), tmp_path, frame)
    assert caught.value.code == "periods_few"


def test_rfm_counts_and_scores(tmp_path: Path) -> None:
    frame = orders()
    outcome = run(RfmSegments(customer="고객", date="주문일", amount="금액"), tmp_path, frame)
    newest = frame["주문일"].max()
    wanted = frame.groupby("고객").agg(
        recency=("주문일", lambda d: (newest - d.max()).days), times=("주문일", "size"),
        amount=("금액", "sum"),
    )  # fmt: skip
    table = table_of(outcome, "Customers with").set_index("고객")
    assert table["Days since the last"].to_dict() == wanted.recency.to_dict()
    assert table["Times"].to_dict() == wanted.times.to_dict()
    assert table["Total of 금액"].to_dict() == wanted.amount.to_dict()
    for score, values in (("R", -wanted.recency), ("F", wanted.times), ("M", wanted.amount)):
        assert table[score].between(1, 5).all()
        joined = pd.DataFrame({"v": values, "s": table[score]})
        assert joined.groupby("v")["s"].nunique().max() == 1, "equal customers, equal scores"
        assert joined.sort_values("v")["s"].is_monotonic_increasing
        assert joined["s"].value_counts().min() >= 10
    segments = table_of(outcome, "RFM segments")
    assert segments["Customers"].sum() == 120
    assert segments["Share of the amount"].sum() == pytest.approx(1)
    champions = table[(table.R >= 4) & ((table.F + table.M) / 2 >= 4)]
    told = params(outcome, "rfm.customers")
    assert (told["customers"], told["champions"]) == (120, len(champions))


def test_segments_of_scores() -> None:
    assert [segment_of(*scores) for scores in ((5, 5), (5, 3), (4, 1), (3, 4.5), (3, 2))] == [
        "champions", "potential", "new", "loyal", "attention",
    ]  # fmt: skip
    assert [segment_of(1, 5), segment_of(2, 2)] == ["at_risk", "lost"]


def test_rfm_of_equal_customers_and_gaps(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"c": ["a", "b", None, "d"], "day": pd.Timestamp("2024-01-01"), "n": [5, 5, 5, None]}
    )
    outcome = run(RfmSegments(customer="c", date="day", amount="n"), tmp_path, frame)
    assert params(outcome, "rows_left_out")["missing"] == 2
    assert set(table_of(outcome, "Customers with")[["R", "F", "M"]].to_numpy().ravel()) == {3}
    with pytest.raises(BadInput) as caught:
        run(RfmSegments(customer="c", date="day", amount="n"), tmp_path, frame.iloc[:1])
    assert caught.value.code == "rfm_customers_few"


def test_pareto_shares_and_classes(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"품목": ["가", "가", "나", "다", "라", "마"], "액": [50, 20, 15, 10, 4, 1]}
    )
    outcome = run(Pareto(group_by="품목", measure="액"), tmp_path, frame)
    table = first_frame(outcome)
    assert table["품목"].tolist() == ["가", "나", "다", "라", "마"]
    assert table["Share up to here"].tolist() == pytest.approx([0.7, 0.85, 0.95, 0.99, 1])
    assert table["Class"].tolist() == ["A", "A", "B", "C", "C"]
    korean = run(Pareto(group_by="품목", measure="액"), tmp_path, frame, language=KOREAN)
    assert first_sentence(korean) == (
        "‘품목’의 5개 그룹 중 2개(40.0%)가 전체의 85.0%를 차지합니다(액 합계): 가, 나."
    )
    bars, line = figure_of(outcome)["data"]
    assert bars["y"] == [70, 15, 10, 4, 1] and line["yaxis"] == "y2"


def test_pareto_of_rows_ties_and_what_has_no_share(tmp_path: Path) -> None:
    frame = pd.DataFrame({"g": ["b", "a", None, "a", "b"], "n": [1, -5, 2, None, 1]})
    table = first_frame(run(Pareto(group_by="g"), tmp_path, frame))
    assert table["g"].tolist() == ["a", "b", "(missing)"], "ties by name"
    outcome = run(Pareto(group_by="g", measure="n"), tmp_path, frame)
    assert params(outcome, "pareto.left_out")["groups"] == 1
    with pytest.raises(BadInput) as caught:
        run(Pareto(group_by="g", measure="n"), tmp_path, frame.assign(n=0))
    assert caught.value.code == "pareto_nothing"


def test_percentages_have_no_pareto(tmp_path: Path) -> None:
    tables = uploaded(pd.DataFrame({"g": ["a", "b"], "rate": ["10%", "20%"]}), tmp_path)
    with pytest.raises(BadInput) as caught:
        run_over(Pareto(group_by="g", measure="rate"), tables)
    assert caught.value.code == "measure_not_additive"


EVENTS = pd.DataFrame(
    {
        "user": [1, 1, 1, 2, 2, 3, 4, 4, 5],
        "step": ["방문", "장바구니", "구매", "방문", "장바구니", "방문", "방문", "구매", "구매"],
    }
)


def test_a_funnel_counts_who_passed_the_steps_before(tmp_path: Path) -> None:
    operation = Funnel(stage="step", entity="user", stages=("방문", "장바구니", "구매"))
    outcome = run(operation, tmp_path, EVENTS)
    table = frames_of(outcome)[0]
    assert table["Reached"].tolist() == [4, 2, 1]
    assert table["From the step before"].tolist()[1:] == [0.5, 0.5]
    assert table["From the first step"].tolist() == [1, 0.5, 0.25]
    assert params(outcome, "funnel.skipped")["count"] == 2
    assert first_sentence(outcome) == (
        "‘방문’에 도달한 4건 중 1건, 즉 25.0%가 ‘구매’까지 도달합니다(3단계)."
    )


def test_a_funnel_of_rows_of_current_steps_and_of_columns(tmp_path: Path) -> None:
    frame = pd.DataFrame({"stage": ["lead"] * 5 + ["offer"] * 3 + ["won"] * 2})
    outcome = run(Funnel(stage="stage"), tmp_path, frame)
    assert frames_of(outcome)[0]["Reached"].tolist() == [5, 3, 2]
    assert params(outcome, "funnel.ordered")["stages"] == "lead → offer → won"
    current = Funnel(stage="stage", stages=("lead", "offer", "won"), counting="current")
    assert frames_of(run(current, tmp_path, frame))[0]["Reached"].tolist() == [10, 5, 2]
    wide = pd.DataFrame(
        {"seen": [True, True, True, False], "clicks": [3, 0, 1, 1], "paid": [None, "x", "y", "z"]}
    )
    outcome = run(Funnel(columns=("seen", "clicks", "paid")), tmp_path, wide)
    assert frames_of(outcome)[0]["Reached"].tolist() == [3, 2, 1]
    loss = params(outcome, "funnel.largest_loss")
    assert (loss["before"], loss["after"], loss["lost"]) == ("clicks", "paid", 0.5)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (Funnel(), "funnel_steps_needed"),
        (Funnel(stage="step", stages=("방문", "환불")), "group_unknown"),
        (Funnel(columns=("step",)), "funnel_steps_few"),
    ],
)
def test_no_funnel(operation: Funnel, code: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        run(operation, tmp_path, EVENTS)
    assert caught.value.code == code


def test_nobody_at_the_first_step(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [0, 0], "b": [1, 1]})
    with pytest.raises(BadInput) as caught:
        run(Funnel(columns=("a", "b")), tmp_path, frame)
    assert caught.value.code == "funnel_empty"


def test_nps_and_its_interval(tmp_path: Path) -> None:
    scores = [10] * 30 + [9] * 20 + [8] * 25 + [5] * 15 + [0] * 10
    frame = pd.DataFrame({"추천": scores, "채널": ["앱", "웹"] * 50})
    outcome = run(NetPromoterScore(score="추천", group_by="채널"), tmp_path, frame)
    told = params(outcome, "nps.net")
    assert (told["value"], told["top"], told["bottom"]) == (25, 0.5, 0.25)
    each = np.where(np.array(scores) >= 9, 1, np.where(np.array(scores) <= 6, -1, 0))
    half = 1.959964 * each.std() / 10 * 100
    assert told["low"] == pytest.approx(25 - half, abs=0.06)
    assert told["high"] == pytest.approx(25 + half, abs=0.06)
    table = first_frame(outcome).set_index("채널")
    for name, part in frame.groupby("채널")["추천"]:
        assert table.loc[name, "NPS"] == pytest.approx(
            ((part >= 9).mean() - (part <= 6).mean()) * 100
        )
    assert table.loc["Total", "Answers"] == 100
    assert first_sentence(outcome).startswith("NPS는 25입니다(95% 신뢰구간 ")
    assert len(figure_of(outcome)["data"]) == 3


@pytest.mark.parametrize(("most", "top"), [(5, 4), (7, 6)])
def test_top_two_of_shorter_scales(most: int, top: int, tmp_path: Path) -> None:
    values = [n for n in range(1, most + 1) for _ in range(n)]
    frame = pd.DataFrame({"만족도": [*values, None]})
    outcome = run(NetPromoterScore(score="만족도"), tmp_path, frame)
    told = params(outcome, "nps.box")
    assert told["top"] == pytest.approx(np.mean(np.array(values) >= top))
    assert told["bottom"] == pytest.approx(np.mean(np.array(values) <= 2))
    assert told["scale"] == f"1-{most}"
    assert params(outcome, "missing_left_out")["missing"] == 1
    assert "nps.net" not in keys(outcome)


def test_ratings_outside_of_the_scale(tmp_path: Path) -> None:
    frame = pd.DataFrame({"s": [9, 10, 0, 99]})
    with pytest.raises(BadInput) as caught:
        run(NetPromoterScore(score="s"), tmp_path, frame)
    assert caught.value.code == "nps_scale"
    outcome = run(NetPromoterScore(score="s", scale="0-10"), tmp_path, frame)
    assert params(outcome, "nps.outside")["count"] == 1
    assert params(outcome, "nps.net")["value"] == pytest.approx(100 / 3, rel=1e-12)
    assert params(outcome, "nps.few")["least"] == 30
