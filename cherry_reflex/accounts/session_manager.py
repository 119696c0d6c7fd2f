"""Who is let in: every valid session and token in memory, so that a check costs no database read.

What commands change (`scripts/account`) is noticed within `LOOK_S`.
"""

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Self

import structlog

from cherry_reflex.accounts.attempts import Attempts
from cherry_reflex.accounts.password import Passwords
from cherry_reflex.accounts.ticket import Tickets
from cherry_reflex.core.errors import BadInput, CherryError, NotFound, SignInNeeded
from cherry_reflex.store.accounts import Account, Accounts, StoredSession, name_key

_log = structlog.get_logger(__name__)

LOOK_S = 0.3
"""Between two looks for changes that commands have made."""

RENEW_PART = 0.05
"""A session that is used is renewed when this part of its life is over."""

TABS_MAX = 20_000
SESSIONS_MAX = 50
"""Sessions of one account; the oldest end first."""


@dataclass(eq=False)
class Session:
    """A session or token that is valid while `live`. Whoever uses it leaves in `cuts` what ends
    that use."""

    digest: str
    account: Account
    kind: Literal["session", "token"]
    created_at: float
    expires_at: float | None
    live: bool = True
    cuts: set[Callable[[], None]] = field(default_factory=set)


class SessionManager:
    """Signs people in and out. Use as an async context manager; `life_s` is how long an unused
    session is valid."""

    def __init__(
        self, accounts: Accounts, life_s: float, clock: Callable[[], float] = time.time
    ) -> None:
        self.tickets = Tickets()
        self.life_s = life_s
        self._accounts = accounts
        self._clock = clock
        self._passwords = Passwords()
        self._attempts = Attempts()
        self._sessions: dict[str, Session] = {}
        self._ended: set[str] = set()
        self._active: dict[str, Account] = {}
        self._tabs: OrderedDict[str, str] = OrderedDict()
        self._version = -1
        self._looking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.look()
        self._looking = asyncio.create_task(self._look_on(), name="sessions")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    def find(self, secret: str) -> Session | None:
        """Return the valid session that a cookie or bearer token stands for."""
        found = self._sessions.get(_digest(secret))
        if found is None or self._is_over(found):
            return None
        return found

    def is_active(self, account_id: str) -> bool:
        """Say whether an account exists and is not revoked."""
        return account_id in self._active

    async def sign_in(self, name: str, password: str, address: str) -> tuple[str, Session]:
        """Return the secret of a new session, and the session.

        Raises SignInNeeded `sign_in_wrong` (the same for an unknown name, a wrong password and a
        revoked account) and TooOften `sign_in_later`.
        """
        key = name_key(name)
        self._attempts.begin(key, address)
        account, hashed = await self._known(name)
        right = await self._passwords.fits(hashed, password)
        if not right or account is None or hashed is None or account.revoked_at is not None:
            _log.warning("sign_in_refused", address=address)
            raise SignInNeeded("sign_in_wrong")
        self._attempts.succeeded(key, address)
        secret, now = secrets.token_urlsafe(32), self._clock()
        kept = StoredSession(
            digest=_digest(secret),
            account_id=account.id,
            kind="session",
            created_at=now,
            expires_at=now + self.life_s,
        )
        await self._accounts.keep(kept)
        # Revoked, or given another password, while the password was compared?
        if await self._known(name) != (account, hashed):
            await self._accounts.end([kept.digest])
            raise SignInNeeded("sign_in_wrong")
        self._active.setdefault(account.id, account)
        made = self._sessions[kept.digest] = _session(kept, account)
        # And if just now: the next look reads everything.
        self._version = -1
        await self._end_oldest(account.id)
        if self._passwords.is_old(hashed):
            await self._accounts.rehash(account.id, await self._passwords.hashed(password))
        return secret, made

    async def change_password(self, given: Session, password: str, new: str, address: str) -> None:
        """Give the account of a session another password, and end its other sessions.

        Raises BadInput `password_wrong` (it is not the one so far), `password_short`,
        `password_long`, and TooOften `sign_in_later`.
        """
        key = name_key(given.account.name)
        self._attempts.begin(key, address)
        account, hashed = await self._known(given.account.name)
        if hashed is None or account is None or not await self._passwords.fits(hashed, password):
            raise BadInput("password_wrong")
        self._attempts.succeeded(key, address)
        fresh = await self._passwords.hashed(new)
        if not await self._accounts.change_password(account.id, hashed, fresh, given.digest):
            raise BadInput("password_wrong")
        for one in list(self._sessions.values()):
            if one.account.id == account.id and one.kind == "session" and one is not given:
                self._end_for_good(one)
        self._version = -1

    async def sign_out(self, given: Session) -> None:
        """End a session and everything that it has open."""
        self._end_for_good(given)
        await self._accounts.end([given.digest])

    async def renew(self, given: Session) -> bool:
        """Let a session that is used live on; says whether its cookie must be set again."""
        now = self._clock()
        if given.kind != "session" or given.expires_at is None or not given.live:
            return False
        if given.expires_at - now > self.life_s * (1 - RENEW_PART):
            return False
        given.expires_at = now + self.life_s
        await self._accounts.renew(given.digest, given.expires_at)
        return True

    def bind(self, tab: str, account_id: str) -> bool:
        """Say whether a tab (Reflex's client token) is this account's; a new one becomes it."""
        owner = self._tabs.setdefault(tab, account_id)
        self._tabs.move_to_end(tab)
        while len(self._tabs) > TABS_MAX:
            self._tabs.popitem(last=False)
        return owner == account_id

    async def look(self) -> None:
        """Take over what commands have changed, and end what is over."""
        for over in [one for one in self._sessions.values() if self._is_over(one)]:
            self._end(over)
        version = await self._accounts.version()
        if version == self._version:
            return
        # One that is made while these are read is not among them, and not ended for that.
        before = list(self._sessions.values())
        active = {one.id: one for one in await self._accounts.all() if one.revoked_at is None}
        kept = {one.digest: one for one in await self._accounts.sessions()}
        for earlier in before:
            account = active.get(earlier.account.id)
            if account is None or earlier.digest not in kept:
                self._end(earlier)
            else:
                earlier.account = account
        for one in kept.values():
            known = one.digest in self._sessions or one.digest in self._ended
            if one.account_id in active and not known:
                made = _session(one, active[one.account_id])
                if not self._is_over(made):
                    self._sessions[one.digest] = made
        self._ended &= kept.keys()
        self._active, self._version = active, version

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except CherryError as error:
                _log.warning("accounts_unread", code=error.code)

    async def _known(self, name: str) -> tuple[Account | None, str | None]:
        try:
            return await self._accounts.named(name)
        except NotFound:
            return None, None

    async def _end_oldest(self, account_id: str) -> None:
        mine = [
            one
            for one in self._sessions.values()
            if one.account.id == account_id and one.kind == "session"
        ]
        mine.sort(key=lambda one: one.created_at)
        over = mine[: max(0, len(mine) - SESSIONS_MAX)]
        for one in over:
            self._end_for_good(one)
        if over:
            await self._accounts.end([one.digest for one in over])

    def _is_over(self, given: Session) -> bool:
        return given.expires_at is not None and given.expires_at <= self._clock()

    def _end_for_good(self, given: Session) -> None:
        # A look that has read it before it leaves the database must not bring it back.
        self._ended.add(given.digest)
        self._end(given)

    def _end(self, given: Session) -> None:
        given.live = False
        self._sessions.pop(given.digest, None)
        for cut in list(given.cuts):
            cut()
        given.cuts.clear()


def new_token(account_id: str) -> tuple[str, StoredSession]:
    """Return the secret of a program's token, and what is kept of it."""
    secret = f"cherry_{secrets.token_urlsafe(32)}"
    kept = StoredSession(
        digest=_digest(secret), account_id=account_id, kind="token", created_at=time.time()
    )
    return secret, kept


def _session(kept: StoredSession, account: Account) -> Session:
    return Session(
        digest=kept.digest,
        account=account,
        kind=kept.kind,
        created_at=kept.created_at,
        expires_at=kept.expires_at,
    )


def _digest(secret: str) -> str:
    # The secret is 256 random bits: a plain hash of it cannot be turned back.
    return hashlib.sha256(secret.encode()).hexdigest()
