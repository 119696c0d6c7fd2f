"""`@python …`: the code goes to whom runs it, as it was typed."""

import pytest

from cherry_reflex.analysis.python.typed_code import code_of
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.language import KOREAN
from tests.engine.conftest import Open
from tests.engine.scripted_workers import ScriptedWorkers, says

FENCED = "여기요:\n```python\nx = 1\nif x:\n    print('안녕')\n```\n그리고\n```\nx\n```"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("print(1)", "print(1)"),
        ("x = 1\nif x:\n    y = '''```'''", "x = 1\nif x:\n    y = '''```'''"),
        (FENCED, "x = 1\nif x:\n    print('안녕')\nx"),
        ("```py\nx = '`'\n", "x = '`'"),
        ("~~~\nx\n~~~", "x"),
        ("````\n'''\n```\n'''\n````", "'''\n```\n'''"),
    ],
)
def test_code_of_a_message(message: str, code: str) -> None:
    assert code_of(message) == code


async def test_code_is_carried_to_who_runs_it(open_engine: Open) -> None:
    team = ScriptedWorkers([], a2a_pandas=says("1"), a2a_other=says("no"))
    engine = await open_engine(team)
    view = await engine.over(await engine.ask(f"@python {FENCED}", language=KOREAN))
    (work,) = team.asked
    assert (work.worker, work.language) == ("a2a:pandas", KOREAN)
    assert work.arguments == {"operation": "python", "code": code_of(FENCED)}
    assert code_of(work.request) == code_of(FENCED)
    assert (view.state, view.worker, view.lane("s1").text) == ("finished", "python", "1")
    # Asked again as a whole it is the same.
    await engine.over(await engine.runs.retry(LOCAL_OWNER, view.run_id))
    assert team.asked[1].arguments == work.arguments


async def test_code_comes_from_programs_too(open_engine: Open) -> None:
    team = ScriptedWorkers([], a2a_pandas=says("1"))
    engine = await open_engine(team)
    given = {"tables": ["sales"], "hand_over": ["clean"]}
    await engine.over(await engine.ask("clean = sales", worker="python", arguments=given))
    wanted = {"operation": "python", "code": "clean = sales", **given}
    assert team.asked[0].arguments == wanted


async def test_a_worker_of_that_name_is_who_is_meant(open_engine: Open) -> None:
    team = ScriptedWorkers([], a2a_pandas=says("ours"), a2a_python=says("theirs"))
    engine = await open_engine(team)
    view = await engine.over(await engine.ask("@python x"))
    assert (view.lane("s1").worker, view.lane("s1").text) == ("a2a:python", "theirs")
