"""What leaves for the language model: asked before where wanted, and reported to who asked us."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.events import DataSent
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.http.consent import Consent
from cherry_reflex.llm.addresses import base_url
from cherry_reflex.llm.resolve import where
from cherry_reflex.settings import LOOPBACK, Settings


class ModelSending:
    """One object serves all tasks of a process, so that a person is asked once a run."""

    def __init__(self, settings: Settings) -> None:
        self._to = f"{settings.llm_model} · {where(settings)}"
        self._here = is_here(settings)
        self._consent = Consent(asks=settings.ask_before_sending and not self._here)

    async def before(
        self, work: WorkerRequest, context: AgentContext, characters: int, columns: Sequence[str]
    ) -> None:
        """Call it before each request to the model: `characters` of the whole request, and the
        `columns` whose names or values are in it.

        Raises NotAllowed `sending_refused` when the person does not want it sent.
        """
        await self._consent.obtain(
            self._to,
            "model",
            conversation_id=work.conversation_id,
            run_id=work.run_id,
            language=work.language,
            ask=context.ask,
        )
        names = tuple(dict.fromkeys(columns))
        await context.sent(
            DataSent(
                to=self._to, kind="model", here=self._here, characters=characters, columns=names
            )
        )


def is_here(settings: Settings) -> bool:
    """Return whether the model of the settings runs on this machine."""
    if settings.llm_provider == "local":
        return True
    host = urlsplit(base_url(settings)).hostname or ""
    return host in LOOPBACK or host.startswith("127.")
