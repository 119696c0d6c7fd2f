"""A plan handed over, or told in words."""

from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.language import Language
from cherry_reflex.core.plan import Plan
from cherry_reflex.i18n.catalogue import text


async def show(plan: Plan, language: Language, context: AgentContext) -> None:
    """Hand a plan over."""
    await context.show(
        ArtifactContent(
            kind="plan",
            title=text("agent.plan_title", language),
            filename="plan.json",
            data=plan.model_dump_json().encode(),
        )
    )


def in_words(plan: Plan, language: Language) -> str:
    """Return a plan as a list."""
    numbers = {step.id: str(place) for place, step in enumerate(plan.steps, 1)}
    lines = []
    for step in plan.steps:
        after = ", ".join(numbers[before] for before in step.after)
        key = "agent.plan_step_after" if after else "agent.plan_step"
        lines.append(
            text(
                key,
                language,
                number=int(numbers[step.id]),
                worker=step.name,
                request=step.request,
                after=after,
            )
        )
    return "\n".join(lines)
