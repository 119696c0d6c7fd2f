"""What is told of who can be asked."""

from cherry_reflex.api.roster_view import roster_json
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.roster import Roster


def test_python_is_mentioned_where_code_is_run() -> None:
    assert roster_json(Roster(), ENGLISH)["mentions"] == []
    (told,) = roster_json(Roster(), KOREAN, has_python=True)["mentions"]
    assert (told["name"], told["worker"]) == ("python", "a2a:pandas")
    assert "파이썬 코드" in told["description"]
