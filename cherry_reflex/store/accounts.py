"""Accounts and what lets them in, kept in the database."""

import time
import unicodedata
from collections.abc import Callable
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, delete, insert, update
from sqlmodel import Session, col, select

from cherry_reflex.core.errors import BadInput, Conflict, NotFound
from cherry_reflex.core.ids import LOCAL_OWNER, new_id
from cherry_reflex.store.database import Database
from cherry_reflex.store.schema import AccountRow, AccountsVersionRow, ConversationRow, SessionRow

T = TypeVar("T")

NAME_CHARS_MAX = 64


class Account(BaseModel):
    """A person who may sign in. `id` owns their conversations."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    operator: bool = False
    created_at: float
    revoked_at: float | None = None


class StoredSession(BaseModel):
    """A session or token as it is kept: `digest` is the SHA-256 of its secret, in hexadecimal.
    `expires_at` (Unix time) is None for one that ends only when it is taken back."""

    model_config = ConfigDict(frozen=True)

    digest: str
    account_id: str
    kind: Literal["session", "token"]
    created_at: float
    expires_at: float | None = None


class Accounts:
    """The repository. Changes made by a command count the version up, by which a running server
    notices them; what the server changes itself it knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, password: str, *, operator: bool = False) -> Account:
        """Make an account; `password` is a hash. Raises BadInput `account_name`, Conflict
        `account_exists`."""
        shown = unicodedata.normalize("NFC", name).strip()
        if not 0 < len(shown) <= NAME_CHARS_MAX or not shown.isprintable():
            raise BadInput("account_name", limit=NAME_CHARS_MAX)
        row = AccountRow(
            id=new_id(),
            key=name_key(shown),
            name=shown,
            password=password,
            operator=operator,
            created_at=time.time(),
        )
        values = row.model_dump()

        def change(connection: Connection) -> None:
            taken = select(AccountRow.id).where(AccountRow.key == row.key)
            if connection.execute(taken).first() is not None:
                raise Conflict("account_exists", name=shown)
            connection.execute(insert(AccountRow), [values])

        await self._change(change)
        return _account(row)

    async def named(self, name: str) -> tuple[Account, str]:
        """Return an account and its password's hash. Raises NotFound `account_unknown`."""

        def query(session: Session) -> tuple[Account, str]:
            statement = select(AccountRow).where(AccountRow.key == name_key(name))
            row = session.exec(statement).first()
            if row is None:
                raise NotFound("account_unknown", name=name[:NAME_CHARS_MAX])
            return _account(row), row.password

        return await self._database.read(query)

    async def all(self) -> list[Account]:
        """Return every account, by name."""

        def query(session: Session) -> list[Account]:
            rows = session.exec(select(AccountRow).order_by(col(AccountRow.key)))
            return [_account(row) for row in rows]

        return await self._database.read(query)

    async def sessions(self) -> list[StoredSession]:
        """Return every session and token."""

        def query(session: Session) -> list[StoredSession]:
            rows = session.exec(select(SessionRow))
            return [StoredSession.model_validate(row.model_dump()) for row in rows]

        return await self._database.read(query)

    async def set_password(self, account_id: str, password: str) -> None:
        """Keep another hash, and end every session of the account."""

        def change(connection: Connection) -> None:
            _set(connection, account_id, password=password)
            _end(connection, account_id, "session")

        await self._change(change)

    async def change_password(
        self, account_id: str, before: str, password: str, session: str
    ) -> bool:
        """Keep another hash in place of `before`, and end every other session of the account than
        the one with the digest `session`. Says whether `before` was still the hash."""

        def change(connection: Connection) -> bool:
            found = connection.execute(
                update(AccountRow)
                .where(col(AccountRow.id) == account_id, col(AccountRow.password) == before)
                .values(password=password)
            )
            if found.rowcount:
                _end(connection, account_id, "session", but=session)
            return bool(found.rowcount)

        return await self._change(change)

    async def rehash(self, account_id: str, password: str) -> None:
        """Keep a newer hash of the same password."""
        await self._database.write(
            lambda connection: _set(connection, account_id, password=password)
        )

    async def revoke(self, account_id: str) -> None:
        """Shut an account out and end its sessions and tokens. Its conversations stay."""

        def change(connection: Connection) -> None:
            _set(connection, account_id, revoked_at=time.time())
            _end(connection, account_id, "session", "token")

        await self._change(change)

    async def restore(self, account_id: str) -> None:
        """Let a revoked account in again."""
        await self._change(lambda connection: _set(connection, account_id, revoked_at=None))

    async def set_operator(self, account_id: str, operator: bool) -> None:
        """Say whether an account may change what everybody works with."""
        await self._change(lambda connection: _set(connection, account_id, operator=operator))

    async def keep(self, kept: StoredSession, *, counted: bool = False) -> None:
        """Keep a session or token; `counted` lets a running server notice it."""
        values = SessionRow.model_validate(kept.model_dump()).model_dump()

        def change(connection: Connection) -> None:
            connection.execute(insert(SessionRow), [values])

        await (self._change(change) if counted else self._database.write(change))

    async def renew(self, digest: str, expires_at: float) -> None:
        """Let a session live longer."""
        await self._database.write(
            lambda connection: connection.execute(
                update(SessionRow)
                .where(col(SessionRow.digest) == digest)
                .values(expires_at=expires_at)
            ),
            durable=False,
        )

    async def end(self, digests: list[str]) -> None:
        """Forget sessions."""
        await self._database.write(
            lambda connection: connection.execute(
                delete(SessionRow).where(col(SessionRow.digest).in_(digests))
            )
        )

    async def end_tokens(self, account_id: str) -> None:
        """Forget an account's tokens."""
        await self._change(lambda connection: _end(connection, account_id, "token"))

    async def adopt(self, account_id: str) -> int:
        """Give the conversations that were made without login to an account; return how many."""

        def change(connection: Connection) -> int:
            return connection.execute(
                update(ConversationRow)
                .where(col(ConversationRow.owner) == LOCAL_OWNER)
                .values(owner=account_id)
            ).rowcount

        return await self._change(change)

    async def version(self) -> int:
        """Return the number of changes made by commands."""

        def query(session: Session) -> int:
            row = session.get(AccountsVersionRow, 1)
            return 0 if row is None else row.version

        return await self._database.read(query)

    async def _change(self, change: Callable[[Connection], T]) -> T:
        def counted(connection: Connection) -> T:
            done = change(connection)
            count = update(AccountsVersionRow).values(version=col(AccountsVersionRow.version) + 1)
            if not connection.execute(count).rowcount:
                connection.execute(insert(AccountsVersionRow), [{"id": 1, "version": 1}])
            return done

        return await self._database.write(counted)


def name_key(name: str) -> str:
    """Return a name as names are compared: not by case, nor by how Hangul is composed."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _account(row: AccountRow) -> Account:
    return Account.model_validate(row.model_dump(exclude={"key", "password"}))


def _set(connection: Connection, account_id: str, **values: object) -> None:
    connection.execute(update(AccountRow).where(col(AccountRow.id) == account_id).values(**values))


def _end(connection: Connection, account_id: str, *kinds: str, but: str = "") -> None:
    connection.execute(
        delete(SessionRow).where(
            col(SessionRow.account_id) == account_id,
            col(SessionRow.kind).in_(kinds),
            col(SessionRow.digest) != but,
        )
    )
