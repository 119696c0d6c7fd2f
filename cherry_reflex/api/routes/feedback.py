"""How an answer was, over HTTP."""

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.responses import answering, body_of
from cherry_reflex.runtime import current
from cherry_reflex.store.feedback import Feedback, Value


class Opinion(BaseModel):
    """Body of PUT: `up`, `down`, or `""` to take it back."""

    model_config = ConfigDict(extra="forbid")
    value: Value
    note: str = Field("", max_length=4000)


async def rate(request: Request) -> Response:
    here, body = current(), await body_of(request, Opinion)
    run = await here.conversations.run(owner_of(request), request.path_params["run_id"])
    await Feedback(here.database).put(run.conversation_id, run.id, body.value, body.note)
    return JSONResponse({"run_id": run.id, "value": body.value})


ROUTES = [Route("/api/runs/{run_id}/feedback", answering(rate), methods=["PUT"])]
