"""Which datasets a step gets, and in which order: the first is what it works on by default."""

from collections.abc import Iterable, Mapping

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.dataset_arguments import newest_versions
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.engine.job import Job


def datasets_of(job: Job, step: Step) -> tuple[list[Dataset], Mapping[str, Dataset]]:
    """Return the datasets of a step that starts now, and by name which of those that the run has
    made are newest versions.

    What the steps that it waited for have made comes first: it is what was asked for. Then come
    newest versions that earlier steps made, those of the conversation, and what earlier steps made
    besides. Those that the step means by name come before others.
    """
    assert job.plan is not None
    earlier = _earlier(job, job.plan, step)
    # In the order of the plan, the oldest first: of two versions the later step's is newest.
    made = _made(job, (one.id for one in job.plan.steps if one.id in earlier))
    newest = newest_versions(job.datasets, made)
    direct = _made(job, step.after)
    latest = {dataset.id for dataset in newest.values()}
    rest = [one for one in made if one not in direct]
    versions = [one for one in reversed(rest) if one.id in latest]
    others = [one for one in rest if one.id not in latest]
    named = {newest[name].name if name in newest else name for name in step.datasets}
    known = [*versions, *job.datasets, *others]
    return [*direct, *sorted(known, key=lambda dataset: dataset.name not in named)], newest


def _earlier(job: Job, plan: Plan, step: Step) -> set[str]:
    """Return the steps that `step` builds on, and those before it in the plan that were over when
    it was begun first: what merely happened to end meanwhile is none of its data."""
    found: set[str] = set()
    before = list(step.after)
    while before:
        one = plan.step(before.pop())
        if one is not None and one.id not in found:
            found.add(one.id)
            before += one.after
    over = job.earlier.get(step.id, frozenset())
    for one in plan.steps:
        if one.id == step.id:
            break
        if one.id in over:
            found.add(one.id)
    return found


def _made(job: Job, steps: Iterable[str]) -> list[Dataset]:
    results = (job.results[step] for step in steps if step in job.results)
    return [dataset for result in results for dataset in result.datasets]
