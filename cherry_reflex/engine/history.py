"""What was asked before in a conversation, as workers and the planner are told of it."""

from cherry_reflex.core.events import PlanMade
from cherry_reflex.core.worker import Turn
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.event_log import EventLog

TURNS = 6
"""Earlier questions of the conversation that are told."""


async def earlier(
    log: EventLog, conversations: Conversations, conversation_id: str, before: int = 0
) -> tuple[Turn, ...]:
    """Return the newest turns (before seq `before`), oldest first, with what they had done."""
    turns = []
    for run in await conversations.runs(conversation_id, TURNS, before):
        plans = await log.read(conversation_id, 0, 20, run.id, "plan_made")
        steps: tuple[dict[str, object], ...] = ()
        if plans and isinstance(plans[-1].event, PlanMade):
            steps = tuple(
                {"worker": s.worker, "request": s.request, "arguments": s.arguments}
                for s in plans[-1].event.plan.steps
            )
        turns.append(Turn(question=run.question, summary=run.summary, steps=steps))
    return tuple(turns)
