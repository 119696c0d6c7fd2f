"""Who is let in, until when, and what ends with it."""

import asyncio
from functools import partial

import pytest

from cherry_reflex.accounts.password import Passwords
from cherry_reflex.accounts.session_manager import LOOK_S, SESSIONS_MAX, SessionManager, new_token
from cherry_reflex.core.errors import BadInput, SignInNeeded, TooOften
from cherry_reflex.store.accounts import Account, Accounts, StoredSession
from tests.accounts.conftest import PASSWORD, Clock


async def test_a_session_is_found_by_its_secret_and_kept_as_a_hash(
    sessions: SessionManager, accounts: Accounts, minji: Account
) -> None:
    secret, made = await sessions.sign_in("민지 ", PASSWORD, "10.0.0.1")
    assert len(secret) >= 43, "256 bits"
    assert sessions.find(secret) is made
    assert made.account == minji
    (kept,) = await accounts.sessions()
    assert secret not in kept.model_dump_json()
    assert sessions.find(kept.digest) is None, "the hash alone lets nobody in"
    other, _ = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    assert other != secret


async def test_unknown_wrong_and_revoked_are_the_same(
    sessions: SessionManager, accounts: Accounts, minji: Account
) -> None:
    await accounts.add("tom", await Passwords().hashed(PASSWORD))
    await accounts.revoke((await accounts.named("tom"))[0].id)
    said = set()
    for name, password in (("nobody", PASSWORD), ("민지", "wrong password"), ("tom", PASSWORD)):
        with pytest.raises(SignInNeeded) as refused:
            await sessions.sign_in(name, password, "10.0.0.1")
        said.add((str(refused.value), str(refused.value.params)))
    assert len(said) == 1


async def test_guesses_at_once_are_not_all_free(sessions: SessionManager, minji: Account) -> None:
    tries = [sessions.sign_in("민지", f"guess {n}", "10.0.0.1") for n in range(20)]
    said = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, TooOften) for one in said) == 15
    await sessions.sign_in("민지", PASSWORD, "10.0.0.2")


async def test_an_unused_session_ends_and_a_used_one_lives_on(
    sessions: SessionManager, accounts: Accounts, clock: Clock
) -> None:
    secret, made = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    assert not await sessions.renew(made), "fresh"
    clock.now += 50
    assert await sessions.renew(made)
    clock.now += 99
    assert sessions.find(secret) is made
    (kept,) = await accounts.sessions()
    assert kept.expires_at == made.expires_at
    cuts = []
    made.cuts.add(lambda: cuts.append("cut"))
    clock.now += 1
    assert sessions.find(secret) is None
    await sessions.look()
    assert (cuts, made.live) == (["cut"], False)


async def test_signing_out_ends_that_session_and_what_it_has_open(sessions: SessionManager) -> None:
    secret, made = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    other, _ = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    cuts = []
    made.cuts.add(lambda: cuts.append("cut"))
    await sessions.sign_out(made)
    assert (cuts, sessions.find(secret)) == (["cut"], None)
    assert sessions.find(other) is not None


@pytest.mark.parametrize("how", ["revoke", "passwd"])
async def test_a_command_ends_every_session(
    sessions: SessionManager, accounts: Accounts, minji: Account, how: str
) -> None:
    cuts: list[int] = []
    for number in range(3):
        _, made = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
        made.cuts.add(partial(cuts.append, number))
    if how == "revoke":
        await accounts.revoke(minji.id)
    else:
        await accounts.set_password(minji.id, await Passwords().hashed("another password"))
    await sessions.look()
    assert sorted(cuts) == [0, 1, 2]
    assert sessions.is_active(minji.id) is (how == "passwd")
    assert await accounts.sessions() == []


async def test_a_session_made_while_looking_stays(
    sessions: SessionManager, accounts: Accounts, minji: Account
) -> None:
    await accounts.set_operator(minji.id, True)
    looks = [asyncio.create_task(sessions.look()) for _ in range(3)]
    secret, made = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    await asyncio.gather(*looks)
    await sessions.look()
    assert sessions.find(secret) is made
    assert made.account.operator


async def test_a_session_that_ends_while_looking_does_not_come_back(
    sessions: SessionManager, accounts: Accounts, minji: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, made = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    read = accounts.sessions

    async def read_and_signed_out() -> list[StoredSession]:
        kept = await read()
        await sessions.sign_out(made)
        return kept

    with monkeypatch.context() as patch:
        patch.setattr(accounts, "sessions", read_and_signed_out)
        await sessions.look()
    assert sessions.find(secret) is None
    await sessions.look()
    assert sessions.find(secret) is None


async def test_sessions_outlive_the_server_and_tokens_have_no_end(
    sessions: SessionManager, accounts: Accounts, minji: Account, clock: Clock
) -> None:
    session, _ = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    token, kept = new_token(minji.id)
    await accounts.keep(kept, counted=True)
    again = SessionManager(accounts, 100.0, clock)
    await again.look()
    assert again.find(session) is not None
    clock.now += 1e9
    found = again.find(token)
    assert found is not None and found.kind == "token"
    await accounts.end_tokens(minji.id)
    await again.look()
    assert again.find(token) is None


async def test_the_oldest_of_too_many_sessions_end(
    sessions: SessionManager, accounts: Accounts, clock: Clock
) -> None:
    secrets = []
    for number in range(SESSIONS_MAX + 2):
        clock.now += 0.01
        secrets.append((await sessions.sign_in("민지", PASSWORD, f"10.0.0.{number}"))[0])
    valid = [sessions.find(secret) is not None for secret in secrets]
    assert valid == [False, False] + [True] * SESSIONS_MAX
    assert len(await accounts.sessions()) == SESSIONS_MAX


def test_a_tab_is_one_accounts(sessions: SessionManager) -> None:
    assert sessions.bind("tab", "a")
    assert sessions.bind("tab", "a")
    assert not sessions.bind("tab", "b")
    assert sessions.bind("other", "b")


async def test_a_command_is_noticed_within_a_second(accounts: Accounts, minji: Account) -> None:
    async with SessionManager(accounts, 100.0) as sessions:
        _, made = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
        gone = asyncio.Event()
        made.cuts.add(gone.set)
        await accounts.revoke(minji.id)
        async with asyncio.timeout(LOOK_S + 0.7):
            await gone.wait()


async def test_another_password_ends_the_other_sessions(
    sessions: SessionManager, accounts: Accounts, minji: Account
) -> None:
    secret, mine = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    other, elsewhere = await sessions.sign_in("민지", PASSWORD, "10.0.0.2")
    token, kept = new_token(minji.id)
    await accounts.keep(kept, counted=True)
    cuts = []
    elsewhere.cuts.add(lambda: cuts.append("cut"))
    with pytest.raises(BadInput, match="password_wrong"):
        await sessions.change_password(mine, "not it at all", "quite another one", "10.0.0.1")
    with pytest.raises(BadInput, match="password_short"):
        await sessions.change_password(mine, PASSWORD, "short", "10.0.0.1")
    assert cuts == [] and sessions.find(other) is elsewhere
    await sessions.change_password(mine, PASSWORD, "quite another one", "10.0.0.1")
    assert (cuts, sessions.find(other)) == (["cut"], None)
    await sessions.look()
    assert sessions.find(secret) is mine and mine.live
    assert sessions.find(token) is not None
    assert {one.kind for one in await accounts.sessions()} == {"session", "token"}
    with pytest.raises(SignInNeeded):
        await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    await sessions.sign_in("민지", "quite another one", "10.0.0.1")


async def test_guesses_at_the_password_so_far_have_to_wait(
    sessions: SessionManager, minji: Account
) -> None:
    _, mine = await sessions.sign_in("민지", PASSWORD, "10.0.0.1")
    for n in range(5):
        with pytest.raises(BadInput, match="password_wrong"):
            await sessions.change_password(mine, f"guess {n}", "quite another one", "10.0.0.1")
    with pytest.raises(TooOften):
        await sessions.change_password(mine, PASSWORD, "quite another one", "10.0.0.1")
