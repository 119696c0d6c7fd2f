from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cherry_reflex.accounts.password import Passwords
from cherry_reflex.accounts.session_manager import SessionManager
from cherry_reflex.store.accounts import Account, Accounts
from cherry_reflex.store.database import Database

PASSWORD = "correct horse battery"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path) as database:
        yield database


@pytest.fixture
async def accounts(database: Database) -> Accounts:
    return Accounts(database)


@pytest.fixture
async def minji(accounts: Accounts) -> Account:
    return await accounts.add("민지", await Passwords().hashed(PASSWORD))


@pytest.fixture
async def sessions(accounts: Accounts, minji: Account, clock: Clock) -> SessionManager:
    """Not watching: the test says when it looks."""
    sessions = SessionManager(accounts, 100.0, clock)
    await sessions.look()
    return sessions
