"""Passwords: argon2id hashes (RFC 9106), each computed in a thread, few at once."""

import asyncio
import secrets
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from cherry_reflex.core.errors import BadInput

if TYPE_CHECKING:
    from argon2 import PasswordHasher

CHARS_MIN = 10
BYTES_MAX = 1024
AT_ONCE = 2
"""Hashes computed at once: each takes 64 MB and a processor for some 50 ms."""


class Passwords:
    """Makes hashes and compares passwords with them."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """Return a hash. Raises BadInput `password_short`, `password_long`."""
        if len(password) < CHARS_MIN:
            raise BadInput("password_short", chars=CHARS_MIN)
        if len(password.encode()) > BYTES_MAX:
            raise BadInput("password_long", bytes=BYTES_MAX)
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _same(password))

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Say whether a password is the one of a hash. Without a hash (nobody has that name) it
        takes as long, and fits never."""
        from argon2.exceptions import InvalidHashError, VerificationError

        def compare() -> bool:
            try:
                return self._hasher.verify(hashed or self._nobody, _same(password))
            except (VerificationError, InvalidHashError):
                return False

        if len(password.encode()) > BYTES_MAX:
            password = ""
        async with self._turns:
            return await asyncio.to_thread(compare) and hashed is not None

    def is_old(self, hashed: str) -> bool:
        """Say whether a hash was made with weaker parameters than are usual now."""
        return self._hasher.check_needs_rehash(hashed)

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_hex())


def _same(password: str) -> str:
    # Hangul is typed composed on one system and decomposed on another.
    return unicodedata.normalize("NFKC", password)
