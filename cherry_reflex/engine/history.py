"""What was asked before in a conversation, as workers and the planner are told of it."""

import json

from cherry_reflex.core.digest import Digest
from cherry_reflex.core.events import DigestAdded, PlanMade, StepStarted
from cherry_reflex.core.worker import Turn
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.event_log import EventLog

TURNS = 6
"""Earlier questions of the conversation that are told."""
DIGESTS_CHARS = 6_000
"""Of what was found then. The newest turn is told whole; older ones while there is room."""


async def earlier(
    log: EventLog, conversations: Conversations, conversation_id: str, before: int = 0
) -> tuple[Turn, ...]:
    """Return the newest turns (before seq `before`), oldest first, with what they had done, and
    what that gave."""
    turns: list[Turn] = []
    room = DIGESTS_CHARS
    for run in reversed(await conversations.runs(conversation_id, TURNS, before)):
        plans = await log.read(conversation_id, 0, 20, run.id, "plan_made")
        steps: tuple[dict[str, object], ...] = ()
        if plans and isinstance(plans[-1].event, PlanMade):
            steps = tuple(
                {"worker": s.worker, "request": s.request, "arguments": s.arguments}
                for s in plans[-1].event.plan.steps
            )
        digests: tuple[Digest, ...] = ()
        if room > 0:
            found = await _digests(log, conversation_id, run.id)
            room -= sum(_chars(digest) for digest in found)
            if room >= 0 or not turns:
                digests = found
        turns.append(Turn(question=run.question, summary=run.summary, steps=steps, digests=digests))
    return tuple(reversed(turns))


async def _digests(log: EventLog, conversation_id: str, run_id: str) -> tuple[Digest, ...]:
    """Return what the steps of a run gave when each was done last."""
    began: dict[str, int] = {}
    for record in await log.read(conversation_id, run_id=run_id, type="step_started"):
        if isinstance(record.event, StepStarted):
            began[record.event.step] = record.seq
    return tuple(
        record.event.digest
        for record in await log.read(conversation_id, run_id=run_id, type="digest_added")
        if isinstance(record.event, DigestAdded) and record.seq > began.get(record.event.step, 0)
    )


def _chars(digest: Digest) -> int:
    told = digest.model_dump(mode="json", exclude_defaults=True)
    return len(json.dumps(told, ensure_ascii=False))
