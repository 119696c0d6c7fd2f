"""The script that runs before anything is painted, with the language that the operator has set."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cherry_reflex.runtime import current

_SCRIPT = Path(__file__).resolve().parents[3] / "assets" / "boot.js"


async def boot(_: Request) -> Response:
    """`assets/boot.js`, told the language: without it the page would change its language when it
    learns of it, a moment later."""
    told = f'document.documentElement.dataset.offered = "{current().settings.language}";\n'
    return Response(
        told + _SCRIPT.read_text("utf-8"),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )


ROUTES = [Route("/boot.js", boot, methods=["GET"])]
