"""How far a local model is on its way to its first answer."""

from dataclasses import dataclass
from typing import Literal

from cherry_reflex.core.language import Language
from cherry_reflex.i18n import catalogue

Stage = Literal["downloading", "loading"]


@dataclass(frozen=True)
class Preparing:
    """What is done now, and how much of it, in bytes; `total_bytes` is 0 where nobody knows."""

    model: str
    stage: Stage
    done_bytes: int = 0
    total_bytes: int = 0

    def sentence(self, language: Language) -> str:
        """Return it for people."""
        return catalogue.text(
            f"status.model_{self.stage}",
            language,
            model=self.model,
            done=min(self.done_bytes, self.total_bytes or self.done_bytes),
            total=self.total_bytes,
        )
