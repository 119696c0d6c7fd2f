"""Small talk, and what is said to it."""

from collections.abc import Iterator, Sequence

from cherry_reflex.core.planner import Question
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.dialogue.suggestion import suggestions
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.views import Views

TALK = 0.6
SUGGESTED = 4


def kind_of(embedding: Embedding, request: str) -> str:
    """Return the kind of small talk, or nothing when it is a request."""
    known = knowledge.load()
    row = known.talk(embedding([request]))[0]
    best = int(row.argmax())
    is_talk = best < len(known.talk_kinds) and row[best] >= TALK
    return known.talk_kinds[best] if is_talk else ""


def answer(views: Views, kind: str, question: Question, titles: Sequence[str]) -> Iterator[str]:
    """Yield what is said to small talk of a kind, in a team whose members have `titles`."""
    language = question.language
    if kind == "recap":
        summary = next((t.summary for t in reversed(question.history) if t.summary), "")
        yield text("embedded.talk.recap" if summary else "embedded.talk.recap_none", language)
        yield f"\n\n{summary}" if summary else ""
        return
    if kind == "suggest" and not question.datasets:
        yield text("embedded.no_data", language)
        return
    told = {"workers": ", ".join(dict.fromkeys(titles))} if kind == "ability" else {}
    yield text(f"embedded.talk.{kind}", language, **told)
    if kind == "suggest":
        plain = question.model_copy(update={"text": ""})
        for asked in suggestions(views, plain, SUGGESTED):
            yield f"\n- {asked}"
