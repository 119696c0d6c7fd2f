"""Plans: valid, with reasons, arguments and dependences; words alone when nobody needs to work."""

from jsonschema import Draft202012Validator

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Question
from cherry_reflex.core.roster import AgentEntry, Roster
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded.dialogue.context import understand
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from tests.llm.embedded.conftest import builder_of


def plan_of(embedding: Embedding, question: Question, roster: Roster) -> tuple[str, Plan | None]:
    items = list(builder_of(embedding).plan(question, roster))
    plans = [item for item in items if isinstance(item, Plan)]
    words = "".join(item for item in items if isinstance(item, str))
    assert len(plans) <= 1
    assert not plans or items[-1] is plans[0]
    return words, plans[0] if plans else None


def test_broad_request_engages_everybody_at_once(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    asked = Question(text="데이터를 분석하고 시각화해주세요", language="ko", datasets=(sales,))
    words, plan = plan_of(embedding, asked, roster)
    assert plan is not None
    asked_of = {step.worker for step in plan.steps}
    assert {"a2a:analyst", "a2a:painter"} <= asked_of
    assert "mcp:preparation/impute" not in asked_of  # no data is changed unasked
    assert all(step.after == () for step in plan.steps)
    assert "sales" in words
    assert "Painter" in words


def test_tool_steps_have_valid_arguments(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    asked = Question(text="Is the difference of revenue by gender significant?", datasets=(sales,))
    _, plan = plan_of(embedding, asked, roster)
    assert plan is not None
    (step,) = plan.steps
    assert step.arguments == {"measure": "revenue", "group": "gender", "dataset": "dataset:sales"}
    function = roster.function(step.worker)
    assert function is not None
    Draft202012Validator(function.input_schema).validate(step.arguments)
    assert step.reason


def test_tool_without_fitting_columns_is_left_out_and_said(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    words_only = sales.model_copy(
        update={"columns": tuple(c for c in sales.columns if c.type == "category")}
    )
    asked = Question(
        text="두 그룹의 차이가 유의한지 검정해줘", language="ko", datasets=(words_only,)
    )
    words, plan = plan_of(embedding, asked, roster)
    assert plan is None
    assert "measure" in words


def test_what_prepares_data_goes_first(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    asked = Question(
        text="Fill the missing values and then draw a histogram of price", datasets=(sales,)
    )
    _, plan = plan_of(embedding, asked, roster)
    assert plan is not None
    after = {step.worker: step.after for step in plan.steps}
    first = next(step.id for step in plan.steps if step.worker == "mcp:preparation/impute")
    assert after["a2a:painter"] == (first,)


def test_follow_up_goes_to_those_who_worked(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    turn = Turn(
        question="Average price by gender, and is the difference significant?",
        steps=({"worker": "a2a:analyst"}, {"worker": "mcp:statistics/compare"}),
    )
    asked = Question(text="now only for 2024", datasets=(sales,), history=(turn,))
    words, plan = plan_of(embedding, asked, roster)
    assert plan is not None
    assert [step.worker for step in plan.steps] == ["a2a:analyst", "mcp:statistics/compare"]
    assert plan.steps[0].request == f"{turn.question}\nnow only for 2024"
    assert turn.question in words


def test_follow_up_may_want_somebody_else(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    turn = Turn(question="지역별 매출 합계를 구해줘", steps=({"worker": "a2a:analyst"},))
    asked = Question(
        text="이번엔 막대그래프로 그려줘", language="ko", datasets=(sales,), history=(turn,)
    )
    _, plan = plan_of(embedding, asked, roster)
    assert plan is not None
    assert [step.worker for step in plan.steps] == ["a2a:painter"]


def test_small_talk_needs_nobody(embedding: Embedding, roster: Roster, sales: Dataset) -> None:
    words, plan = plan_of(embedding, Question(text="안녕하세요", language="ko"), roster)
    assert plan is None
    assert words.startswith("안녕하세요")
    words, plan = plan_of(embedding, Question(text="What can you do?"), roster)
    assert plan is None
    assert "Painter" in words
    asked = Question(text="질문을 추천해주세요", language="ko", datasets=(sales,))
    words, plan = plan_of(embedding, asked, roster)
    assert plan is None
    assert "revenue" in words


def test_outsider_is_asked_what_is_none_of_our_business(
    embedding: Embedding, roster: Roster, weather: AgentEntry
) -> None:
    asked = Question(text="What's the weather in Paris?")
    words, plan = plan_of(embedding, asked, roster)
    assert plan is None
    assert "only help with your data" in words
    team = roster.model_copy(update={"agents": (*roster.agents, weather)})
    _, plan = plan_of(embedding, asked, team)
    assert plan is not None
    assert [step.worker for step in plan.steps] == ["a2a:weather"]


def test_without_data_a_file_is_asked_for(embedding: Embedding, roster: Roster) -> None:
    words, plan = plan_of(embedding, Question(text="지역별 매출 합계", language="ko"), roster)
    assert plan is None
    assert "데이터" in words


def test_a_roster_of_one_is_asked_whatever_is_said(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    alone = Roster(tools=roster.tools[:1])
    _, plan = plan_of(embedding, Question(text="hello", datasets=(sales,)), alone)
    assert plan is not None
    assert plan.steps[0].worker == "mcp:statistics/compare"


def test_nobody_is_there(embedding: Embedding) -> None:
    words, plan = plan_of(embedding, Question(text="anything"), Roster())
    assert plan is None
    assert words


def test_every_step_of_a_broad_request_says_what_it_does(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    asked = Question(text="데이터를 분석하고 시각화해줘", language="ko", datasets=(sales,))
    _, plan = plan_of(embedding, asked, roster)
    assert plan is not None
    requests = [step.request for step in plan.steps]
    assert len(set(requests)) == len(requests)
    for request in requests:
        plain = asked.model_copy(update={"text": request})
        assert not understand(embedding, plain).text.startswith(request.split(":")[0] + ":")


def test_a_part_is_about_what_was_named_before(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    asked = "Draw a histogram of quantity and test whether it differs between genders"
    _, plan = plan_of(embedding, Question(text=asked, datasets=(sales,)), roster)
    assert plan is not None
    tested = next(step for step in plan.steps if step.worker == "mcp:statistics/compare")
    assert tested.arguments is not None
    assert (tested.arguments["measure"], tested.arguments["group"]) == ("quantity", "gender")
