"""Our values as A2A parts and metadata, and back. See "How A2A messages look" in the docs."""

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from a2a.types import Message, Part
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct, Value
from pydantic import ValidationError

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.artifact import ArtifactContent, ArtifactKind
from cherry_reflex.core.errors import BadInput, ProtocolBroken
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.text import all_mended
from cherry_reflex.core.worker import ReceivedFile, WorkerRequest
from cherry_reflex.i18n.detect import known_language, question_language

KEY = "cherry"
"""The metadata key under which everything of ours travels."""

_KINDS: dict[str, ArtifactKind] = {
    "application/vnd.apache.parquet": "table",
    "application/vnd.plotly.v1+json": "chart",
}


def whole(value: Any) -> Any:
    """Return JSON that came through protobuf with its integers restored: protobuf's only number
    is the double (struct.proto), so 3 arrives as 3.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return value


def metadata(value: Mapping[str, Any]) -> Struct:
    """Return metadata that carries `value` under our key."""
    struct = Struct()
    # Through JSON, so that dates, paths and tuples inside `value` become what JSON knows.
    struct.update({KEY: all_mended(json.loads(json.dumps(value, default=str)))})
    return struct


def ours(struct: Struct) -> dict[str, Any]:
    """Return what metadata carries under our key; empty when it carries nothing."""
    if KEY not in struct.fields:
        return {}
    value = whole(MessageToDict(struct.fields[KEY]))
    return value if isinstance(value, dict) else {"": value}


def begins_at(struct: Struct) -> int | None:
    """Return the character at which a piece of text begins, when its metadata says so."""
    if KEY not in struct.fields:
        return None
    inner = struct.fields[KEY].struct_value.fields
    return int(inner["at"].number_value) if "at" in inner else None


def request_part(work: WorkerRequest, *, own: bool) -> Part:
    """Return the data part that holds `work`.

    Our own agents get the JSON as one string: no number becomes a double, and it is a hundred
    times faster than a tree of protobuf values. Others get an object, which they can read.
    """
    part = Part(media_type="application/json")
    part.metadata.update({KEY: "work", "files": own})
    if own:
        part.data.string_value = work.model_dump_json()
    else:
        part.data.struct_value.update(work.model_dump(mode="json"))
    return part


def read_request(message: Message, agent: str, task_id: str) -> tuple[WorkerRequest, bool]:
    """Return the work that a message asks for, and whether its sender shares our files.

    A message of somebody who knows nothing of us is a request made of its text parts.

    Raises BadInput (`work_unreadable`) when the data part does not hold a Work.
    """
    for part in message.parts:
        if part.WhichOneof("content") != "data" or ours(part.metadata).get("") != "work":
            continue
        try:
            if part.data.WhichOneof("kind") == "string_value":
                work = WorkerRequest.model_validate_json(part.data.string_value)
            else:
                work = WorkerRequest.model_validate(whole(MessageToDict(part.data)))
        except ValidationError as error:
            raise BadInput("work_unreadable", detail=str(error)) from error
        # Never the sender's own word for who it is: it could name any file, or anybody.
        sure = {"language": known_language(work.language), "sender": None}
        checked = work.model_copy(update=sure)
        return checked, bool(part.metadata.fields["files"].bool_value)
    request = "\n".join(part.text for part in message.parts if part.text)
    work = WorkerRequest(
        conversation_id=message.context_id or task_id,
        run_id=task_id,
        step_id=task_id,
        worker=f"a2a:{agent}",
        request=request,
        language=question_language(request, ENGLISH),
    )
    return work, False


def received_files(message: Message, folder: Path) -> tuple[ReceivedFile, ...]:
    """Put the files that came with a message into `folder`, and return them."""
    found = []
    for part in message.parts:
        if part.WhichOneof("content") != "raw":
            continue
        path = folder / new_id()
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(part.raw)
        suffix = mimetypes.guess_extension(part.media_type) or ""
        name = Path(part.filename.replace("\\", "/")).name or f"data{suffix}"
        found.append(ReceivedFile(name=name[:200], path=path))
    return tuple(found)


def inside(path: Path, folder: Path) -> bool:
    """Say whether `path` is a thing inside `folder`, links followed."""
    return path.resolve().is_relative_to(folder.resolve())


def file_path(uri: str) -> Path:
    """Return the path that a `file://` URI names."""
    return Path(unquote(urlsplit(uri).path))


def content_part(content: ArtifactContent, *, by_path: bool) -> Part:
    """Return an artifact as a part: a `file://` URL when `by_path` and it is a file, else bytes."""
    part = Part(media_type=content.type, filename=content.filename)
    if by_path and content.path is not None:
        part.url = content.path.resolve().as_uri()
    else:
        part.raw = read_bytes(content)
    part.metadata.CopyFrom(
        metadata({"kind": content.kind, "title": content.title, "meta": content.meta})
    )
    return part


def read_content(part: Part, name: str, files: Path | None) -> ArtifactContent:
    """Return the artifact that a part which is not text holds; `name` titles a nameless one.

    `files` is the folder from which the sender may hand over files by path; None: none may.

    Raises ProtocolBroken (`agent_file_refused`, `artifact_invalid`).
    """
    said = ours(part.metadata)
    media_type = part.media_type or "application/octet-stream"
    fields: dict[str, Any] = {
        "kind": said.get("kind") or kind_of(media_type),
        "title": str(said.get("title") or name or part.filename or media_type),
        "media_type": media_type,
        "filename": Path(part.filename).name,
        "meta": said.get("meta") or {},
    }
    match part.WhichOneof("content"):
        case "raw":
            fields["data"] = part.raw
        case "url" if part.url.startswith("file:"):
            path = file_path(part.url)
            if files is None or not inside(path, files) or not path.is_file():
                raise ProtocolBroken("agent_file_refused", url=part.url[:300])
            fields["path"] = path
        case "url":
            link = f"[{fields['filename'] or part.url}]({part.url})"
            fields |= {"kind": "text", "media_type": "text/markdown", "data": link.encode()}
        case "data":
            text = json.dumps(whole(_json(part.data)), ensure_ascii=False, indent=2)
            if fields["kind"] not in ("plan", "chart"):
                fields["kind"] = "text"
            fields["media_type"] = part.media_type or "application/json"
            fields["data"] = text.encode()
    try:
        return ArtifactContent.model_validate(fields)
    except ValidationError as error:
        raise ProtocolBroken("artifact_invalid", detail=str(error)) from error


def kind_of(media_type: str) -> ArtifactKind:
    """Return the kind of artifact that a media type stands for, where its maker named none."""
    base = media_type.partition(";")[0].strip().lower()
    return _KINDS.get(base) or ("text" if base.startswith("text/") else "file")


def _json(value: Value) -> Any:
    return MessageToDict(value)
