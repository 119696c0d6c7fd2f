"""What words mean in a dataset, as its owner has chosen: forgotten over HTTP. It is told with the
dataset (`remembered`)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.responses import answering
from cherry_reflex.api.routes.conversations import dataset_json
from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX
from cherry_reflex.runtime import current


async def forget(request: Request) -> Response:
    """Forget the word in the query (`word`), also where the dataset was made of one that knows it.
    Answers with the dataset."""
    here, owner = current(), owner_of(request)
    dataset_id = request.path_params["dataset_id"]
    _, conversation_id = await here.datasets.get(owner, dataset_id)
    word = request.query_params.get("word", "").strip()
    if not word:
        raise BadInput("body_wrong", place="word", detail="word: missing")
    ids = await here.datasets.lineage(conversation_id, dataset_id)
    await here.datasets.words.forget(ids, word)
    dataset, _ = await here.datasets.get(owner, dataset_id)
    return JSONResponse(dataset_json(dataset, COLUMNS_MAX))


ROUTES = [
    Route("/api/datasets/{dataset_id}/remembered", answering(forget), methods=["DELETE"]),
]
