"""Prose says facts and findings, nothing else."""

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.planner import Question
from cherry_reflex.i18n.catalogue import sentence
from cherry_reflex.llm.embedded.dialogue.suggestion import suggestions
from cherry_reflex.llm.embedded.dialogue.wording import pieces, sentences_of
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.llm.embedded.reading.views import Views

FACTS = (
    Fact(key="note.macros"),
    Fact(key="note.unnamed"),
    Fact(key="note.headless"),
    Fact(key="note.repeated"),
)


async def said(stream: object) -> str:
    return "".join([piece async for piece in stream])  # type: ignore[attr-defined]


async def test_words_are_the_facts_most_relevant_first() -> None:
    planner = EmbeddedPlanner()
    asked = Question(text="Does the file have a header?", language="en")
    prose = await said(planner.words(asked, FACTS, "analyst"))
    assert prose.startswith(sentence(FACTS[2], ENGLISH))
    for fact in FACTS:
        assert sentence(fact, ENGLISH) in prose
    korean = await said(planner.words(asked.model_copy(update={"language": KOREAN}), FACTS, ""))
    assert sentence(FACTS[0], KOREAN) in korean
    await planner.close()


async def test_no_facts_claim_nothing() -> None:
    planner = EmbeddedPlanner()
    prose = await said(planner.words(Question(text="?"), (), ""))
    assert prose
    assert not any(character.isdigit() for character in prose)
    await planner.close()


async def test_summary_quotes_findings_and_says_what_is_missing() -> None:
    planner = EmbeddedPlanner()
    findings = (
        Finding(
            worker="a2a:pandas",
            request="x",
            state="done",
            text="## Result\n\nSeoul sold 1,234 units.\n\n| a | b |\n|---|---|\n\n- Busan sold 7.",
            artifacts=("table t",),
        ),
        Finding(worker="a2a:eda", request="x", state="done", text="Seoul sold 1,234 units."),
        Finding(worker="mcp:s/t", request="x", state="failed", problem="The process died."),
        Finding(worker="mcp:s/u", request="x", state="cancelled"),
    )
    prose = await said(planner.summary(Question(text="Which city sells most?"), findings))
    assert prose.count("Seoul sold 1,234 units.") == 1
    assert "Busan sold 7." in prose
    assert "|" not in prose
    assert "The process died." in prose
    assert "s · u" in prose
    await planner.close()


async def test_a_summary_leads_with_what_was_found_not_with_what_was_prepared() -> None:
    planner = EmbeddedPlanner()
    findings = (
        Finding(
            worker="a2a:data_wrangling",
            request="x",
            state="done",
            text="The column sales of each store was computed.",
            artifacts=("dataset: derived; 9 rows",),
        ),
        Finding(
            worker="a2a:pandas",
            request="x",
            state="done",
            text="Seoul is ahead.",
            artifacts=("table: t",),
        ),
    )
    prose = await said(planner.summary(Question(text="Compare the sales of the stores"), findings))
    assert prose.startswith("Seoul is ahead.")
    assert "was computed" in prose
    await planner.close()


async def test_summary_of_nothing_done() -> None:
    planner = EmbeddedPlanner()
    failed = Finding(worker="a2a:eda", request="x", state="failed", problem="실패했습니다.")
    prose = await said(planner.summary(Question(text="분석해줘", language="ko"), (failed,)))
    assert "실패했습니다." in prose
    assert "보고할 내용이 없습니다" in prose
    await planner.close()


def test_pieces_lose_nothing() -> None:
    prose = "One  two\n\n- three\n끝. "
    assert "".join(pieces(prose)) == prose


def test_sentences_of_markdown() -> None:
    prose = "# T\n\n1.5 grew. Then it fell.\n\n```sql\nselect 1\n```\n- point\nAlso:\n| a |\n"
    assert sentences_of(prose) == ["1.5 grew.", "Then it fell.", "point"]


def test_sentences_are_not_cut_behind_short_words_with_a_point() -> None:
    prose = "By Dept. Nr. A the mean is 3. Emp. No. x leads in Q1. but not later. It fell."
    assert sentences_of(prose) == [
        "By Dept. Nr. A the mean is 3.", "Emp. No. x leads in Q1. but not later.", "It fell.",
    ]  # fmt: skip
    ours = "The mean is 3. It fell.\n- One. Two."
    assert sentences_of(ours, is_own=True) == ["The mean is 3. It fell.", "One. Two."]


def test_suggestions_name_real_columns_and_differ(
    embedding: Embedding, sales: Dataset, orders: Dataset
) -> None:
    for dataset, language in ((sales, "en"), (orders, "ko")):
        found = suggestions(
            Views(embedding), Question(text="", language=language, datasets=(dataset,)), 4
        )
        assert len(set(found)) == 4
        names = [column.name for column in dataset.columns]
        assert sum(any(name in asked for name in names) for asked in found) >= 3
        assert not any("order_id" in asked for asked in found)


def test_no_data_nothing_to_suggest(embedding: Embedding) -> None:
    assert suggestions(Views(embedding), Question(text=""), 4) == []


async def test_who_alone_was_asked_is_quoted_as_it_began() -> None:
    planner = EmbeddedPlanner()
    asked = Question(text="How did Seoul do?", language="en")
    told = "Of 3 cities, 2 sold more.\nSeoul sold 1,234 units."
    done = Finding(worker="a2a:pandas", request="x", state="done", text=told)
    prose = await said(planner.summary(asked, (done,)))
    assert prose.startswith("Of 3 cities, 2 sold more.")
    await planner.close()


async def test_a_summary_of_nothing_begins_with_what_happened() -> None:
    planner = EmbeddedPlanner()
    asked = Question(text="How did Seoul do?", language="en")
    failed = Finding(worker="a2a:pandas", request="x", state="failed", problem="No row is there.")
    prose = await said(planner.summary(asked, (failed,)))
    assert prose.splitlines()[0].endswith("did not finish: No row is there.")
    two = await said(planner.summary(asked, (failed, failed)))
    assert two.startswith("Nobody could finish") and two.count("No row is there.") == 2
    await planner.close()
