"""A try of the connected language model: does it answer, and how fast."""

import time
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.errors import BadInput, Unavailable
from cherry_reflex.llm.resolve import open_endpoint
from cherry_reflex.settings import Settings

_WORDS_CHARS = 200


class Trial(BaseModel):
    """What came of it; times in seconds from when it was asked."""

    model_config = ConfigDict(frozen=True)

    text: str
    first_token_s: float
    total_s: float


async def trial(settings: Settings) -> Trial:
    """Ask the model for one word.

    Raises BadInput `model_not_connected`, and what a model that cannot be used raises (`model_…`).
    """
    if not settings.llm_model:
        raise BadInput("model_not_connected")
    from cherry_reflex.core.language_model import UserMessage
    from cherry_reflex.llm.conversion import Piece
    from cherry_reflex.llm.request import Request

    request = Request("Somebody tests whether you can be reached.", (UserMessage("Answer: ready"),))
    async with open_endpoint(settings) as endpoint:
        began, first, said = time.monotonic(), 0.0, ""
        async with aclosing(endpoint.stream(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Piece) and piece.text:
                    first = first or time.monotonic() - began
                    said += piece.text
        if not said.strip():
            raise Unavailable("model_empty", model=settings.llm_model)
        return Trial(
            text=said.strip()[:_WORDS_CHARS],
            first_token_s=round(first, 3),
            total_s=round(time.monotonic() - began, 3),
        )
