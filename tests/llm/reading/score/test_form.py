"""What is seen of a reading alone."""

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.score.form import Form
from tests.llm.reading.made import view

SALES = {"kind": "column", "name": "sales"}


def seen(**reading: object) -> set[str]:
    return set(Form(view()).of(Reading.model_validate(reading)))


def limit(op: str, right: float) -> dict[str, object]:
    return {"kind": "comparison", "left": SALES, "op": op, "right": right}


def test_conditions_that_no_row_meets() -> None:
    nothing = {"kind": "all", "parts": [limit(">", 60), limit("<", 40)]}
    some = {"kind": "all", "parts": [limit(">", 40), limit("<", 60)]}
    assert "none is between" in seen(task="rows", where=nothing)
    assert "none is between" not in seen(task="rows", where=some)
    assert "limit|outside" in seen(task="rows", where=limit(">", 1000))
    empty = {"kind": "presence", "of": {"kind": "column", "name": "sales"}}
    assert "none is missing" in seen(task="rows", where=empty)
    unshipped = {"kind": "presence", "of": {"kind": "column", "name": "shipped"}}
    assert "none is missing" not in seen(task="rows", where=unshipped)


def test_what_is_measured_and_by_what() -> None:
    found = seen(
        measures=[{"agg": "sum", "of": SALES}],
        by=[{"of": {"kind": "column", "name": "ordered", "grain": "month"}}],
        order={},
        top=1,
    )
    assert {"task|aggregate", "agg|sum|amount", "group|time|month|False"} <= found
    assert "order|descending|1|True" in found
    assert "about|relation|amount" in seen(task="relation", columns=[SALES])
