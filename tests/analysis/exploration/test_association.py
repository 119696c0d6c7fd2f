"""All pairs at once are what each pair is alone, and what scipy and pandas say."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from scipy import stats

from cherry_reflex.analysis.exploration.association import associate, associate_all, is_usable
from cherry_reflex.analysis.exploration.correlations import Correlations
from cherry_reflex.analysis.sql.source import open_source
from tests.analysis.tables import uploaded

PENGUINS: pd.DataFrame = load_penguins()


def test_all_pairs_at_once(tmp_path: Path) -> None:
    with open_source(Correlations(), uploaded(PENGUINS, tmp_path)) as source:
        columns = [c for c in source.dataset.columns if is_usable(c, source.dataset.rows)]
        together = associate_all(source, columns)
        alone = [associate(source, a, b) for a, b in combinations(columns, 2)]
    assert len(together) == 28
    for one, other in zip(together, alone, strict=True):
        assert other is not None
        assert (one.first, one.second, one.measure, one.rows) == (
            other.first, other.second, other.measure, other.rows,
        )  # fmt: skip
        assert one.value == pytest.approx(other.value, abs=1e-12)
    found = {(one.first, one.second): one for one in together}
    both = PENGUINS[["bill_length_mm", "body_mass_g"]].dropna()
    r = stats.pearsonr(both["bill_length_mm"], both["body_mass_g"]).statistic
    assert found["bill_length_mm", "body_mass_g"].value == pytest.approx(r)
    known = PENGUINS.dropna(subset=["body_mass_g", "species"])
    means = known.groupby("species")["body_mass_g"].transform("mean")
    eta = np.sqrt(means.var(ddof=0) / known["body_mass_g"].var(ddof=0))
    assert found["species", "body_mass_g"].value == pytest.approx(eta)
