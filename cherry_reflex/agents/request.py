"""What agents make of a request: the planner's question, and errors as sentences."""

from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.language import Language
from cherry_reflex.core.planner import Question
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


def sentence_of(error: CherryError, language: Language) -> str:
    """Return the error as a sentence for a person."""
    return text(f"error.{error.code}", language, **error.params)
