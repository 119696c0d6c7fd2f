"""The result of a tool call as events."""

import base64
import binascii
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
)
from pydantic import ValidationError

from cherry_reflex.analysis.digests.digest import text_digest
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import Failure, ProtocolBroken, WorkerFailed
from cherry_reflex.core.events import DigestAdded, TextDelta
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent
from cherry_reflex.mcp.client.progress import read_artifact


def read_result(
    result: CallToolResult, *, tool: str, own: bool, shown: set[Path]
) -> Iterator[WorkerEvent]:
    """Yield what a result says, and last its digest: our own server's, or the words and the data
    of others. Artifacts in `shown` were already handed on.

    Raises WorkerFailed when it is an error (`tool_failed`, or the code that our own server
    names), ProtocolBroken (`tool_malformed`, `artifact_invalid`).
    """
    structured = result.structured_content
    if result.is_error:
        raise _failure(result, tool)
    if own and isinstance(structured, dict):
        for item in structured.get("artifacts", ()):
            content = read_artifact(item)
            if content.path not in shown:
                yield ArtifactProduced(content=content)
    texts: list[str] = []
    for block in result.content:
        if isinstance(block, TextContent):
            texts.append(block.text)
        else:
            yield from _block(block)
    told = [text for text in texts if text]
    if text := "\n\n".join(told):
        yield TextDelta(text=text)
    if structured is not None and not own and not _repeated(structured, texts):
        yield ArtifactProduced(content=_json(structured, tool))
        told.append(json.dumps(structured, ensure_ascii=False))
    if own and isinstance(structured, dict) and "digest" in structured:
        yield DigestAdded(digest=_digest(structured["digest"]))
    elif told:
        yield DigestAdded(digest=text_digest("\n\n".join(told)))


def _block(
    block: ImageContent | AudioContent | ResourceLink | EmbeddedResource,
) -> Iterator[WorkerEvent]:
    if isinstance(block, ImageContent | AudioContent):
        yield ArtifactProduced(
            content=ArtifactContent(
                kind="file",
                title=block.type,
                media_type=block.mime_type,
                filename=f"{block.type}.{block.mime_type.rpartition('/')[2].partition('+')[0]}",
                data=_decoded(block.data),
            )
        )
    elif isinstance(block, ResourceLink):
        yield TextDelta(text=f"[{block.title or block.name}]({block.uri})\n")
    else:
        resource = block.resource
        name = str(resource.uri).rstrip("/").rpartition("/")[2] or str(resource.uri)
        if isinstance(resource, BlobResourceContents):
            data, default = _decoded(resource.blob), "application/octet-stream"
        else:
            data, default = resource.text.encode(), "text/plain"
        media_type = resource.mime_type or default
        yield ArtifactProduced(
            content=ArtifactContent(
                kind="text" if media_type.startswith("text/") else "file",
                title=name,
                media_type=media_type,
                filename=Path(name).name,
                data=data,
            )
        )


def _failure(result: CallToolResult, tool: str) -> WorkerFailed:
    structured = result.structured_content
    if isinstance(structured, dict) and "failure" in structured:
        try:
            failure = Failure.model_validate(structured["failure"])
            params = {k: v for k, v in failure.params.items() if k not in ("code", "detail")}
            return WorkerFailed(failure.code, failure.detail, **params)
        except ValidationError:
            pass
    texts = [block.text for block in result.content if isinstance(block, TextContent)]
    return WorkerFailed("tool_failed", "\n".join(texts), name=tool)


def _digest(said: Any) -> Digest:
    try:
        return Digest.model_validate(said)
    except ValidationError as error:
        raise ProtocolBroken("tool_malformed", detail="digest", name="") from error


def _repeated(structured: Any, texts: list[str]) -> bool:
    """Say whether a text is the structured content once more, as servers do for old clients."""
    for text in texts:
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        if structured in (value, {"result": value}):
            return True
    # A function that returns a list is repeated item by item.
    return isinstance(structured, dict) and structured.get("result") == texts and bool(texts)


def _json(value: Any, tool: str) -> ArtifactContent:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return ArtifactContent(
        kind="text",
        title=tool,
        media_type="application/json",
        filename=f"{tool}.json",
        data=text.encode(),
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ProtocolBroken("tool_malformed", detail="base64", name="") from error
