"""A/B tests and survival, against statsmodels and scipy."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from cherry_reflex.analysis.statistics.ab_test import AbTest
from cherry_reflex.analysis.statistics.survival import Survival
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.tables import first_frame, frames_of, keys, params, run

VISITS = pd.DataFrame(
    {
        "안": ["A"] * 1000 + ["B"] * 1200,
        "전환": [True] * 100 + [False] * 900 + [True] * 168 + [False] * 1032,
    }
)


def test_two_proportions_are_those_of_statsmodels(tmp_path: Path) -> None:
    outcome = run(AbTest(variant="안", outcome="전환"), tmp_path, VISITS, language=KOREAN)
    told = params(outcome, "ab.higher_rate")
    assert told["p"] == pytest.approx(proportions_ztest([168, 100], [1200, 1000])[1])
    assert (told["value"], told["base"]) == (0.14, 0.1)
    span = params(outcome, "ab.interval_rate")
    low, high = confint_proportions_2indep(168, 1200, 100, 1000, method="newcomb")
    assert (span["low"], span["high"]) == (
        pytest.approx(low * 100, abs=1e-3), pytest.approx(high * 100, abs=1e-3),
    )  # fmt: skip
    low, high = confint_proportions_2indep(168, 1200, 100, 1000, compare="ratio", method="log")
    assert span["lift"] == pytest.approx(0.4)
    assert (span["lift_low"], span["lift_high"]) == (
        pytest.approx(low - 1, abs=1e-4), pytest.approx(high - 1, abs=1e-4),
    )  # fmt: skip
    table = first_frame(outcome)
    low, high = proportion_confint(168, 1200, method="wilson")
    assert table.iloc[1]["95% 하한"] == pytest.approx(low, abs=1e-6)
    assert table.iloc[1]["95% 상한"] == pytest.approx(high, abs=1e-6)
    first = max(outcome.facts, key=lambda fact: fact.weight)
    assert sentence(first, KOREAN) == (
        "‘전환’ 비율은 ‘B’이(가) ‘A’보다 유의하게 높습니다: 14% 대 10%"
        "(p = 0.004, n = 1,200, 1,000)."
    )


def test_totals_of_trials_and_a_text_outcome_give_the_same(tmp_path: Path) -> None:
    whole = params(run(AbTest(variant="안", outcome="전환"), tmp_path, VISITS), "ab.higher_rate")
    totals = pd.DataFrame({"v": ["A", "B", "B"], "ok": [100, 100, 68], "n": [1000, 600, 600]})
    told = params(
        run(AbTest(variant="v", outcome="ok", trials="n"), tmp_path, totals), "ab.higher_rate"
    )
    assert told["p"] == pytest.approx(whole["p"])
    texts = VISITS.assign(결과=np.where(VISITS["전환"], "구매", "이탈"))
    operation = AbTest(variant="안", outcome="결과", success="구매")
    assert params(run(operation, tmp_path, texts), "ab.higher_rate")["p"] == whole["p"]
    with pytest.raises(BadInput) as caught:
        run(AbTest(variant="안", outcome="결과"), tmp_path, texts)
    assert caught.value.code == "ab_success_needed"


def test_means_by_welch(tmp_path: Path) -> None:
    dice = np.random.default_rng(2)
    a, b = dice.normal(50, 5, 60), dice.normal(53, 9, 80)
    frame = pd.DataFrame({"v": ["old"] * 60 + ["new"] * 80, "spend": np.r_[a, b]})
    outcome = run(AbTest(variant="v", outcome="spend", control="old"), tmp_path, frame)
    test = stats.ttest_ind(b, a, equal_var=False)
    span = test.confidence_interval(0.95)
    key = "ab.higher_mean" if test.pvalue < 0.05 else "ab.alike_mean"
    assert params(outcome, key)["p"] == pytest.approx(test.pvalue)
    told = params(outcome, "ab.interval_mean")
    assert (told["low"], told["high"]) == (pytest.approx(span.low), pytest.approx(span.high))
    assert told["lift"] == pytest.approx(b.mean() / a.mean() - 1)
    assert "ab.control" not in keys(outcome)


def test_few_cases_several_variants_and_no_success(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"v": list("AAAAABBBBBCCCCC"), "ok": [1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]}
    )
    outcome = run(AbTest(variant="v", outcome="ok"), tmp_path, frame)
    assert {"ab.exact", "ab.corrected", "ab.control"} <= keys(outcome)
    raw = [stats.fisher_exact([[1, 4], [k, 5 - k]])[1] for k in (4, 0)]
    assert first_frame(outcome)["p value"].tolist()[1:] == pytest.approx(raw)
    told = [fact.params["p"] for fact in outcome.facts if fact.key == "ab.alike_rate"]
    assert told == pytest.approx([min(1, 2 * raw[0]), max(min(1, 2 * raw[0]), raw[1])])
    none = run(AbTest(variant="v", outcome="ok"), tmp_path, frame.assign(ok=[0] * 14 + [1]))
    assert "ab.lift" not in keys(none), "nothing is a multiple of nothing"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (VISITS.assign(안="A"), "groups_one"),
        (VISITS.assign(안=np.arange(len(VISITS)) % 30), "groups_many"),
        (VISITS.assign(전환=np.nan), "groups_one"),
    ],
)
def test_no_experiment(frame: pd.DataFrame, code: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        run(AbTest(variant="안", outcome="전환"), tmp_path, frame)
    assert caught.value.code == code


def lives(count: int = 240) -> pd.DataFrame:
    """Return durations in two groups, a third of them still open."""
    dice = np.random.default_rng(11)
    group = dice.choice(["기본", "프리미엄"], count)
    true = dice.exponential(np.where(group == "기본", 10, 25)).round().astype(int) + 1
    end = dice.integers(5, 40, count)
    return pd.DataFrame(
        {"개월": np.minimum(true, end), "이탈": (true <= end).astype(int), "요금제": group}
    )


def test_curves_are_those_of_statsmodels(tmp_path: Path) -> None:
    frame = lives()
    operation = Survival(duration="개월", event="이탈", group_by="요금제")
    outcome = run(operation, tmp_path, frame)
    table = frames_of(outcome)[0]
    for name, part in frame.groupby("요금제"):
        wanted = SurvfuncRight(part["개월"], part["이탈"])
        found = table[(table["요금제"] == name) & (table["Events"] > 0)]
        assert found["Time"].tolist() == wanted.surv_times.tolist()
        assert found["Survival"].tolist() == pytest.approx(wanted.surv_prob.tolist())
        assert found["At risk"].tolist() == wanted.n_risk.tolist()
        inner = (wanted.surv_prob > 0) & (wanted.surv_prob < 1)
        spread = wanted.surv_prob_se / wanted.surv_prob / np.log(wanted.surv_prob)
        low = wanted.surv_prob ** np.exp(-1.959964 * spread)
        assert found["95% from"].to_numpy()[inner] == pytest.approx(low[inner])
        told = next(
            f for f in outcome.facts
            if f.key.startswith("survival.group_") and f.params["group"] == name
        )  # fmt: skip
        assert told.params["median"] == wanted.quantile(0.5)
    statistic, p = survdiff(frame["개월"], frame["이탈"], frame["요금제"])
    test = params(outcome, "survival.differ")
    assert (test["p"], test["chi"]) == (pytest.approx(p), pytest.approx(statistic))
    assert params(outcome, "survival.counts")["open"] == int((frame["이탈"] == 0).sum())


def test_from_dates_with_open_ends(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "가입": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-01", "2024-01-11"]),
            "해지": pd.to_datetime(["2024-01-11", "2024-01-21", None, None]),
        }
    )
    outcome = run(Survival(start="가입", end="해지"), tmp_path, frame, language=KOREAN)
    # 10: 3 of 4 survive; at 10 the fourth leaves (its 10 days until the newest date); 20: 1 of 2.
    assert frames_of(outcome)[0]["생존율"].tolist() == pytest.approx([0.75, 0.375])
    told = params(outcome, "survival.median_open")
    assert told["median"] == 20
    first = max(outcome.facts, key=lambda fact: fact.weight)
    assert sentence(first, KOREAN).startswith("절반에게 사건이 일어나기까지 20일 걸립니다")


def test_nothing_has_happened_yet_and_wrong_durations(tmp_path: Path) -> None:
    frame = lives().assign(이탈=0)
    outcome = run(Survival(duration="개월", event="이탈"), tmp_path, frame)
    assert "survival.no_event" in keys(outcome)
    one = lives().assign(이탈=[1] + [0] * 239)
    told = run(Survival(duration="개월", event="이탈"), tmp_path, one)
    assert "survival.no_median" in keys(told)
    for operation, code in (
        (Survival(event="이탈"), "survival_durations_needed"),
        (Survival(duration="개월", event="요금제"), "survival_event_needed"),
    ):
        with pytest.raises(BadInput) as caught:
            run(operation, tmp_path, frame)
        assert caught.value.code == code
    with pytest.raises(BadInput) as caught:
        run(Survival(duration="개월"), tmp_path, frame.assign(개월=-1))
    assert caught.value.code == "survival_negative"
