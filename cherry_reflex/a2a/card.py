"""Agent cards: ours as A2A shows them, and theirs as our roster shows them."""

from typing import Any

from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    HTTPAuthSecurityScheme,
    SecurityRequirement,
    SecurityScheme,
    StringList,
)

from cherry_reflex.core.agent import Card
from cherry_reflex.core.roster import AgentEntry, Skill

OLDEST = (0, 3)
"""The oldest protocol version that a2a-sdk 1.3.0 names; older cards say theirs are this."""


FILE_TYPES = (
    "text/csv",
    "application/json",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Files that the house takes with a message."""


def agent_card(
    card: Card, url: str, *, takes_files: bool = False, by_token: bool = False
) -> AgentCard:
    """Return the A2A card of an agent served at `url` (with a slash at its end). `by_token` says
    that it is asked with a bearer token.

    The 1.0 interface comes first: clients take the first that they know.
    """
    bearer = SecurityScheme(http_auth_security_scheme=HTTPAuthSecurityScheme(scheme="bearer"))
    return AgentCard(
        security_schemes={"bearer": bearer} if by_token else {},
        security_requirements=(
            [SecurityRequirement(schemes={"bearer": StringList()})] if by_token else []
        ),
        name=card.name,
        description=f"{card.title}: {card.description}" if card.title else card.description,
        version=card.version,
        supported_interfaces=[
            AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version="1.0"),
            AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version="0.3"),
        ],
        capabilities=AgentCapabilities(streaming=True),
        default_input_modes=list(
            dict.fromkeys(("text/plain", "application/json", *(FILE_TYPES if takes_files else ())))
        ),
        default_output_modes=[
            "text/markdown",
            "application/json",
            "application/vnd.apache.parquet",
            "application/vnd.plotly.v1+json",
            "application/octet-stream",
        ],
        skills=[
            AgentSkill(
                id=skill.id,
                name=skill.name,
                description=skill.description,
                tags=[card.name],
                examples=skill.examples,
            )
            for skill in card.skills
        ],
    )


def modern(data: dict[str, Any]) -> dict[str, Any]:
    """Return a card's JSON so that a2a-sdk 1.3.0 reads it, whichever generation wrote it.

    Cards of 0.2.x name a protocol version that the SDK refuses, or none, and may have
    `preferredTransport: null`; on the wire they speak what 0.3 speaks.
    """
    card = dict(data)
    if card.get("preferredTransport", "") is None:
        del card["preferredTransport"]
    if is_oldest(card):
        card["protocolVersion"] = "0.3.0"
    return card


def is_oldest(data: dict[str, Any]) -> bool:
    """Say whether a card's JSON is of the generation before 0.3."""
    version = str(data.get("protocolVersion") or "")
    return "supportedInterfaces" not in data and _version(version) < OLDEST


def entry(card: AgentCard, *, name: str, url: str, own: bool) -> AgentEntry:
    """Return a fetched card as the roster shows it."""
    title, _, description = card.description.partition(": ")
    if not (own and description):
        title, description = card.name, card.description
    return AgentEntry(
        name=name,
        title=title,
        description=description,
        url=url,
        healthy=True,
        own=own,
        skills=tuple(
            Skill(
                id=skill.id,
                name=skill.name,
                description=skill.description,
                examples=tuple(skill.examples),
            )
            for skill in card.skills
        ),
    )


def _version(text: str) -> tuple[int, int]:
    major, _, rest = text.partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor or 0)) if major.isdigit() and minor.isdigit() else (0, 0)
