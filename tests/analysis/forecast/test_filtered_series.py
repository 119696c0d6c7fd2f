"""Series of a part of the rows: forecasts and anomalies say which."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.forecast.forecast import Forecast
from cherry_reflex.analysis.sql.filters import Filter
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.i18n.catalogue import sentence
from tests.operations.reading.asked import tables_of


def test_only_the_rows_that_meet_the_filters_are_followed(tmp_path: Path) -> None:
    months = pd.date_range("2021-01-01", periods=36, freq="MS")
    dice = np.random.default_rng(2)
    frame = pd.concat(
        [
            pd.DataFrame({"month": months, "item": name, "units": level + dice.normal(0, 3, 36)})
            for name, level in (("fridge", 100), ("washer", 9_000))
        ]
    )
    tables = tables_of(tmp_path, data=frame)
    only = (Filter(column="item", value="fridge"),)
    told = Forecast(date="month", value="units", horizon=3, filters=only).run(tables)
    first = sentence(told.facts[1], ENGLISH)
    assert first.startswith("Forecast of “units (item = fridge)”: 2024-01 ")
    values = [float(one.split(" ")[1]) for one in first.split(": ")[1].split(" (")[0].split(", ")]
    assert len(values) == 3 and all(80 < value < 120 for value in values)
    kept = next(fact for fact in told.facts if fact.key == "filtered")
    assert (kept.params["rows"], kept.params["total"]) == (36, 72)
    nothing = Forecast(value="units", filters=(Filter(column="item", value="nothing"),))
    with pytest.raises(BadInput) as refused:
        nothing.run(tables)
    assert refused.value.code == "filter_empty"
