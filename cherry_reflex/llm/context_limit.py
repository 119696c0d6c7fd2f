"""How servers of models say that a request is too long for the context, and what they tell of it.

There is no standard: some have a code, some fields of their own, most a sentence. Known are OpenAI,
Azure, Anthropic, Bedrock, Google, Mistral, Groq, Cerebras, xAI, Moonshot, Alibaba, Zhipu, MiniMax,
DeepSeek, Cohere, Fireworks, GitHub, OpenRouter, LiteLLM, vLLM, SGLang, TGI, llama.cpp and its
Python server, LM Studio, Ollama and TabbyAPI.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_READ_CHARS = 20_000
_CODES = {
    "context_length_exceeded",
    "exceed_context_size_error",
    "model_max_prompt_tokens_exceeded",
    "request_too_large",
    "string_above_max_length",
    "3051",  # Mistral
    "1261",  # Zhipu
}
_LIMIT_FIELDS = ("n_ctx", "max_model_len", "context_length", "limit_tokens")
_PROMPT_FIELDS = ("n_prompt_tokens", "prompt_tokens", "input_tokens")

_N = r"([\d,_]+)"
_SENTENCES = tuple(
    re.compile(sentence, re.IGNORECASE | re.DOTALL)
    for sentence in (
        # OpenAI, Azure, vLLM, DeepSeek, OpenRouter, SGLang
        rf"maximum context length (?:is|of)(?: only)? (?P<limit>{_N})",
        rf"passed (?P<prompt>{_N}) input tokens.{{0,120}}context length is only (?P<limit>{_N})",
        rf"prompt \(length (?P<prompt>{_N})\) is longer than the maximum model length of "
        rf"(?P<limit>{_N})",
        rf"input \((?P<prompt>{_N}) tokens\) is longer than the model's context length "
        rf"\((?P<limit>{_N})",
        r"exceeds the context window",
        r"exceeds? (?:the )?(?:model'?s? )?(?:maximum )?context (?:length|window|size)",
        # OpenAI and Groq, of what may be sent in one minute: waiting does not help either
        rf"request too large for .{{0,300}}limit (?P<limit>{_N}), requested (?P<prompt>{_N})",
        # llama.cpp, and its Python server
        rf"request \((?P<prompt>{_N}) tokens\) exceeds the available context size "
        rf"\((?P<limit>{_N})",
        r"exceeds the available context size",
        rf"requested tokens \((?P<prompt>{_N})\) exceed context window of (?P<limit>{_N})",
        # LM Studio
        rf"keep the first (?P<prompt>{_N}) tokens when .{{0,60}}context length of only "
        rf"(?P<limit>{_N})",
        rf"tokens to keep from the initial prompt is greater than the context length"
        rf"(?: \(n_keep: (?P<prompt>{_N})\s*>=\s*n_ctx: (?P<limit>{_N})\))?",
        rf"reached context length of (?P<limit>{_N}) tokens",
        # TGI, Together
        rf"`?inputs`? tokens \+ `?max_new_tokens`? must be <= (?P<limit>{_N})"
        rf"(?:\. Given: (?P<prompt>{_N}))?",
        rf"`?inputs`? must have less than (?P<limit>{_N}) tokens(?:\. Given: (?P<prompt>{_N}))?",
        # Anthropic, Fireworks
        rf"prompt is too long(?:: (?P<prompt>{_N}) tokens > (?P<limit>{_N}) maximum)?",
        rf"prompt is too long: (?P<prompt>{_N}), model maximum context length: (?P<limit>{_N})",
        rf"exceed context limit: (?P<prompt>{_N}) \+ {_N} > (?P<limit>{_N})",
        # Bedrock
        r"input is too long for requested model",
        # Google
        rf"input token count(?: \((?P<prompt>{_N})\))? exceeds the maximum number of tokens "
        rf"allowed \(?(?P<limit>{_N})?",
        # Mistral
        rf"prompt contains (?P<prompt>{_N}) tokens.{{0,80}}too large for model with "
        rf"(?P<limit>{_N})",
        # Groq, Cerebras
        r"reduce the length of the (?:input )?messages(?: or completion)?"
        rf"(?:\. Current length is (?P<prompt>{_N}) while limit is (?P<limit>{_N}))?",
        # xAI
        rf"maximum prompt length is (?P<limit>{_N}) but the request contains (?P<prompt>{_N})",
        # GitHub
        rf"prompt token count of (?P<prompt>{_N}) exceeds the limit of (?P<limit>{_N})",
        # Moonshot
        rf"exceeded model token limit: (?P<limit>{_N})(?: \(requested: (?P<prompt>{_N})\))?",
        # Alibaba, Zhipu, MiniMax
        rf"range of input length should be \[\d+, (?P<limit>{_N})\]",
        r"prompt exceeds max length",
        r"context window exceeds limit",
        # Cohere
        rf"too many tokens: .{{0,120}}cannot exceed (?P<limit>{_N})",
        # Ollama, when it does not cut
        r"(?:input|prompt) (?:length )?exceeds (?:the |maximum )?context length",
        # TabbyAPI
        rf"length (?P<prompt>{_N}) is greater than max_seq_len (?P<limit>{_N})",
    )
)
_SENT = re.compile(
    rf"(?:resulted in|requested(?: about| a total of)?|request has) (?P<all>{_N})(?: input)? tokens"
    rf"(?: \((?P<prompt>{_N}) (?:in (?:the|your) (?:messages|prompt)|of text input))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ContextLimit:
    """A request was too long. In tokens, None where the server did not tell: the `limit` of the
    context, and how long the `prompt` was."""

    limit: int | None = None
    prompt: int | None = None

    def params(self) -> dict[str, int]:
        """Return what is known, as parameters of an error."""
        known = {"limit_tokens": self.limit, "prompt_tokens": self.prompt}
        return {name: value for name, value in known.items() if value}


def context_limit(body: object, message: str = "") -> ContextLimit | None:
    """Return what a refusal says of the context: `body` as it was sent (an object of JSON, or its
    text), `message` as the client library words it. None when it is about something else."""
    objects = list(_objects(body, 0))
    texts = [message, *(text for found in objects for text in _texts(found))]
    read = [text[:_READ_CHARS] for text in texts if text]
    matches = [match for text in read for one in _SENTENCES if (match := one.search(text))]
    is_coded = any(
        str(found.get(field)) in _CODES for found in objects for field in ("code", "type")
    )
    if not (matches or is_coded):
        return None
    limit = _field(objects, _LIMIT_FIELDS) or _group(matches, "limit")
    prompt = _field(objects, _PROMPT_FIELDS) or _group(matches, "prompt")
    if prompt is None:
        sent = [match for text in read if (match := _SENT.search(text))]
        prompt = _group(sent, "prompt") or _group(sent, "all")
    return ContextLimit(limit, prompt)


def _objects(body: object, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects in a body, errors that gateways hand on as a text of JSON among them."""
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if isinstance(body, str):
        try:
            parsed = json.loads(body) if body.lstrip()[:1] in ("{", "[") else None
        except ValueError:
            parsed = None
        if parsed is None:
            yield {"message": body}
            return
        body = parsed
    if depth > 4:
        return
    if isinstance(body, list):
        for part in body[:20]:
            yield from _objects(part, depth + 1)
    elif isinstance(body, dict):
        yield body
        for name in ("error", "detail", "details", "message", "metadata", "raw"):
            if isinstance(body.get(name), dict | list | str):
                yield from _objects(body[name], depth + 1)


def _texts(found: dict[str, Any]) -> list[str]:
    fields = ("message", "error", "detail", "msg", "raw")
    return [value for field in fields if isinstance(value := found.get(field), str)]


def _field(objects: list[dict[str, Any]], names: tuple[str, ...]) -> int | None:
    values = (found.get(name) for found in objects for name in names)
    whole = (v for v in values if isinstance(v, int) and not isinstance(v, bool) and v > 0)
    return next(whole, None)


def _group(matches: list[re.Match[str]], name: str) -> int | None:
    found = (re.sub(r"[,_]", "", match.groupdict().get(name) or "") for match in matches)
    return next((int(digits) for digits in found if digits), None)
