"""Two figures for one thing, and what only looks like it."""

from typing import Any

from cherry_reflex.analysis.evidence.check import check
from cherry_reflex.analysis.evidence.holders import Source
from cherry_reflex.core.digest import Digest, FactDigest
from cherry_reflex.core.evidence import Contradiction


def lane(step: str, *facts: dict[str, Any], key: str = "total", **arguments: Any) -> Source:
    told = tuple(FactDigest(key=key, params=params) for params in facts)
    return Source(step=step, calls=((f"{step}-call", Digest(facts=told), arguments),))


def found(*lanes: Source) -> tuple[Contradiction, ...]:
    return check("", lanes).contradictions


def test_two_lanes_that_disagree_are_shown_side_by_side() -> None:
    one, other = {"column": "price", "value": 10.5}, {"column": "price", "value": 12.25}
    (told,) = found(lane("s1", one), lane("s2", other))
    assert (told.key, told.param) == ("total", "value")
    assert [(side.step, side.value) for side in told.sides] == [("s1", 10.5), ("s2", 12.25)]
    assert "price" in told.sides[0].text and "10.5" in told.sides[0].text


def test_what_explains_a_difference_is_no_contradiction() -> None:
    one, other = {"column": "price", "value": 10.5}, {"column": "price", "value": 12.25}
    assert found(lane("s1", one), lane("s2", {**other, "column": "cost"})) == ()
    assert found(lane("s1", one), lane("s2", other, key="mean")) == ()
    assert found(lane("s1", one), lane("s2", other, filters=[{"column": "age"}])) == ()
    assert found(lane("s1", one, dataset="a"), lane("s2", other, dataset="b")) == ()
    assert found(lane("s1", one), lane("s2", {**one, "value": 10.5 + 1e-9})) == ()
    # Within one lane the key does not say what is meant.
    assert found(lane("s1", one, other), lane("s2", one)) == ()
    assert found(lane("", one), lane("s2", other)) == ()


def test_names_of_results_explain_nothing() -> None:
    one, other = {"column": "price", "value": 10.5}, {"column": "price", "value": 12.25}
    assert len(found(lane("s1", one, title="a"), lane("s2", other, title="b"))) == 1
