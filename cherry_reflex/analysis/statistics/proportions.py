"""Shares of successes: intervals, and the difference and ratio of two of them."""

from dataclasses import dataclass

Z = 1.959964
"""Quantile of a normal distribution for 95 % intervals."""
_EXPECTED_MIN = 5
"""Below this expected number of successes or failures, the exact test is used."""


@dataclass(frozen=True)
class Proportion:
    """So many successes of so many."""

    successes: float
    trials: float

    @property
    def share(self) -> float:
        """The share of successes."""
        return self.successes / self.trials

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (1927), which is never empty and stays within 0 and 1."""
        n, p = self.trials, self.share
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * (p * (1 - p) / n + Z * Z / (4 * n * n)) ** 0.5 / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class ProportionTest:
    """The second proportion less the first, with Newcombe's 95 % interval (1998); the relative
    change (lift) with the interval of the logarithm of the ratio (Katz, 1978), None where one has
    no success; and the p value of the pooled z test, or of Fisher's exact test where few
    successes or failures are expected."""

    difference: float
    low: float
    high: float
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    p: float
    is_exact: bool


def compared(control: Proportion, variant: Proportion) -> ProportionTest:
    """Return the test of a variant against its control."""
    import math

    a, b = control, variant
    difference = b.share - a.share
    (a_low, a_high), (b_low, b_high) = a.interval, b.interval
    low = difference - math.hypot(b.share - b_low, a_high - a.share)
    high = difference + math.hypot(b_high - b.share, a.share - a_low)
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    if a.successes > 0:
        lift = b.share / a.share - 1
        if b.successes > 0:
            spread = (1 / a.successes - 1 / a.trials + 1 / b.successes - 1 / b.trials) ** 0.5
            lift_low = b.share / a.share * math.exp(-Z * spread) - 1
            lift_high = b.share / a.share * math.exp(Z * spread) - 1
    p, is_exact = _p(a, b)
    return ProportionTest(difference, low, high, lift, lift_low, lift_high, p, is_exact)


def _p(a: Proportion, b: Proportion) -> tuple[float, bool]:
    from scipy import stats

    pooled = (a.successes + b.successes) / (a.trials + b.trials)
    if pooled in (0.0, 1.0):
        return 1.0, False
    least = min(a.trials, b.trials) * min(pooled, 1 - pooled)
    if least < _EXPECTED_MIN:
        cells = [[round(s.successes), round(s.trials - s.successes)] for s in (a, b)]
        return float(stats.fisher_exact(cells)[1]), True
    spread = (pooled * (1 - pooled) * (1 / a.trials + 1 / b.trials)) ** 0.5
    return float(2 * stats.norm.sf(abs(b.share - a.share) / spread)), False
