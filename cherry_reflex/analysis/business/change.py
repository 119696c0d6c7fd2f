"""A change between two periods, taken apart by groups.

A total changes by the sum of the changes of its groups. A ratio (an average is one: total over
number) is the sum of weight times rate over its groups; its change is taken apart exactly, with
means of both periods: rate = mean weight * change of rate, mix = change of weight * distance of
the group's mean rate from the overall mean rate. Mix and rate of all groups add up to the change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class GroupChange:
    """One group: its value in both periods (None for the ratio of a group without any), its weight
    in the denominator (0 to 1), and what it contributed to the change: `mix` and `rate`."""

    name: str
    old: float | None
    new: float | None
    weight_old: float
    weight_new: float
    mix: float
    rate: float

    @property
    def total(self) -> float:
        """What the group contributed in all."""
        return self.mix + self.rate


@dataclass(frozen=True)
class Change:
    """The whole, and its groups. Of totals, all of a group's contribution is `rate`."""

    old: float
    new: float
    groups: tuple[GroupChange, ...]
    is_ratio: bool

    @property
    def difference(self) -> float:
        """The later value less the earlier."""
        return self.new - self.old

    @property
    def relative(self) -> float | None:
        """The change as a part of the earlier value; None when that is 0."""
        return self.new / self.old - 1 if self.old else None

    @property
    def mix(self) -> float:
        """What other weights of the groups made of the change."""
        return sum(group.mix for group in self.groups)

    @property
    def rate(self) -> float:
        """What changes within the groups made of it."""
        return sum(group.rate for group in self.groups)

    @property
    def explained(self) -> float:
        """How far the groups' contributions are from what they would be if every group had
        changed alike: 0 when the grouping explains nothing."""
        return sum(abs(g.total - g.weight_old * self.difference) for g in self.groups) / 2

    def share(self, group: GroupChange) -> float | None:
        """Return a group's part of the change; None when there is none."""
        return group.total / self.difference if self.difference else None


def changes(rows: Sequence[Sequence[Any]], *, is_ratio: bool) -> Change:
    """Return the change of rows (group, numerator and denominator before, the same after)."""
    parts = [(str(r[0]), float(r[1]), float(r[2]), float(r[3]), float(r[4])) for r in rows]
    over_old, under_old = sum(part[1] for part in parts), sum(part[2] for part in parts)
    over_new, under_new = sum(part[3] for part in parts), sum(part[4] for part in parts)
    if not is_ratio:
        groups = tuple(
            GroupChange(
                name, a, c, a / over_old if over_old else 0, c / over_new if over_new else 0,
                0.0, c - a,
            )
            for name, a, _, c, _ in parts
        )  # fmt: skip
        return Change(over_old, over_new, groups, is_ratio=False)
    old, new = _ratio(over_old, under_old) or 0.0, _ratio(over_new, under_new) or 0.0
    groups = tuple(_group(part, (under_old, under_new), (old + new) / 2) for part in parts)
    return Change(old, new, groups, is_ratio=True)


def _group(
    part: tuple[str, float, float, float, float], under: tuple[float, float], middle: float
) -> GroupChange:
    name, a, b, c, d = part
    weight_old = b / under[0] if under[0] else 0.0
    weight_new = d / under[1] if under[1] else 0.0
    old, new = _ratio(a, b), _ratio(c, d)
    # A group that is in one period only has no change of rate: all of it is mix.
    before = old if old is not None else new or 0.0
    after = new if new is not None else before
    mix = (weight_new - weight_old) * ((before + after) / 2 - middle)
    rate = (weight_old + weight_new) / 2 * (after - before)
    return GroupChange(name, old, new, weight_old, weight_new, mix, rate)


def _ratio(over: float, under: float) -> float | None:
    return over / under if under else None
