"""Logs are JSON lines and never show a secret."""

import json
import logging

import pytest
import structlog

from cherry_reflex.logs import configure


def test_secrets_are_hidden_by_name_and_value(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    try:
        configure("info", ["sk-very-secret"])
        structlog.get_logger("x").info("calling", url="http://h/?k=sk-very-secret", api_key="abc")
        logging.getLogger("lib").warning("header %s", "Bearer sk-very-secret")
    finally:
        logging.getLogger().handlers = before
        structlog.reset_defaults()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["calling", "header Bearer [hidden]"]
    assert lines[0]["url"] == "http://h/?k=[hidden]"
    assert lines[0]["api_key"] == "[hidden]"
