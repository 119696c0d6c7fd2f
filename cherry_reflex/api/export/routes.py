"""A conversation, or one answer of it, as a file to take along."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.export.document import Document, Writer
from cherry_reflex.api.export.markdown import as_markdown
from cherry_reflex.api.export.notebook import as_notebook
from cherry_reflex.api.export.page import as_html
from cherry_reflex.api.responses import answering, language_of
from cherry_reflex.core.errors import BadInput, NotFound
from cherry_reflex.runtime import current

RUNS_MAX = 1000
"""The newest runs of a longer conversation are exported."""

FORMATS: dict[str, tuple[Callable[[Document], str], str, str]] = {
    "markdown": (as_markdown, "md", "text/markdown; charset=utf-8"),
    "html": (as_html, "html", "text/html; charset=utf-8"),
    "notebook": (as_notebook, "ipynb", "application/x-ipynb+json"),
}


async def export(request: Request) -> Response:
    """`?format=markdown|html|notebook`, and `run` for one answer alone."""
    here, conversation_id = current(), request.path_params["conversation_id"]
    wanted = request.query_params.get("format", "markdown")
    if wanted not in FORMATS:
        raise BadInput("export_format", format=wanted[:20], formats=", ".join(FORMATS))
    conversation = await here.conversations.get(owner_of(request), conversation_id)
    runs = await here.conversations.runs(conversation_id, RUNS_MAX)
    if only := request.query_params.get("run", ""):
        runs = [run for run in runs if run.id == only]
        if not runs:
            raise NotFound("run_unknown")
    views = [await here.log.view(conversation_id, run.id) for run in runs]
    datasets = [dataset for _, _, dataset in await here.datasets.of(conversation_id)]
    origin = f"{request.url.scheme}://{request.url.netloc}"
    writer = Writer(here.artifacts, owner_of(request), language_of(request), origin)
    document = await writer.document(conversation.title, datasets, views)
    make, ending, media_type = FORMATS[wanted]
    name = "".join(c if c.isalnum() or c in " -_()" else " " for c in document.title)
    filename = quote(f"{' '.join(name.split())[:80] or 'CherryAI'}.{ending}", safe="")
    # Always a download: the page would otherwise be one of our own origin.
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{filename}"}
    return Response(make(document), media_type=media_type, headers=headers)


ROUTES = [
    Route("/api/conversations/{conversation_id}/export", answering(export), methods=["GET"]),
]
