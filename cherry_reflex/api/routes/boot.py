"""The script that runs before anything is painted, told what the operator has set for the page."""

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cherry_reflex.processes.isolation.isolation import supported
from cherry_reflex.runtime import current
from cherry_reflex.settings import Settings

_SCRIPT = Path(__file__).resolve().parents[3] / "assets" / "boot.js"


def told(settings: Settings) -> str:
    """Return the lines that tell the page; `ui/live/settings.js` reads them."""
    values = {
        # Without it the page would change its language when it learns of it, a moment later.
        "offered": settings.language,
        "questionChars": settings.question_chars_max,
        "updateMs": settings.ui_update_ms,
        "runs": settings.ui_runs,
        "nearPx": settings.ui_near_px,
        "notLocked": " ".join(supported().needed),
    }
    place = "document.documentElement.dataset"
    return "".join(f"{place}.{name} = {json.dumps(value)};\n" for name, value in values.items())


async def boot(_: Request) -> Response:
    """`assets/boot.js` behind what it is told."""
    return Response(
        told(current().settings) + _SCRIPT.read_text("utf-8"),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )


ROUTES = [Route("/boot.js", boot, methods=["GET"])]
