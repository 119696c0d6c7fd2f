"""How our own agents and tools are introduced to a person, in the person's language.

Planners read the cards and descriptions as they are (English); people read these.
"""

from typing import Any

from cherry_reflex.analysis.python.typed_code import PYTHON, WORKER
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.roster import AgentEntry, Roster, ToolEntry
from cherry_reflex.i18n.catalogue import has, text


def roster_json(roster: Roster, language: Language, *, has_python: bool = False) -> dict[str, Any]:
    """Return the roster as JSON, our own members' words in `language`. Outsiders speak for
    themselves. `mentions` has what can be written after `@` besides the members: `python`, where
    code is run."""
    told = roster.model_dump(mode="json")
    for member, body in zip(roster.agents, told["agents"], strict=True):
        _introduce(member, body, body["skills"], "id", language)
    for server, body in zip(roster.tools, told["tools"], strict=True):
        _introduce(server, body, body["tools"], "name", language)
    about = {"name": PYTHON, "worker": WORKER, "description": text("ui.mention.python", language)}
    told["mentions"] = [about] if has_python else []
    return told


def _introduce(
    member: AgentEntry | ToolEntry,
    body: dict[str, Any],
    crafts: list[dict[str, Any]],
    key: str,
    language: Language,
) -> None:
    title = f"embedded.worker.{member.name}"
    if member.own and has(title):
        body["title"] = text(title, language)
    # English is what the card itself says.
    if not member.own or language == ENGLISH:
        return
    body["description"] = _said(f"roster.{member.name}", body["description"], language)
    for skill in crafts:
        about = f"roster.{member.name}.{skill[key]}"
        skill["description"] = _said(about, skill["description"], language)
        if key == "id":
            skill["name"] = _said(f"{about}.name", skill["name"], language)


def _said(key: str, otherwise: str, language: Language) -> str:
    return text(key, language) if has(key) else otherwise
