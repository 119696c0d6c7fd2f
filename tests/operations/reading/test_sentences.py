"""Readings as sentences: every part has its words in both languages."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cherry_reflex.analysis.reading.words.numbers import written
from cherry_reflex.analysis.reading.words.sentence import difference, sentence
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.reading.reading import Reading
from tests.operations.reading.asked import ask, by, column, compare, measure, tables_of

SAID: list[tuple[dict[str, Any], str, str]] = [
    (
        {"measures": [measure("mean", "dep_delay")], "by": by("carrier"),
         "where": compare("origin", "=", "JFK"), "order": {}},
        "Mean of **dep_delay** by **carrier**, only where **origin** is **JFK**, largest first",
        "**origin**이(가) **JFK**인 행만, **carrier**별 **dep_delay** 평균, 큰 순",
    ),
    (
        {"by": by(column("주문일", "month")), "where": {"kind": "all", "parts": [
            compare("지역", "!=", "서울"), compare("금액", ">=", 100)]}},
        "Number of rows by month of **주문일**, only where **지역** is not **서울** and "
        "**금액** is at least **100**",
        "**지역**이 **서울**이 아니고 **금액**이 **100** 이상인 행만, **주문일** 월별 행 수",
    ),
    (
        {"measures": [measure("rate", when=compare("won", "=", True))], "by": by("rep"), "top": 3},
        "Share of rows where **won** is **yes** by **rep**, the **3** largest",
        "**rep**별 **won**이(가) **예**인 행의 비율, 큰 순으로 **3**개",
    ),
    (
        {"measures": [measure("percentile", "fare", p=95)], "where": {
            "kind": "relative", "of": column("day"), "which": "last", "unit": "month"}},
        "95th percentile of **fare**, only where **day** is in **last month**",
        "**day**이(가) **지난달**인 행만, **fare** 95백분위수",
    ),
    (
        {"task": "relation", "columns": [column("a"), column("b")], "method": "spearman",
         "chart": "scatter"},
        "Relation of **a**, **b**, by **Spearman**, **as a scatter plot**",
        "**a**, **b**의 관계, **스피어만** 방법, **산점도로**",
    ),
    (
        {"task": "compare_periods", "measures": [measure("sum", "sales")],
         "period": {"of": column("day"), "unit": "year", "before": 2023, "after": 2024}},
        "Comparison of total of **sales** between periods, **day**: **2023** against **2024**",
        "기간별 **sales** 합계 비교, **day** **2023**과 **2024** 비교",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "english", "korean"), SAID)
def test_sentence(given: dict[str, Any], english: str, korean: str) -> None:
    reading = Reading.model_validate(given)
    assert sentence(reading, (), ENGLISH) == english
    assert sentence(reading, (), KOREAN) == korean


def test_every_field_is_said() -> None:
    bare = Reading.model_validate({"measures": [measure("sum", "a")], "by": by("b")})
    changes: dict[str, Any] = {
        "task": "pivot", "measures": [measure("mean", "a")], "by": by("c"),
        "where": compare("a", ">", 1), "having": compare({"kind": "measure"}, ">", 1),
        "order": {"direction": "ascending"}, "top": 3, "rank": 2, "method": "iqr", "how": "high",
        "chart": "pie", "export": "csv", "period": {"of": column("d"), "unit": "month"},
        "horizon": {"count": 3, "unit": "month"}, "also": [{"task": "schema"}],
        "joins": [{"dataset": "t", "left": "a", "right": "a"}],
    }  # fmt: skip
    for language in (ENGLISH, KOREAN):
        said = {sentence(bare, (), language)}
        for name, value in changes.items():
            more = {"by": by("b", "c")} if name == "task" else {}
            changed = {**bare.model_dump(), **more, name: value}
            said.add(sentence(Reading.model_validate(changed), (), language))
        assert len(said) == len(changes) + 1
        top = {**bare.model_dump(), "top": 2, "per": [column("b")]}
        assert sentence(Reading.model_validate(top), (), language).count("**b**") == 2
        model = Reading.model_validate({"task": "model", "target": "price"})
        assert "**price**" in sentence(model, (), language)


def test_difference_marks_what_differs() -> None:
    one, other = (
        Reading.model_validate({"measures": [measure("mean", name)], "by": by("carrier")})
        for name in ("dep_delay", "arr_delay")
    )
    assert difference(one, other, (), ENGLISH) == (
        "Mean of **dep_delay** by carrier",
        "Mean of **arr_delay** by carrier",
    )
    korean = difference(one, other, (), KOREAN)
    assert korean[0] == "carrier별 **dep_delay** 평균"


@pytest.mark.parametrize(
    ("value", "more", "shown"),
    [
        (32.204208, {"unit": "$"}, "$32.2042"),
        (-5.5, {"unit": "USD"}, "-$5.5"),
        (1234567.891, {"unit": "원"}, "1,234,567.89원"),
        (0.383838, {"style": "percent"}, "38.3838%"),
        (2024, {"style": "name"}, "2024"),
        (0.00123456, {}, "0.00123456"),
        (12, {"unit": "kg"}, "12 kg"),
        (None, {}, "–"),
        (True, {}, "yes"),
    ],
)
def test_figures_are_written_as_people_write_them(
    value: Any, more: dict[str, Any], shown: str
) -> None:
    assert written(value, ENGLISH, **more) == shown


def test_meta_tells_reading_band_and_alternatives(opened_sales: Tables) -> None:
    other = {"measures": [measure("median", "sales")]}
    wrong = {"measures": [measure("sum", "nothing")]}
    answer = ask(
        {"measures": [measure("mean", "sales")]}, opened_sales, probability=0.6,
        alternatives=[other, wrong], unused=["paid"],
    )  # fmt: skip
    meta = answer.meta
    assert meta["sentence"] == "Mean of **sales**"
    assert (meta["band"], meta["probability"], meta["unused"]) == ("guess", 0.6, ["paid"])
    assert answer.first.startswith("My guess, which leaves out “paid”: ")
    assert Reading.model_validate(meta["reading"]).measures[0].agg == "mean"
    (told,) = meta["alternatives"]
    assert told["sentence"] == "Median of **sales**"
    assert told["result"].startswith("The median of sales is ")
    for probability, band in ((0.8, "sure"), (1.0, "chosen")):
        assert ask({}, opened_sales, probability=probability).meta["band"] == band


def test_names_that_markdown_and_sql_would_take_for_their_own(tmp_path: Path) -> None:
    frame = pd.DataFrame({'a "b"': [1.0, 2.0, 4.0], "x*y": ["p", "q", "q"]})
    reading = {"measures": [measure("sum", 'a "b"')], "by": by("x*y")}
    answer = ask(reading, tables_of(tmp_path, data=frame))
    assert answer.table.set_index("x*y").iloc[:, 0].to_dict() == {"q": 6.0, "p": 1.0}
    assert answer.meta["sentence"] == 'Total of **a "b"** by **x\\*y**'
