"""The limit: two hand-written pages that show a stream of numbered tokens, as small as can be.

`python -m benchmarks.limits.pages PORT`: `/plain` appends text, `/markdown` parses all of it again
once a frame (marked, as it lies in the built page's node_modules). `/stream?count&rate&name` is
plain server-sent events. No state, no log, no reconnect, nothing but the way of a token.
"""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.stream.tokens import told

ROOT = Path(__file__).resolve().parents[2]
MARKED = ROOT / ".web" / "node_modules" / "marked" / "lib" / "marked.umd.js"

_PAGE = """<!doctype html><meta charset="utf-8"><title>limit</title>
<input placeholder="Ask"><main></main>%s<script>
const lanes = [];
document.querySelector("input").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const [count, rate, n, name] = event.target.value.split(" ");
  for (let i = 0; i < n; i++) {
    const lane = document.createElement("section");
    lane.className = "c-lane";
    document.querySelector("main").append(lane);
    const show = (%s)(lane);
    const source = new EventSource(`/stream?count=${count}&rate=${rate}&name=${name}-s${i + 1}`);
    source.onmessage = ({ data }) => show(JSON.parse(data));
    source.addEventListener("end", () => source.close());
  }
});
</script>"""
_PLAIN = "(lane) => { const t = new Text(); lane.append(t); return (x) => t.appendData(x); }"
_MARKDOWN = """(lane) => {
  let text = "", asked = false;
  return (x) => {
    text += x;
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; lane.innerHTML = marked.parse(text); });
  };
}"""


async def plain(_: Request) -> Response:
    return HTMLResponse(_PAGE % ("", _PLAIN))


async def markdown(_: Request) -> Response:
    return HTMLResponse(_PAGE % ('<script src="/marked.js"></script>', _MARKDOWN))


async def marked(_: Request) -> Response:
    return FileResponse(MARKED)


async def stream(request: Request) -> Response:
    given = request.query_params

    async def events() -> AsyncIterator[bytes]:
        async for token in told(f"{given['count']} {given['rate']}", given["name"]):
            yield f"data:{json.dumps(token)}\n\n".encode()
        yield b"event:end\ndata:\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(
    routes=[
        Route("/plain", plain),
        Route("/markdown", markdown),
        Route("/marked.js", marked),
        Route("/stream", stream),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", loop="uvloop")
