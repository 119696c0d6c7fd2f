"""How long a run took."""

from typing import Any

from tests.ui_parts.conftest import Run


def lane(step: str, start: float, end: float, *earlier: tuple[float, float]) -> dict[str, Any]:
    return {"step": step, "started_at": start, "ended_at": end, "earlier": list(earlier)}


def test_a_step_that_is_done_again_an_hour_later_takes_no_hour(run: Run) -> None:
    once = [lane("plan", 100, 101), lane("a", 101, 108), lane("b", 101, 105)]
    again = [lane("plan", 100, 101), lane("a", 3700, 3710, (101, 108)), lane("b", 101, 105)]
    for lanes, end, seconds in ((once, 108, 8), (again, 3710, 18), ([], 108, 8)):
        view = {"lanes": lanes, "started_at": 100, "ended_at": end}
        assert run("chat/timeline.js", "timeline.workedSeconds(given.view)", view=view) == seconds
