"""What the API answers with, besides the values of `core`."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.column import ColumnType
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.run_view import RunView


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Account(_Value):
    """Who is signed in."""

    name: str


class Session(_Value):
    """Whether the server wants people to sign in, who did, and whether they operate it."""

    login: bool
    operator: bool
    account: Account | None


class Sample(_Value):
    """Sample data that ships with the server; `title` and `description` by language."""

    name: str
    language: str
    filename: str
    title: dict[str, str]
    description: dict[str, str]


class ConversationSummary(_Value):
    """A conversation as lists show it; times are Unix seconds. `live`: a run of it is under way."""

    id: str
    title: str
    created_at: float
    updated_at: float
    pinned: bool = False
    live: bool = False


class Upload(_Value):
    """A dataset of a conversation, and when it came (`at` in Unix seconds)."""

    seq: int
    at: float
    dataset: Dataset


class ConversationView(_Value):
    """A conversation as it stands: its newest runs, oldest first, and the datasets that came with
    them; `more` says that there are older ones."""

    conversation: ConversationSummary
    uploads: tuple[Upload, ...]
    runs: tuple[RunView, ...]
    seq: int
    more: bool


class RowsColumn(_Value):
    """A column of a page of rows."""

    name: str
    type: ColumnType


class Rows(_Value):
    """Some rows of a table that has `total`. Dates are ISO texts, NaN is None, integers beyond 2^53
    are texts, long texts are cut."""

    columns: tuple[RowsColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int
