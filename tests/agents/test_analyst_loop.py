"""An analyst with a language model, which calls, sees what came back, and words."""

from dataclasses import replace
from typing import cast

import pytest

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import WorkerFailed
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.planner import Planner
from cherry_reflex.llm.agent_loop import TURNS
from tests.agents.conftest import Recorder, ServicesOf
from tests.agents.operations import SEVENTH, TOTAL, Total, analyst, calls
from tests.agents.planning import Chooses
from tests.doubles.competent_llm import results_of, sections_of, tables_of, tools_of
from tests.doubles.scripted_llm import BreaksOff, Calls, Refuses, Says, scripted_llm
from tests.doubles.worker_request import worker_request


async def test_call_run_show_word(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with (
        scripted_llm(calls(TOTAL), Says("It is a lot.")) as llm,
        services_of(llm) as given,
    ):
        asked = worker_request("a2a:test", "How much?", datasets=(sales,), language=KOREAN)
        await analyst(given).run(asked, context)
        first, second = llm.requests
    assert context.kinds() == ["status", "called", "show", "returned", "say"]
    (content,) = context.shown()
    assert read_bytes(content) == b"720"
    assert content.meta["code"] == "SELECT sum(quantity)"
    assert content.meta["language"] == "sql"
    assert ("called", ("total", {"measure": "quantity"})) in context.log
    assert context.said() == "It is a lot."
    (result,) = results_of(second)
    assert result == f'{{"key":"word.yes","seventh":{SEVENTH}}}\ntext: total 720', "twelve digits"
    assert [digest.facts[0].params["seventh"] for digest in context.digests] == [720 / 7]
    told = sections_of(first)
    assert told["request"] == "How much?"
    assert told["operations"] == "total(measure) picky() meets(who)"
    assert "You are a tester" in first["messages"][0]["content"]
    (table,) = tables_of(told)
    assert [name for name, _ in table["columns"]] == ["region", "product", "price", "quantity"]


async def test_operations_run_side_by_side(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    both = calls(("meets", {"who": "a"}), ("meets", {"who": "b"}))
    async with scripted_llm(both, Says("met")) as llm, services_of(llm) as given:
        await analyst(given).run(worker_request("a2a:test", datasets=(sales,)), context)
        results = results_of(llm.requests[1])
    assert context.said() == "met"
    assert results == ['{"key":"word.no"}'] * 2


async def test_unfit_operation_goes_back_with_its_reason_as_often_as_it_takes(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    answers = (
        calls(("picky", {})),
        calls(("total", {"measure": "region"}), ("sum", {})),
        calls(TOTAL),
        Says("Another way then."),
    )
    async with scripted_llm(*answers) as llm, services_of(llm) as given:
        await analyst(given).run(worker_request("a2a:test", datasets=(sales,)), context)
        (unfit, type_, name, found) = results_of(llm.requests[-1])
    assert unfit.startswith('{"error":') and "There is no dataset named" in unfit
    assert type_.startswith("ERROR: ") and "region" in type_ and "category" in type_
    assert name == "ERROR: There is no operation 'sum': total, picky, meets."
    assert SEVENTH in found
    assert context.said() == "Another way then."
    returns = [value for kind, value in context.log if kind == "returned"]
    assert [ok for _, ok, _ in returns] == [False, True], "what was not called is not shown"


async def test_wrong_arguments_go_back_with_the_signature(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    broken = Calls((("call", '{"name": "total", "arguments": {'),))
    answers = (calls(("total", {"column": "price"})), broken, calls(TOTAL), Says("Now."))
    async with scripted_llm(*answers) as llm, services_of(llm) as given:
        await analyst(given).run(worker_request("a2a:test", datasets=(sales,)), context)
        wrong, unreadable, found = results_of(llm.requests[-1])
    assert "measure: Field required" in wrong and "total(measure)" in wrong
    assert "The column to add up." in wrong, "the schema of what is missing"
    assert unreadable.startswith("ERROR: ")
    assert SEVENTH in found


async def test_what_an_operation_does_is_told_when_asked(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    asks = Calls((("describe", {"names": ["total", "nothing"]}),))
    async with scripted_llm(asks, Says("I see.")) as llm, services_of(llm) as given:
        await analyst(given).run(worker_request("a2a:test", datasets=(sales,)), context)
        (told,) = results_of(llm.requests[1])
    lines = told.removeprefix("<described>\n").removesuffix("\n</described>").split("\n")
    assert len(lines) == 2 and "first choice is the default" in lines[1]
    assert lines[0].startswith("total: The sum of a column, computed from the file.")
    assert "The column to add up." in lines[0]
    assert context.kinds() == ["status", "say"], "nothing was run"


async def test_what_the_operations_cannot_do_is_refused_with_the_reason(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    refuses = Calls((("cannot", {"reason": "There is no map here."}),))
    async with scripted_llm(refuses) as llm, services_of(llm) as given:
        with pytest.raises(WorkerFailed) as caught:
            await analyst(given).run(worker_request("a2a:test", datasets=(sales,)), context)
    assert caught.value.code == "worker_cannot"
    assert caught.value.params["reason"] == "There is no map here."


async def test_the_last_turn_may_call_nothing(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    answers = [calls(TOTAL)] * (TURNS - 1)
    async with scripted_llm(*answers, Says("Enough.")) as llm, services_of(llm) as given:
        await analyst(given).run(worker_request("a2a:test", datasets=(sales,)), context)
        choices = [request.get("tool_choice") for request in llm.requests]
    assert len(choices) == TURNS
    assert choices[-1] == "none" and "none" not in choices[:-1]
    assert tools_of(llm.requests[0]) == ["call", "describe", "cannot"]
    assert context.said() == "Enough."


async def test_a_context_that_is_too_short_is_met_by_shorter_material_once(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    long = sales.model_copy(update={"columns": sales.columns * 60})
    too_long = Refuses(400, {"message": "too long", "code": "context_length_exceeded"})
    answers = (too_long, calls(TOTAL), Says("It fits."))
    async with scripted_llm(*answers) as llm, services_of(llm) as given:
        await analyst(given).run(worker_request("a2a:test", datasets=(long,)), context)
        refused, taken, last = (len(r["messages"][1]["content"]) for r in llm.requests)
    assert taken < refused * 0.8
    assert last == taken, "it stays short"
    assert context.said() == "It fits."


REFUSES = Refuses(401, {"message": "bad key sk-very-secret"})


async def test_when_the_model_fails_the_planner_without_one_chooses_and_that_is_said(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    planner = Chooses((Total(measure="quantity"),))
    async with scripted_llm(REFUSES) as llm, services_of(llm) as given:
        without = replace(given, planner=cast(Planner, planner))
        await analyst(without).run(worker_request("a2a:test", datasets=(sales,)), context)
        assert len(llm.requests) == 1
    assert [read_bytes(content) for content in context.shown()] == [b"720"]
    assert context.said().startswith("yes\n\n> The language model failed: ")
    assert "CHERRY_LLM_API_KEY" in context.said()
    assert "sk-very-secret" not in context.said()


async def test_when_the_model_fails_after_work_what_was_found_is_worded_without_it(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with scripted_llm(calls(TOTAL), BreaksOff("It is")) as llm, services_of(llm) as given:
        without = replace(given, planner=cast(Planner, Chooses()))
        await analyst(without).run(worker_request("a2a:test", datasets=(sales,)), context)
    assert len(context.shown()) == 1, "nothing is done twice"
    assert context.said().startswith("It is\n\nyes\n\n> The language model failed: ")


async def test_what_is_no_failure_of_the_model_is_raised(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with scripted_llm(calls(TOTAL)) as llm, services_of(llm) as given:

        async def run(operation: Operation, tables: Tables) -> Outcome:
            raise RuntimeError("a defect")

        with pytest.raises(RuntimeError, match="a defect"):
            await analyst(replace(given, run=run)).run(
                worker_request("a2a:test", datasets=(sales,)), context
            )
