"""Readings that mean the same are the same, whatever the order of their conditions."""

from cherry_reflex.core.reading.canonical import canonical
from cherry_reflex.core.reading.condition import All, AnyOf, Comparison, Condition, Not
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading


def above(name: str, value: int) -> Comparison:
    return Comparison(left=ColumnRef(name=name), op=">", right=value)


A, B, C = above("a", 1), above("b", 2), above("c", 3)


def where(condition: Condition) -> Reading:
    return canonical(Reading(where=condition))


def test_parts_have_no_order() -> None:
    assert where(All(parts=(A, B))) == where(All(parts=(B, A)))
    assert where(AnyOf(parts=(A, B))) == where(AnyOf(parts=(B, A)))
    assert where(Not(part=All(parts=(A, B)))) == where(Not(part=All(parts=(B, A))))
    assert where(All(parts=(A, B))) != where(AnyOf(parts=(A, B)))


def test_parts_of_parts_and_doubles_are_one() -> None:
    nested = All(parts=(All(parts=(A, B)), C))
    assert where(nested) == where(All(parts=(C, B, A)))
    assert where(All(parts=(A, A))) == Reading(where=A)
    mixed = All(parts=(AnyOf(parts=(B, A)), C))
    assert where(mixed) == where(All(parts=(C, AnyOf(parts=(A, B)))))


def test_conditions_of_measures_too() -> None:
    one, other = (
        Reading(measures=(Measure(agg="rate", when=All(parts=parts)),))
        for parts in ((A, B), (B, A))
    )
    assert one != other and canonical(one) == canonical(other)
    plain = Reading(where=A)
    assert canonical(plain) is plain
