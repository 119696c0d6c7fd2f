"""What an operation needs from outside of the conversation, such as a database."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Outside(BaseModel):
    """What there is to be reached, found where the operator's settings are, and told only to the
    process that runs the operation."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    files: tuple[Path, ...] = ()
    """Files that it reads."""
    ports: tuple[int, ...] = ()
    """Ports of TCP that it connects to."""
    modules: tuple[str, ...] = ()
    """Modules that are imported before the process is locked: drivers."""
    secret: str = Field("", repr=False)
    """What only the operation itself reads, and may hold a password. It is never shown or kept."""
