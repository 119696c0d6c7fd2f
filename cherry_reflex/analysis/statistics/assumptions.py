"""What tests assume: normal values, equal spreads, enough of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from cherry_reflex.core.operation import Fact, written_field

if TYPE_CHECKING:
    import numpy as np

SHAPIRO_MAX = 5000
"""Shapiro-Wilk's p-value is not to be trusted beyond this many values (scipy's note)."""

SMALL = 10
"""Groups below this size are said to be tiny."""

LARGE = 30
"""From this size on, means are near enough to normal for t tests (central limit theorem)."""

ALPHA = 0.05


Alternative = Literal["two-sided", "less", "greater"]


def alpha_field() -> Any:
    """Return the field of a test for its level of significance."""
    return written_field("", default=ALPHA, gt=0, lt=1)


def alternative_field() -> Any:
    """Return the field of a test for what it is tested against."""
    return written_field("Of the first.", default="two-sided")


def normal_p(values: "np.ndarray") -> float | None:
    """Return the p-value of a test for normality: Shapiro-Wilk up to 5,000 values, D'Agostino's
    K² beyond. None for fewer than 3 values or constant ones."""
    from scipy import stats

    if len(values) < 3 or float(values.max()) == float(values.min()):
        return None
    if len(values) <= SHAPIRO_MAX:
        return float(stats.shapiro(values).pvalue)
    return float(stats.normaltest(values).pvalue)


def means_suit(groups: Sequence["np.ndarray"]) -> bool:
    """Whether comparing means is sound: every group is large, or looks normal."""
    return all(
        len(values) >= LARGE or ((p := normal_p(values)) is not None and p >= ALPHA)
        for values in groups
    )


def tiny(names: Sequence[str], sizes: Sequence[int]) -> tuple[Fact, ...]:
    """Return the fact that groups are tiny, if some are."""
    small = [f"{name} ({size})" for name, size in zip(names, sizes, strict=True) if size < SMALL]
    return (Fact(key="stat_tiny", params={"groups": ", ".join(small[:8])}),) if small else ()


def magnitude(value: float, small: float, medium: float, large: float) -> str:
    """Return the word for an effect size: negligible, small, medium or large (Cohen, 1988)."""
    size = abs(value)
    if size < small:
        return "negligible"
    return "small" if size < medium else "medium" if size < large else "large"
