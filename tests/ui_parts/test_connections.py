"""The settings page shows lines that the settings really take."""

from pathlib import Path

import pytest

from cherry_reflex import settings
from tests.ui_parts.conftest import Run


@pytest.mark.parametrize("kind", ["compatible", "openai", "anthropic", "google", "ollama"])
def test_shown_lines_connect_a_model(
    run: Run, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = run("settings/connections.js", "connections.CONNECTIONS[given.kind].lines", kind=kind)
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("LLM_PROVIDER", "LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"):
        monkeypatch.delenv(f"CHERRY_{name}", raising=False)
    found = settings.load()
    assert found.llm_model == "<model>"
    assert found.llm_provider or found.llm_base_url
