"""What a request means in its conversation: a follow-up is read with what it follows."""

import re
from dataclasses import dataclass

from cherry_reflex.core.planner import Question
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

FOLLOWS = 0.5
_PLACE = re.compile(r"^\s*(?:question\s*|q|질문\s*|문제\s*)?\d{1,2}\s*[.):]\s+(?=[^\W\d])", re.I)
TURNS_BACK = 4


@dataclass(frozen=True)
class Understood:
    """`text` is the request with the questions that it continues, one a line, oldest first;
    `before` is the turn that it continues."""

    text: str
    latest: str
    before: Turn | None = None


def understand(embedding: Embedding, question: Question) -> Understood:
    """Return the request, completed from the history when it leans on it."""
    whole = _apart(question.text)
    latest = whole.strip().rsplit("\n", 1)[-1].strip()
    own = [line for line in whole.splitlines() if line.strip()]
    complete = len(own) > 1 and not _follows(embedding, own[0])
    if not question.history or complete or not _follows(embedding, latest):
        return Understood(whole, latest)
    earlier: list[str] = []
    for turn in reversed(question.history[-TURNS_BACK:]):
        if turn.question.strip() and turn.question not in earlier:
            earlier.append(turn.question)
        if not _follows(embedding, turn.question):
            break
    lines = [line for asked in reversed(earlier) for line in asked.splitlines() if line.strip()]
    joined = [line for line in lines if line not in own] + own
    before = next((turn for turn in reversed(question.history) if turn.steps), None)
    return Understood("\n".join(joined), latest, before)


def unnumbered(question: Question) -> Question:
    """Return a question without its place in a list (`2. `, `Question 3: `, `문제 1)`): such a
    number is none of the data."""
    text = _PLACE.sub("", question.text)
    return question.model_copy(update={"text": text}) if text != question.text else question


def turns_of(embedding: Embedding, text: str) -> tuple[str, list[str]]:
    """Return what was asked first, and the follow-ups to it, of a text whose lines continue."""
    lines = [line for line in text.splitlines() if line.strip()]
    first = next((n for n in range(1, len(lines)) if _follows(embedding, lines[n])), len(lines))
    return "\n".join(lines[:first]), lines[first:]


def _apart(request: str) -> str:
    """Return a request without the skill that the planner wrote before it for people to read:
    what is to be done is in the rest."""
    for skill in knowledge.read("skills"):
        for told in skill.values():
            if request.startswith(f"{told}: "):
                return request.removeprefix(f"{told}: ")
    return request


def _follows(embedding: Embedding, text: str) -> bool:
    if not text.strip():
        return False
    return bool(knowledge.load().follow(embedding.read([text]))[0, 0] >= FOLLOWS)
