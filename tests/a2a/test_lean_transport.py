"""The short way of reading a stream says what the SDK's own way says."""

from typing import Any

import pytest
from a2a.types import StreamResponse
from a2a.utils.proto_utils import parse_lenient

from cherry_reflex.a2a.client.lean_transport import _events, _piece


def update(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "taskId": "t1",
        "contextId": "c1",
        "artifact": {
            "artifactId": "text-1",
            "name": "text",
            "parts": [{"text": "안녕 **world**", "mediaType": "text/markdown"}],
        },
        "append": True,
        "metadata": {"cherry": {"at": 17.0}},
    }
    return {"artifactUpdate": {**said, **changes}}


@pytest.mark.parametrize(
    "result",
    [
        update(),
        update(append=False, lastChunk=True),
        update(metadata={"cherry": {"at": 0}}),
        {
            "artifactUpdate": {
                "taskId": "t",
                "artifact": {"artifactId": "a", "parts": [{"text": ""}]},
            }
        },
    ],
)
def test_a_piece_of_text_is_read_as_the_sdk_reads_it(result: dict[str, Any]) -> None:
    assert _piece(result) == parse_lenient(result, StreamResponse())


@pytest.mark.parametrize(
    "result",
    [
        {"statusUpdate": {"taskId": "t1"}},
        update(metadata={"cherry": {"at": 1, "more": 2}}),
        update(metadata={"theirs": 1}),
        update(artifact={"artifactId": "a", "parts": [{"raw": "eA=="}]}),
        update(artifact={"artifactId": "a", "parts": [{"text": "a"}, {"text": "b"}]}),
        update(artifact={"artifactId": "a", "parts": [{"text": 3}]}),
        update(artifact={"artifactId": 3, "parts": [{"text": "a"}]}),
        update(artifact={"artifactId": "a", "parts": "a"}),
        update(unknown=1),
    ],
)
def test_everything_else_is_left_to_the_sdk(result: dict[str, Any]) -> None:
    assert _piece(result) is None


def test_events_end_with_an_empty_line_however_lines_end() -> None:
    chunk = b": hello\r\ndata: 1\r\ndata: 2\r\n\r\nevent: error\ndata:3\n\ndata: cut off"
    assert _events(chunk) == [("message", "1\n2"), ("error", "3")]
