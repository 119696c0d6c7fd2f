"""The server of scripted agents, for every test here."""

from tests.doubles.worker_calls import connect, settings

__all__ = ["connect", "settings"]
