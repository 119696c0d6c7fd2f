"""The server of scripted agents, and a sandbox with ordinary settings."""

from tests.datasets.conftest import sandbox
from tests.doubles.worker_calls import connect, settings

__all__ = ["connect", "sandbox", "settings"]
