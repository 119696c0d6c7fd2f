"""A question as a person wrote it, and what of it goes to whom."""

import re
from typing import NamedTuple

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import ORCHESTRATOR, ORCHESTRATOR_NAME
from cherry_reflex.core.text import mended

_MENTION = re.compile(r"^@(\S+)\s+(\S.*)$", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Asked(NamedTuple):
    """`text` is what the person wrote, `request` what is worked on, `worker` who is meant: nobody
    alone when it is empty."""

    text: str
    request: str
    worker: str


def read(question: str, worker: str, chars_max: int) -> Asked:
    """Return a question without control characters; `@name` at its start names the worker.

    Raises BadInput (`question_empty`, `question_long`).
    """
    text = _CONTROL.sub("", mended(question)).strip()
    if not text:
        raise BadInput("question_empty")
    if len(text) > chars_max:
        raise BadInput("question_long", length=len(text), limit=chars_max)
    mention = None if worker else _MENTION.match(text)
    request, name = (mention[2], mention[1]) if mention else (text, worker)
    everybody = name in (ORCHESTRATOR, ORCHESTRATOR_NAME)
    return Asked(text, request, "" if everybody else name)
