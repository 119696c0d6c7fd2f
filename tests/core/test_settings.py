"""A wrong or unknown setting refuses to start and says which."""

from pathlib import Path

import pytest

from cherry_reflex.core.errors import SettingsWrong
from cherry_reflex.settings import load


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_serve_this_machine_alone() -> None:
    assert load().host == "127.0.0.1"
    assert load().port == 3000


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"CHERRY_PROT": "1"}, "CHERRY_PROT"),
        ({"CHERRY_PORT": "many"}, "CHERRY_PORT"),
        ({"CHERRY_HOST": "0.0.0.0"}, "no login"),
        ({"CHERRY_LLM_MODEL": "m"}, "CHERRY_LLM_BASE_URL"),
        ({"CHERRY_LLM_BASE_URL": "http://x"}, "CHERRY_LLM_MODEL"),
        ({"CHERRY_MCP_FILE": "nowhere.json"}, "no file"),
        ({"CHERRY_LANGUAGE": "fr"}, "CHERRY_LANGUAGE"),
    ],
)
def test_wrong_settings_are_named(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], message: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong, match=message):
        load()


def test_with_login_other_machines_may_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHERRY_HOST", "0.0.0.0")
    monkeypatch.setenv("CHERRY_LOGIN", "true")
    assert load().host == "0.0.0.0"


def test_an_unknown_name_in_dotenv_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHERRY_LANGUAGE=ko\nCHERRY_COLOR=red\nOTHER=1\n")
    with pytest.raises(SettingsWrong, match="CHERRY_COLOR"):
        load()
    (tmp_path / ".env").write_text("CHERRY_LANGUAGE=ko\n")
    assert load().language == "ko"


@pytest.mark.parametrize(
    ("given", "runs_python"),
    [
        ({}, True),
        ({"CHERRY_PYTHON": ""}, True),
        ({"CHERRY_PYTHON": "false"}, False),
        ({"CHERRY_LOGIN": "true"}, False),
        ({"CHERRY_LOGIN": "true", "CHERRY_HOST": "0.0.0.0"}, False),
        ({"CHERRY_LOGIN": "true", "CHERRY_PYTHON": "true"}, True),
    ],
)
def test_python_is_run_for_one_person_or_when_the_operator_says_so(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], runs_python: bool
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert load().runs_python is runs_python
