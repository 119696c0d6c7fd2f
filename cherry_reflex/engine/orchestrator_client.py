"""Asks the orchestrator what is to be done, and holds it to the roster."""

from pydantic import ValidationError

from cherry_reflex.analysis.python.typed_code import PYTHON, WORKER, code_of
from cherry_reflex.analysis.results.content import load_bytes
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput, CherryError, Unavailable, WorkerFailed
from cherry_reflex.core.events import PlanMade
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.ids import ORCHESTRATOR, PLAN_STEP
from cherry_reflex.core.language import Language
from cherry_reflex.core.orchestration import TakeTurn
from cherry_reflex.core.plan import MAX_STEPS, REQUEST_CHARS_MAX, Plan, Step
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.run_view import RunView
from cherry_reflex.core.text import cut
from cherry_reflex.core.worker import WorkerRequest, Workers
from cherry_reflex.engine.answer_stream import AnswerStream
from cherry_reflex.engine.job import Job, finding
from cherry_reflex.engine.result_tables import names_in
from cherry_reflex.engine.step_runner import StepRunner


class OrchestratorClient:
    """Has the orchestrator say what is to be done for a job's question, turn after turn."""

    def __init__(self, workers: Workers, step_runner: StepRunner) -> None:
        self._workers = workers
        self._step_runner = step_runner

    async def first(self, job: Job) -> Plan | None:
        """Return a plan whose workers exist, logged as PlanMade; None when the orchestrator
        answered in words, or was stopped. The words are streamed as the answer.

        Raises BadInput `worker_unknown`, Unavailable `nobody_there`, WorkerFailed `plan_invalid`
        and whatever the orchestrator failed with.
        """
        roster = await self._workers.roster()
        if (typed := typed_python(job, roster)) is not None:
            return await self._made(job, Plan(steps=(typed,)))
        if job.worker:
            worker, roster = chosen(roster, job.worker)
            if worker.startswith("a2a:") or job.arguments is not None:
                step = Step(id="s1", worker=worker, request=job.question, arguments=job.arguments)
                return await self._made(job, Plan(steps=(step,)))
        if not roster.workers():
            raise Unavailable("nobody_there")
        made = await self._ask(job, TakeTurn(roster=roster), answers=True)
        return await self._made(job, made) if made is not None else None

    async def next(self, job: Job) -> Plan | None:
        """Return the plan with what a language model wants to be done now that it sees what its
        steps found; None when it has answered instead."""
        plan = job.plan
        assert plan is not None
        roster = await self._workers.roster()
        if job.worker:
            _, roster = chosen(roster, job.worker)
        view = await job.view()
        wanted = TakeTurn(
            roster=roster,
            plan=plan,
            findings=_findings(view, plan, job.language),
            tokens=int(job.usage.get("input_tokens", 0) + job.usage.get("output_tokens", 0)),
            cost_usd=job.usage.get("cost_usd", 0.0),
            elapsed_s=job.elapsed_s,
        )
        more = await self._ask(job, wanted, view.lane(PLAN_STEP).attempt, answers=True)
        return await self._extended(job, plan, more) if more is not None else None

    async def revise(self, job: Job) -> Plan | None:
        """Return the plan with the further steps that a planner without a model wants now that its
        steps have run, logged as a revision; None when it wants none. It is asked once a run, and
        only when a step failed or the plan said so. A failure of its own is no failure of the
        run."""
        plan = job.plan
        if plan is None or not (
            plan.look_again or any(r.failure for s, r in job.results.items() if s in _ids(plan))
        ):
            return None
        roster = await self._workers.roster()
        if job.worker or len(plan.steps) >= MAX_STEPS:
            return None
        view = await job.view()
        wanted = TakeTurn(roster=roster, plan=plan, findings=_findings(view, plan, job.language))
        try:
            more = await self._ask(job, wanted, view.lane(PLAN_STEP).attempt)
        except CherryError:
            return None
        if more is None:
            return None
        room = MAX_STEPS - len(plan.steps)
        names = {step.id: f"r{place}" for place, step in enumerate(more.steps[:room], 1)}
        steps = tuple(
            step.model_copy(
                update={
                    "id": names[step.id],
                    "after": tuple(names[a] for a in step.after if a in names),
                }
            )
            for step in more.steps[:room]
        )
        return await self._extended(job, plan, more.model_copy(update={"steps": steps}))

    async def _made(self, job: Job, plan: Plan) -> Plan:
        job.plan = plan
        await job.commit(PlanMade(plan=plan))
        return plan

    async def _extended(self, job: Job, before: Plan, more: Plan) -> Plan:
        now = job.plan or before  # the person may have changed a choice meanwhile
        steps = [_after_what_it_reads(step, job) for step in more.steps]
        # Why there is more to do now stands below what was to be done at first.
        note = "\n".join(words for words in (now.note, more.note) if words)
        update = {"steps": (*now.steps, *steps), "note": note, "look_again": False}
        job.plan, job.revision = now.model_copy(update=update), job.revision + 1
        await job.commit(PlanMade(plan=job.plan, revision=job.revision))
        return job.plan

    async def _ask(
        self, job: Job, wanted: TakeTurn, attempts_before: int = 0, *, answers: bool = False
    ) -> Plan | None:
        """Return the plan that the orchestrator made. Its words are the answer when it `answers`:
        they are streamed as such until a plan comes after all."""
        plans: list[Plan] = []
        problem = ""
        answer = AnswerStream(job)

        async def take(content: ArtifactContent) -> bool:
            nonlocal problem
            if content.kind != "plan":
                return False
            try:
                plan = Plan.model_validate_json(await load_bytes(content))
                _known(plan, wanted.roster)
                plans.append(plan)
            except ValidationError as error:
                problem = "; ".join(e["msg"] for e in error.errors())
            except BadInput as error:
                problem = str(error)
            return True

        for attempt in (attempts_before + 1, attempts_before + 2):
            work = WorkerRequest(
                conversation_id=job.conversation_id,
                run_id=job.run_id,
                step_id=PLAN_STEP,
                worker=ORCHESTRATOR,
                request=job.question,
                language=job.language,
                time_zone=job.time_zone,
                datasets=job.known_datasets(),
                history=job.history,
                orchestration=wanted.model_copy(update={"problem": problem}),
            )
            problem = ""
            result = await self._step_runner.run(
                job,
                work,
                attempt=attempt,
                on_artifact=take,
                on_text=answer.say if answers else None,
            )
            job.results[PLAN_STEP] = result
            if result.failure is not None:
                raise CherryError(
                    result.failure.code, result.failure.detail, **result.failure.params
                )
            if plans:
                note = plans[-1].note or result.text.strip()
                return plans[-1].model_copy(update={"note": note})
            if not problem:
                await answer.end()
                return None
        raise WorkerFailed("plan_invalid", detail=problem)


def typed_python(job: Job, roster: Roster) -> Step | None:
    """Return the step that runs the code of `@python …`; None where something else was asked, or
    where an agent or tool server of that name is in the roster."""
    names = {agent.name for agent in roster.agents} | {server.name for server in roster.tools}
    if job.worker != PYTHON or PYTHON in names:
        return None
    given = {"code": code_of(job.question), **(job.arguments or {}), OPERATION: PYTHON}
    request = cut(job.question, REQUEST_CHARS_MAX)
    return Step(id="s1", worker=WORKER, request=request, arguments=given)


def chosen(roster: Roster, name: str) -> tuple[str, Roster]:
    """Resolve what a person wrote after `@`: an agent, an MCP server, or `server/tool`.

    Returns the worker (`a2a:…`, or `mcp:…`) and the roster reduced to it.
    Raises BadInput `worker_unknown`.
    """
    bare = name.removeprefix("a2a:").removeprefix("mcp:")
    if not name.startswith("mcp:"):
        for agent in roster.agents:
            if agent.name == bare:
                return f"a2a:{bare}", Roster(agents=(agent,))
    server_name, _, function = bare.partition("/")
    for server in roster.tools:
        if server.name == server_name and not name.startswith("a2a:"):
            tools = tuple(t for t in server.tools if not function or t.name == function)
            if tools or not function:
                return f"mcp:{bare}", Roster(tools=(server.model_copy(update={"tools": tools}),))
    names = [a.name for a in roster.agents] + [t.name for t in roster.tools]
    raise BadInput("worker_unknown", name=name, names=", ".join(names))


def _ids(plan: Plan) -> set[str]:
    return {step.id for step in plan.steps}


def _after_what_it_reads(step: Step, job: Job) -> Step:
    """Return the step with those before it whose tables it names: when one of them is done again,
    so is this."""
    read = set(names_in(step.request, step.arguments))
    makers = [maker for maker, names in job.result_names.items() if read.intersection(names)]
    after = dict.fromkeys((*step.after, *makers))
    return step.model_copy(update={"after": tuple(after)})


def _findings(view: RunView, plan: Plan, language: Language) -> tuple[Finding, ...]:
    """Return what the plan's steps found."""
    found = []
    for lane in view.lanes:
        step = plan.step(lane.step)
        if step is not None:
            is_delegated = step.kind == "a2a" and step.arguments is None
            one = finding(lane, language)
            found.append(one.model_copy(update={"is_delegated": is_delegated}))
    return tuple(found)


def _known(plan: Plan, roster: Roster) -> None:
    workers = roster.workers()
    for step in plan.steps:
        if step.worker not in workers:
            raise BadInput("worker_unknown", name=step.worker, names=", ".join(workers))
