"""The tables. Times are Unix seconds; `body` columns hold JSON of the core value of that name."""

from sqlmodel import Field, SQLModel

SCHEMA_VERSION = 4
"""Kept in the database; a newer file than this program knows is refused, never damaged."""


STEPS = {
    1: (
        "ALTER TABLE run ADD COLUMN last_seq INTEGER",
        "UPDATE run SET last_seq = (SELECT max(seq) FROM event WHERE"
        " event.conversation_id = run.conversation_id AND event.run_id = run.id)"
        " WHERE state != 'live'",
        # Every write of a token paid for it.
        "DROP INDEX IF EXISTS event_by_run",
    ),
    2: (
        "INSERT INTO session SELECT digest, account_id, kind, created_at, expires_at FROM pass",
        "DROP TABLE pass",
    ),
    # Of 4 only the table of remembered words is new.
    3: (),
}
"""Statements that take a file of that version to the next. New tables are there already."""


class SchemaRow(SQLModel, table=True):
    """One row: the version of the schema."""

    __tablename__ = "schema_version"
    id: int = Field(default=1, primary_key=True)
    version: int


class ConversationRow(SQLModel, table=True):
    """A conversation. `deleted_at` is set while a deletion can be undone."""

    __tablename__ = "conversation"
    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    title: str = ""
    pinned: bool = False
    created_at: float
    updated_at: float = Field(index=True)
    deleted_at: float | None = None


class RunRow(SQLModel, table=True):
    """A run: what is needed to list, search and recover it without reading its events."""

    __tablename__ = "run"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(index=True, foreign_key="conversation.id")
    question: str
    summary: str = ""
    state: str = Field(default="live", index=True)
    first_seq: int = 0
    last_seq: int | None = None
    """Of its end; None while it is live. Its events lie between the two."""
    created_at: float
    ended_at: float | None = None


class EventRow(SQLModel, table=True):
    """One record of the log. `seq` grows by one through a conversation."""

    __tablename__ = "event"
    conversation_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    run_id: str
    at: float
    type: str
    body: str


class DatasetRow(SQLModel, table=True):
    """A dataset of a conversation; its Parquet file is `path`, relative to the data folder."""

    __tablename__ = "dataset"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(index=True, foreign_key="conversation.id")
    seq: int
    path: str
    sha256: str = ""
    """Of the uploaded file; empty for derived datasets."""
    body: str
    created_at: float


class ArtifactRow(SQLModel, table=True):
    """An artifact of a run; its bytes are in the file `path`, relative to the data folder."""

    __tablename__ = "artifact"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(index=True, foreign_key="conversation.id")
    run_id: str
    step: str
    path: str
    body: str
    created_at: float


class RememberedWordRow(SQLModel, table=True):
    """What a word means in a dataset, as a person has chosen: a column. Derived datasets have it
    from those that they were made of."""

    __tablename__ = "remembered_word"
    dataset_id: str = Field(primary_key=True, foreign_key="dataset.id")
    word: str = Field(primary_key=True)
    """In lower case, with single spaces."""
    conversation_id: str = Field(index=True, foreign_key="conversation.id")
    column: str
    at: float


class FeedbackRow(SQLModel, table=True):
    """How a person found the answer of a run. `value` is `up` or `down`."""

    __tablename__ = "feedback"
    run_id: str = Field(primary_key=True, foreign_key="run.id")
    conversation_id: str = Field(index=True, foreign_key="conversation.id")
    value: str
    note: str = ""
    at: float


class AccountRow(SQLModel, table=True):
    """A person who may sign in, until `revoked_at`. `key` is the name as it is compared."""

    __tablename__ = "account"
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    name: str
    password: str
    """An argon2id hash."""
    operator: bool = False
    created_at: float
    revoked_at: float | None = None


class SessionRow(SQLModel, table=True):
    """What lets an account in: a browser's session (`kind` session) or a program's token. Only the
    SHA-256 of the secret is kept."""

    __tablename__ = "session"
    digest: str = Field(primary_key=True)
    account_id: str = Field(index=True, foreign_key="account.id")
    kind: str
    created_at: float
    expires_at: float | None = None


class AccountsVersionRow(SQLModel, table=True):
    """One row, counted up by every change that the server did not make itself."""

    __tablename__ = "accounts_version"
    id: int = Field(default=1, primary_key=True)
    version: int = 0
