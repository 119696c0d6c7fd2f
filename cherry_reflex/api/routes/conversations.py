"""Conversations over HTTP: make, list, search, open, rename, pin, delete, restore."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.responses import answering, body_of, number_of
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.runtime import current
from cherry_reflex.store.feedback import Feedback

COLUMNS_SHOWN = 200
"""Columns of a dataset that a conversation's answer tells; the dataset's own tells all."""


class NewConversation(BaseModel):
    """Body of POST."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field("", max_length=1000)


class ConversationPatch(BaseModel):
    """Body of PATCH."""

    model_config = ConfigDict(extra="forbid")
    title: str | None = Field(None, min_length=1, max_length=1000)
    pinned: bool | None = None


def dataset_json(dataset: Dataset, columns_max: int = COLUMNS_SHOWN) -> dict[str, Any]:
    """Return a dataset as clients see it: without the place of its file."""
    told = dataset.model_copy(update={"uri": "", "columns": dataset.columns[:columns_max]})
    return {**told.model_dump(mode="json"), "column_count": len(dataset.columns)}


async def create(request: Request) -> Response:
    body = await body_of(request, NewConversation)
    made = await current().conversations.create(owner_of(request), body.title)
    return JSONResponse(made.model_dump(), 201)


async def find(request: Request) -> Response:
    text = request.query_params.get("query", "")[:200]
    limit = number_of(request, "limit", 200, 1, 1000)
    found = await current().conversations.find(owner_of(request), text, limit)
    return JSONResponse([conversation.model_dump() for conversation in found])


async def show(request: Request) -> Response:
    """The newest runs as they stand, and the seq from which to follow. Older ones by `before`."""
    here, conversation_id = current(), request.path_params["conversation_id"]
    limit = number_of(request, "limit", 50, 1, 200)
    before = number_of(request, "before", 0, 0, 2**62)
    conversation = await here.conversations.get(owner_of(request), conversation_id)
    # The seq is read first: what comes later is told again by following, and counts once.
    seq = await here.log.last_seq(conversation_id)
    runs = await here.conversations.runs(conversation_id, limit + 1, before)
    more, runs = len(runs) > limit, runs[-limit:]
    views = [await here.log.view(conversation_id, run.id) for run in runs]
    rated = await Feedback(here.database).of(conversation_id)
    first = runs[0].first_seq if more else 0
    uploads = [
        {"seq": at_seq, "at": at, "dataset": dataset_json(dataset)}
        for at_seq, at, dataset in await here.datasets.of(conversation_id)
        if at_seq >= first and (not before or at_seq < before)
    ]
    return JSONResponse(
        {
            "conversation": conversation.model_dump(),
            "uploads": uploads,
            "runs": [
                {
                    # Digests are for models; the whole run has them (`/api/runs/<id>`).
                    **view.model_dump(mode="json", exclude={"lanes": {"__all__": {"digests"}}}),
                    "first_seq": run.first_seq,
                    "feedback": rated.get(run.id, ""),
                }
                for run, view in zip(runs, views, strict=True)
            ],
            "seq": seq,
            "more": more,
        }
    )


async def change(request: Request) -> Response:
    body = await body_of(request, ConversationPatch)
    changed = await current().conversations.change(
        owner_of(request),
        request.path_params["conversation_id"],
        title=body.title,
        pinned=body.pinned,
    )
    return JSONResponse(changed.model_dump())


async def delete(request: Request) -> Response:
    await current().conversations.delete(owner_of(request), request.path_params["conversation_id"])
    return Response(status_code=204)


async def restore(request: Request) -> Response:
    restored = await current().conversations.restore(
        owner_of(request), request.path_params["conversation_id"]
    )
    return JSONResponse(restored.model_dump())


ROUTES = [
    Route("/api/conversations", answering(create), methods=["POST"]),
    Route("/api/conversations", answering(find), methods=["GET"]),
    Route("/api/conversations/{conversation_id}", answering(show), methods=["GET"]),
    Route("/api/conversations/{conversation_id}", answering(change), methods=["PATCH"]),
    Route("/api/conversations/{conversation_id}", answering(delete), methods=["DELETE"]),
    Route("/api/conversations/{conversation_id}/restore", answering(restore), methods=["POST"]),
]
