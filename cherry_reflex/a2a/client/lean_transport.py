"""The SDK's JSON-RPC transport with a shorter way for what comes most: pieces of text.

For every event the SDK goes through generic JSON-to-protobuf conversion and spans, which costs
more than everything else that happens to a token. Here an event is a `loads` and three
constructors; whatever is not a plain piece of text goes the SDK's way. The guard below
(`transport.py`) has counted and judged the bytes that httpx-sse reads.
"""

import json
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from a2a.client import A2AClientError, ClientCallContext
from a2a.client.transports.http_helpers import get_http_args, handle_http_exceptions
from a2a.client.transports.jsonrpc import JsonRpcTransport
from a2a.types import Artifact, Part, StreamResponse, TaskArtifactUpdateEvent
from a2a.utils.proto_utils import parse_lenient
from google.protobuf.struct_pb2 import Struct, Value
from httpx_sse import EventSource

from cherry_reflex.core.text import SurrogateJoiner, all_mended

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_FIRST = re.compile("[\ud800-\udbff]$")
_UPDATE = frozenset({"taskId", "contextId", "artifact", "append", "lastChunk", "metadata"})
_ARTIFACT = frozenset({"artifactId", "name", "parts"})
_PART = frozenset({"text", "mediaType"})


class LeanTransport(JsonRpcTransport):
    """Reads streams event by event."""

    async def _send_stream_request(
        self, rpc_request_payload: dict[str, Any], context: ClientCallContext | None = None
    ) -> AsyncGenerator[StreamResponse]:
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        given = get_http_args(context)
        headers |= given.pop("headers", None) or {}
        with handle_http_exceptions(None):
            request = self.httpx_client.build_request(
                "POST", self.url, json=rpc_request_payload, headers=headers, **given
            )
            answer = await self.httpx_client.send(request, stream=True)
            try:
                if answer.is_error:
                    await answer.aread()
                answer.raise_for_status()
                if "text/event-stream" not in answer.headers.get("content-type", ""):
                    yield self._event((await answer.aread()).decode())
                    return
                surrogates: defaultdict[str, SurrogateJoiner] = defaultdict(SurrogateJoiner)
                answer.encoding = "utf-8"  # as all event streams are, whatever their header says
                async with aclosing(EventSource(answer).aiter_sse()) as events:
                    async for event in events:
                        if not event.data:
                            continue  # a sign of life
                        if event.event == "error":
                            self._handle_sse_error(event.data)
                        yield self._event(event.data, surrogates)
            finally:
                await answer.aclose()

    def _event(
        self, data: str, surrogates: Mapping[str, SurrogateJoiner] | None = None
    ) -> StreamResponse:
        try:
            said = json.loads(data)
        except json.JSONDecodeError as error:
            raise A2AClientError(f"Invalid JSON-RPC response in SSE stream: {error}") from error
        if _HALF.search(data):
            # Agents that count in UTF-16 cut an emoji between two pieces of a text.
            said = all_mended(said if surrogates is None else _joined(said, surrogates))
        elif surrogates:
            said = _joined(said, surrogates)
        result = self._check_jsonrpc_response(said)["result"]
        if isinstance(result, dict) and (piece := _piece(result)) is not None:
            return piece
        return parse_lenient(result, StreamResponse())


def _joined(said: Any, surrogates: Mapping[str, SurrogateJoiner]) -> Any:
    """Return an event with the halves of characters of its artifact's texts joined to those before;
    `halves` are by artifact."""
    try:
        artifact = said["result"]["artifactUpdate"]["artifact"]
        for part in artifact["parts"]:
            if ("text" in part and artifact["artifactId"] in surrogates) or _FIRST.search(
                part["text"]
            ):
                part["text"] = surrogates[artifact["artifactId"]].whole(part["text"])
    except (KeyError, TypeError):
        pass  # an event of another kind, or one that is not as it should be
    return said


def _piece(result: dict[str, Any]) -> StreamResponse | None:
    """Return an event that adds one piece of text and says nothing but where it begins; None for
    any other, or one that is not shaped as it should be."""
    update = result.get("artifactUpdate")
    if len(result) != 1 or not isinstance(update, dict) or not update.keys() <= _UPDATE:
        return None
    artifact = update.get("artifact")
    if not isinstance(artifact, dict) or not artifact.keys() <= _ARTIFACT:
        return None
    parts = artifact.get("parts")
    if not isinstance(parts, list) or len(parts) != 1 or not isinstance(parts[0], dict):
        return None
    part = parts[0]
    if not part.keys() <= _PART or not isinstance(part.get("text"), str):
        return None
    metadata = _metadata(update["metadata"]) if "metadata" in update else None
    if metadata is None and "metadata" in update:
        return None
    try:
        return StreamResponse(
            artifact_update=TaskArtifactUpdateEvent(
                task_id=update.get("taskId", ""),
                context_id=update.get("contextId", ""),
                artifact=Artifact(
                    artifact_id=artifact.get("artifactId", ""),
                    name=artifact.get("name", ""),
                    parts=[Part(text=part["text"], media_type=part.get("mediaType", ""))],
                ),
                append=update.get("append", False),
                last_chunk=update.get("lastChunk", False),
                metadata=metadata,
            )
        )
    except (TypeError, ValueError):
        return None  # the SDK says what is wrong with it


def _metadata(given: Any) -> Struct | None:
    """Return metadata of the one shape `{"cherry": {"at": n}}`; None for any other."""
    match given:
        case {"cherry": {"at": float() | int() as at, **more}, **others} if not (more or others):
            inner = Struct(fields={"at": Value(number_value=at)})
            return Struct(fields={"cherry": Value(struct_value=inner)})
    return None
