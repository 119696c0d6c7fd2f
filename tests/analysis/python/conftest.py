"""A conversation about sales."""

from pathlib import Path

import pytest

from tests.analysis.python.code import SALES, Conversation, conversation


@pytest.fixture
def sales(tmp_path: Path) -> Conversation:
    """Return a conversation with one small table."""
    return conversation(tmp_path, sales=SALES)
