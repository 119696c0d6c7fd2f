"""A plan is a DAG or it is not a plan."""

import pytest
from pydantic import ValidationError

from cherry_reflex.core.plan import PLAN_STEPS_MAX, Plan, Step


def step(step_id: str, *after: str, worker: str = "a2a:pandas") -> Step:
    return Step(id=step_id, worker=worker, request="do", after=after)


def test_a_dag_is_a_plan() -> None:
    plan = Plan(steps=(step("a"), step("b", "a", worker="mcp:stats/t_test"), step("c", "a", "b")))
    second = plan.step("b")
    assert second is not None
    assert second.name == "stats/t_test"
    assert second.kind == "mcp"
    assert plan.step("z") is None


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((), "at least 1"),
        (({"id": "a"}, {"id": "a"}), "unique"),
        (({"id": "plan"},), "reserved"),
        (({"id": "a", "after": ["b"]},), "unknown steps"),
        (({"id": "a", "after": ["b"]}, {"id": "b", "after": ["a"]}), "circle"),
        (({"id": "a", "worker": "pandas"},), "worker must be"),
        (({"id": "a", "worker": "mcp:server"},), "worker must be"),
        (tuple({"id": f"s{n}"} for n in range(PLAN_STEPS_MAX + 1)), "at most 120"),
    ],
)
def test_what_is_no_plan_says_why(steps: tuple[dict[str, object], ...], message: str) -> None:
    full = [{"worker": "a2a:pandas", "request": "do", **fields} for fields in steps]
    with pytest.raises(ValidationError, match=message):
        Plan.model_validate({"steps": full})
