"""Small tables with missing values, Korean names, dates and flags."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.core.operation import Tables
from tests.operations.reading.asked import tables_of


@pytest.fixture
def sales() -> pd.DataFrame:
    """Return orders of two years, the second not over."""
    dice = np.random.default_rng(3)
    rows = 400
    frame = pd.DataFrame(
        {
            "id": np.arange(1001, 1001 + rows),
            "region": dice.choice(["North", "South", "East"], rows),
            "product": dice.choice(["a", "b", "c", "d"], rows),
            "sales": dice.normal(100, 30, rows).round(2),
            "qty": dice.integers(1, 9, rows),
            "paid": dice.choice([True, False], rows),
            "day": pd.Timestamp("2023-01-01")
            + pd.to_timedelta(np.sort(dice.integers(0, 590, rows)), "D"),
            "note": [f"text {n} fragile" if n % 7 == 0 else f"text {n}" for n in range(rows)],
        }
    )
    frame.loc[::11, "sales"] = np.nan
    frame.loc[::13, "region"] = None
    return frame


@pytest.fixture
def people() -> pd.DataFrame:
    """Return people with Korean headings."""
    dice = np.random.default_rng(5)
    rows = 120
    frame = pd.DataFrame(
        {
            "부서": dice.choice(["영업", "생산", "인사"], rows),
            "성별": dice.choice(["남", "여"], rows),
            "연봉(만원)": dice.integers(3000, 9000, rows),
            "입사일": pd.Timestamp("2015-01-01")
            + pd.to_timedelta(dice.integers(0, 3000, rows), "D"),
            "퇴사일": pd.NaT,
        }
    )
    gone = dice.choice(rows, 40, replace=False)
    frame.loc[gone, "퇴사일"] = frame.loc[gone, "입사일"] + pd.Timedelta(days=200)
    return frame


@pytest.fixture
def opened_sales(sales: pd.DataFrame, tmp_path: Path) -> Tables:
    """Return the orders as tables."""
    return tables_of(tmp_path, data=sales)
