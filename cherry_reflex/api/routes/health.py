"""For operators: is it alive, is it ready, and how does it fare."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlmodel import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.current_user import OWNER, operating
from cherry_reflex.api.responses import answering
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.ids import ORCHESTRATOR_NAME
from cherry_reflex.processes.isolation.isolation import supported
from cherry_reflex.runtime import current


async def alive(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """200 when the database answers and at least the orchestrator is there; 503 otherwise. Who is
    in the team, and what of the sandboxes' lock this kernel lacks, is told to those who may come
    in."""
    try:
        here = current()
        await here.database.read(lambda session: session.connection().execute(text("SELECT 1")))
        roster = await here.workers.roster()
    except CherryError as error:
        return JSONResponse({"status": "starting", "problem": error.code}, 503)
    names = {agent.name for agent in roster.agents if agent.healthy}
    if ORCHESTRATOR_NAME not in names:
        return JSONResponse({"status": "starting", "problem": "agents"}, 503)
    if OWNER not in request.scope:
        return JSONResponse({"status": "ready"})
    return JSONResponse(
        {"status": "ready", "agents": sorted(names), "not_locked": supported().needed}
    )


async def metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


ROUTES = [
    Route("/healthz", alive, methods=["GET"]),
    Route("/readyz", ready, methods=["GET"]),
    Route("/metrics", answering(operating(metrics)), methods=["GET"]),
]
