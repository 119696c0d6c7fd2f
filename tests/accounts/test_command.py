"""`scripts/account`, as an operator uses it: other processes, beside an open database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cherry_reflex.accounts.session_manager import SessionManager
from cherry_reflex.core.errors import SignInNeeded
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.store.accounts import Accounts
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database

ROOT = Path(__file__).resolve().parents[2]


def account(
    folder: Path, *arguments: str, given: str = "", language: str = "C.UTF-8"
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHERRY_")}
    return subprocess.run(
        [sys.executable, "-m", "cherry_reflex.accounts.command", *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**kept, "CHERRY_DATA_DIR": str(folder), "LC_ALL": language},
        timeout=60,
        check=False,
    )


async def test_an_account_from_its_making_to_its_end(database: Database, tmp_path: Path) -> None:
    made = account(tmp_path, "add", "민지", "--operator", given="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    sessions = SessionManager(Accounts(database), 100.0)
    await sessions.look()
    secret, found = await sessions.sign_in("민지", "correct horse battery", "10.0.0.1")
    assert found.account.operator
    listed = account(tmp_path, "list").stdout
    assert "민지" in listed and "operator" in listed
    assert "argon2" not in listed

    token = account(tmp_path, "token", "민지").stdout.strip()
    await sessions.look()
    assert sessions.find(token) is not None

    account(tmp_path, "operator", "민지", "no")
    await sessions.look()
    assert not found.account.operator

    changed = account(tmp_path, "passwd", "민지", given="another long password\n")
    assert changed.returncode == 0, changed.stderr
    await sessions.look()
    assert sessions.find(secret) is None
    secret, _ = await sessions.sign_in("민지", "another long password", "10.0.0.1")

    account(tmp_path, "revoke", "민지")
    await sessions.look()
    assert sessions.find(secret) is None
    assert sessions.find(token) is None
    with pytest.raises(SignInNeeded):
        await sessions.sign_in("민지", "another long password", "10.0.0.1")
    assert "revoked" in account(tmp_path, "list").stdout
    refused = account(tmp_path, "token", "민지")
    assert (refused.returncode, refused.stdout) == (1, "")

    account(tmp_path, "restore", "민지")
    await sessions.sign_in("민지", "another long password", "10.0.0.1")


async def test_conversations_from_before_are_adopted(database: Database, tmp_path: Path) -> None:
    conversations = Conversations(database)
    mine = await conversations.create(LOCAL_OWNER, "from before")
    theirs = await conversations.create("somebody", "theirs")
    account(tmp_path, "add", "tom", given="correct horse battery\n")
    assert account(tmp_path, "adopt", "tom").returncode == 0
    tom, _ = await Accounts(database).named("tom")
    assert [one.id for one in await conversations.find(tom.id)] == [mine.id]
    assert await conversations.find(LOCAL_OWNER) == []
    assert (await conversations.get("somebody", theirs.id)).title == "theirs"


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    def refused(*arguments: str, given: str = "") -> str:
        done = account(tmp_path, *arguments, given=given)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    account(tmp_path, "add", "Tom", given="correct horse battery\n")
    assert "already" in refused("add", "tom", given="correct horse battery\n")
    assert "at least 10" in refused("add", "x", given="short\n")
    assert "1 to 64" in refused("add", "a\tb", given="correct horse battery\n")
    assert "no account" in refused("revoke", "nobody")


def test_a_password_is_no_argument(tmp_path: Path) -> None:
    done = account(tmp_path, "add", "tom", "correct horse battery")
    assert done.returncode == 2
    assert "no account" in account(tmp_path, "list").stdout
