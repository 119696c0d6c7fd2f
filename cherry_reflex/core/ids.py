"""Identifiers. An id names a thing and grants nothing: owners are checked where ids are used."""

from typing import NewType
from uuid import uuid4

OwnerId = NewType("OwnerId", str)
ConversationId = NewType("ConversationId", str)
RunId = NewType("RunId", str)
StepId = NewType("StepId", str)
ArtifactId = NewType("ArtifactId", str)
DatasetId = NewType("DatasetId", str)

LOCAL_OWNER = OwnerId("local")
"""The one person that an app on loopback serves."""

ORCHESTRATOR_NAME = "orchestrator"
"""The name of the agent that plans for the others."""

ORCHESTRATOR = f"a2a:{ORCHESTRATOR_NAME}"
"""That agent as a worker."""

PLAN_STEP = StepId("plan")
"""The lane of the orchestrator while it plans."""

SUMMARY_STEP = StepId("summary")
"""The lane of the orchestrator while it writes the summary."""


def new_id() -> str:
    """Return a fresh random id: 32 lower-case hexadecimal digits."""
    return uuid4().hex
