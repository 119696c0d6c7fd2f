"""The embedded planner asks back when it cannot know, and only then."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded.dialogue.clarification import asked_back
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.views import Views
from tests.llm.embedded.conftest import builder_of


def answer(embedding: Embedding, question: Question, roster: Roster) -> Plan | Ask | None:
    items = list(builder_of(embedding).plan(question, roster))
    return next((item for item in items if not isinstance(item, str)), None)


@pytest.mark.parametrize(
    ("text", "language"), [("asdkjh qweoiu", "en"), ("음", "ko"), ("그거 해줘", "ko")]
)
def test_what_nobody_understands_is_asked_back_with_suggestions(
    embedding: Embedding, roster: Roster, sales: Dataset, text: str, language: str
) -> None:
    ask = answer(embedding, Question(text=text, language=language, datasets=(sales,)), roster)
    assert isinstance(ask, Ask)
    assert ask.about == "instead"
    assert len(ask.options) >= 2
    again = Question(text=ask.options[0], language=language, datasets=(sales,))
    assert isinstance(answer(embedding, again, roster), Plan), "an option can be planned for"


@pytest.mark.parametrize(
    "text", ["데이터를 분석하고 시각화해주세요", "Total revenue by region", "revenue"]
)
def test_what_is_clear_is_not_asked_back(
    embedding: Embedding, roster: Roster, sales: Dataset, text: str
) -> None:
    made = answer(embedding, Question(text=text, datasets=(sales,)), roster)
    assert isinstance(made, Plan)


def test_a_column_of_two_datasets_is_asked_for_unless_one_is_named(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    other = sales.model_copy(update={"id": "d9", "name": "returns", "uri": "file:///r.parquet"})
    both = (sales, other)
    ask = answer(embedding, Question(text="Total revenue by region", datasets=both), roster)
    assert isinstance(ask, Ask)
    assert ask.about == "dataset"
    assert ask.options == ("sales", "returns")
    named = Question(text="Total revenue by region in returns", datasets=both)
    assert isinstance(answer(embedding, named, roster), Plan)
    cleaned = other.model_copy(update={"parent": sales.id})
    versions = Question(text="Total revenue by region", datasets=(sales, cleaned))
    assert isinstance(answer(embedding, versions, roster), Plan), "versions of one are no question"


def test_a_failed_step_goes_to_somebody_who_has_not_tried(
    embedding: Embedding, roster: Roster, sales: Dataset
) -> None:
    request = "Total revenue by region"
    first = answer(embedding, Question(text=request, datasets=(sales,)), roster)
    assert isinstance(first, Plan)
    tried = first.steps[0].worker
    finding = Finding(worker=tried, request=request, state="failed", problem="boom")
    again = Question(text=request, datasets=(sales,), findings=(finding,))
    more = answer(embedding, again, roster)
    assert more is None or tried not in {step.worker for step in more.steps}  # type: ignore[union-attr]
    done = finding.model_copy(update={"state": "done"})
    assert answer(embedding, again.model_copy(update={"findings": (done,)}), roster) is None


def test_column_types_do_not_matter_for_asking(embedding: Embedding, roster: Roster) -> None:
    lonely = Dataset(id="x", name="x", rows=3, columns=(Column(name="체중", type="number"),))
    made = answer(embedding, Question(text="체중", language="ko", datasets=(lonely,)), roster)
    assert not isinstance(made, Ask), "the data is named"


def test_a_column_of_two_is_asked_for_also_when_nobody_is_sure(
    embedding: Embedding, sales: Dataset
) -> None:
    other = sales.model_copy(update={"id": "d9", "name": "returns", "uri": "file:///r.parquet"})
    question = Question(text="Average revenue by region", datasets=(sales, other))
    for sure in (0.1, 0.9):
        ask = asked_back(Views(embedding), question, sure)
        assert ask is not None
        assert ask.about == "dataset"
    alone = question.model_copy(update={"datasets": (sales,)})
    assert asked_back(Views(embedding), alone, 0.1) is None
