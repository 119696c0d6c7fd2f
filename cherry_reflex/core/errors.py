"""One error tree. Adapters map foreign errors to it at their own seam; the page translates `code`.

CherryError
├── BadInput          what the person (or the model) gave cannot be used; says why
├── NotFound          no such thing, or not this person's
├── Conflict          not now: another thing is under way
├── LimitExceeded     larger, longer or more than allowed
├── SignInNeeded      nobody is signed in, or with the wrong name or password
├── NotAllowed        signed in, but this is for others
├── TooOften          tried too often; not again for a while
├── Unavailable       a model, agent or tool cannot be reached
├── WorkerFailed      an agent or tool answered with a failure
├── ProtocolBroken    the other side broke its protocol
└── SettingsWrong     an unknown or wrong setting; refuses to start
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

_RENAMED = {
    "scene_empty": "chart_empty",
    "scene_constant": "chart_constant",
    "scene_same": "chart_same",
    "scene_numbers": "chart_numbers",
    "scene_levels": "chart_levels",
    "scene_negative": "chart_size_negative",
    "scene_zero": "chart_zero",
    "scene_regions": "chart_regions",
    "scene_regions_twice": "chart_regions_twice",
    "scene_degrees": "chart_degrees",
    "scene_frames": "chart_frames",
    "craft_empty_table": "table_empty_left",
    "xlsx_far_cell": "xlsx_far_value",
    "addition_unknown": "added_unknown",
}
"""Codes as logs have them that were written before they were renamed."""


class Failure(BaseModel):
    """What went wrong, as a value that can be stored and translated.

    `code` is a key of the i18n catalogue (`error.<code>`), `params` fills its template, `detail`
    is the raw cause for a reader who wants it (never a secret, at most 2,000 characters).
    """

    model_config = ConfigDict(frozen=True)

    code: str
    params: dict[str, Any] = {}
    detail: str = ""

    @field_validator("code")
    @classmethod
    def _present(cls, code: str) -> str:
        return _RENAMED.get(code, code)


class CherryError(Exception):
    """The root. `code` is a key of the i18n catalogue, `params` fills its template."""

    def __init__(self, code: str, detail: str = "", **params: Any) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail[:2000]
        self.params = params

    def failure(self) -> Failure:
        """Return this error as a value."""
        return Failure(code=self.code, params=self.params, detail=self.detail)


class BadInput(CherryError):
    """What was given cannot be used."""


class NotFound(CherryError):
    """No such thing, or it belongs to somebody else."""


class Conflict(CherryError):
    """Not possible now, because another thing is under way."""


class LimitExceeded(CherryError):
    """Larger, longer or more than allowed."""


class SignInNeeded(CherryError):
    """Nobody is signed in, or name and password do not fit."""


class NotAllowed(CherryError):
    """This person may not do that."""


class TooOften(CherryError):
    """Tried too often; `seconds` says when the next attempt counts."""


class Unavailable(CherryError):
    """A model, agent or tool cannot be reached."""


class WorkerFailed(CherryError):
    """An agent or a tool answered with a failure."""


class ProtocolBroken(CherryError):
    """The other side broke its protocol."""


class SettingsWrong(CherryError):
    """An unknown or wrong setting."""
