"""Which planner serves, and a try of it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.responses import answering
from cherry_reflex.llm.trial import trial
from cherry_reflex.runtime import current


async def model(_: Request) -> Response:
    """Which planner serves: `embedded`, or a language model and its name."""
    settings = current().settings
    return JSONResponse(
        {
            "mode": "llm" if settings.llm_model else "embedded",
            "model": settings.llm_model,
            "provider": settings.llm_provider or ("openai" if settings.llm_base_url else ""),
        }
    )


async def test(_: Request) -> Response:
    """Ask the language model for one word."""
    return JSONResponse((await trial(current().settings)).model_dump())


ROUTES = [
    Route("/api/model", answering(model), methods=["GET"]),
    Route("/api/model/test", answering(test), methods=["POST"]),
]
