"""Structured logs: one JSON object a line on standard error, without secrets."""

import logging
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_NAMES = ("api_key", "authorization", "password", "secret", "token", "cookie")
_HIDDEN = "[hidden]"


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Send the logs of CherryAI and of its libraries to standard error as JSON lines.

    `secrets` are values that must never be written; values under telling names are hidden too.
    """
    hide = _Hide(tuple(secret for secret in secrets if len(secret) >= 4))
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in (
        "httpx",
        "httpx2",
        "httpcore",
        "mcp",
        "asyncio",
        "socketio",
        "engineio",
        "uvicorn",
    ):
        logging.getLogger(noisy).setLevel(max(root.level, logging.WARNING))


class _Hide:
    """A structlog processor that replaces secrets, by name and by value."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        for name, value in list(event.items()):
            if any(word in name.lower() for word in _SECRET_NAMES):
                event[name] = _HIDDEN
            elif isinstance(value, str):
                for secret in self._secrets:
                    value = value.replace(secret, _HIDDEN)
                event[name] = value
        return event
