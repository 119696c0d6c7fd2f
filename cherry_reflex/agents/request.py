"""What agents make of a request: the planner's question, and errors as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

from cherry_reflex.concurrency.sending import BEFORE_SENDING
from cherry_reflex.core.agent import AgentContext, AgentServices
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.language import Language
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.reading.reply import chosen, place_of
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.i18n.catalogue import text


def question_of(work: WorkerRequest) -> Question:
    """Return the request as planners and models get it."""
    return Question(
        text=work.request,
        language=work.language,
        time_zone=work.time_zone,
        datasets=work.datasets,
        history=work.history,
        inputs=work.inputs,
    )


@contextmanager
def telling(services: AgentServices, work: WorkerRequest, context: AgentContext) -> Iterator[None]:
    """Have whoever asked told of all that is sent to the language model inside."""
    before = services.before_sending
    if before is None:
        yield
        return
    names = dict.fromkeys(column.name for dataset in work.datasets for column in dataset.columns)

    async def told(characters: int) -> None:
        await before(work, context, characters, tuple(names))

    token = BEFORE_SENDING.set(told)
    try:
        yield
    finally:
        BEFORE_SENDING.reset(token)


def sentence_of(error: CherryError, language: Language) -> str:
    """Return the error as a sentence for a person."""
    return text(f"error.{error.code}", language, **error.params)


def with_problem(question: Question, problem: str) -> Question:
    """Return the question with why the plan before could not be used, if it could not."""
    return question.model_copy(update={"problems": (problem,)}) if problem else question


def answered(question: Question, ask: Ask, reply: str) -> Question:
    """Return the question with what the person replied: a reading of it, who does it, or
    words."""
    if (reading := chosen(reply, ask.options, ask.choices)) is not None:
        return question.model_copy(update={"chosen": reading})
    place = place_of(reply, ask.options)
    if place is not None and ask.workers:
        return question.model_copy(update={"worker": ask.workers[place - len(ask.choices)]})
    if ask.about == "instead":
        return question.model_copy(update={"text": reply})
    known = (*question.inputs, f"You asked: {ask.prompt} The person answered: {reply}")
    return question.model_copy(update={"text": f"{question.text}\n{reply}", "inputs": known})
