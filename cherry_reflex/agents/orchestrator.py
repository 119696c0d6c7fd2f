"""The orchestrator: plans who does what, writes the summary, suggests questions."""

import json
from collections import OrderedDict
from collections.abc import Sequence

from cherry_reflex.agents.chart_pictures import ChartPictures
from cherry_reflex.agents.plan_words import in_words, show
from cherry_reflex.agents.request import answered, question_of, sentence_of, telling, with_problem
from cherry_reflex.core.agent import Agent, AgentContext, AgentServices, Card
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import LimitExceeded, Unavailable, WorkerFailed
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.ids import ORCHESTRATOR_NAME
from cherry_reflex.core.orchestration import Prepare, Suggest, Summarize, TakeTurn
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.roster import Roster, Skill
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm import prompt
from cherry_reflex.llm.loop import OrchestratorLoop
from cherry_reflex.llm.toolbox import Toolbox
from cherry_reflex.workers.own import own_agents

ASKS_MAX = 2
"""Questions back to the person before a plan."""

SUGGESTIONS = 4
SUGGESTED_MAX = 500
"""Datasets whose suggestions by a model are kept: pages ask for them whenever they are opened."""
MODEL_FAILURES = (Unavailable, LimitExceeded, WorkerFailed)
"""With a code `model_…`."""
LANGUAGES = {"en": "English", "ko": "Korean (합니다체)"}

CARD = Card(
    name=ORCHESTRATOR_NAME,
    title="Orchestrator",
    description=(
        "Understands a question about data and the conversation so far, plans which agents and "
        "tools answer it side by side, and writes the closing summary from what they found."
    ),
    skills=(
        Skill(
            id="plan",
            name="Plan the work",
            description="Turns a question into a plan: who does what, and what waits for what.",
            examples=(
                "데이터를 분석할 계획을 세워줘",
                "이 질문에 답하려면 누가 무엇을 해야 해?",
                "여러 에이전트에게 일을 나눠줘",
                "분석 순서를 정해주세요",
                "어떤 팀원이 이 일을 할 수 있어?",
                "Plan the analysis of this data",
                "Who should work on this question?",
                "Split this job between the agents",
                "In which order should this be analysed?",
                "What would you do to answer this?",
            ),
        ),
        Skill(
            id="summary",
            name="Summarise the findings",
            description="Writes the closing summary of a run from the findings of its workers.",
            examples=(
                "지금까지의 결과를 요약해줘",
                "결론만 정리해주세요",
                "에이전트들이 찾은 내용을 종합해줘",
                "Summarise what was found",
                "Give me the conclusion of all results",
                "Put the findings together",
            ),
        ),
        Skill(
            id="suggest",
            name="Suggest questions",
            description="Proposes questions that are worth asking about the uploaded data.",
            examples=(
                "이 데이터로 무엇을 물어볼 수 있어?",
                "질문을 추천해줘",
                "어떤 분석을 해보면 좋을까요?",
                "What could I ask about this data?",
                "Suggest some questions",
                "Which analyses are worth doing here?",
            ),
        ),
    ),
)


class Orchestrator:
    """Serves the engine by `WorkerRequest.orchestration`; asked without one, by a stranger over
    A2A, it answers with the plan in words."""

    card = CARD

    def __init__(self, services: AgentServices) -> None:
        self._services = services
        self._pictures = ChartPictures(services)
        self._suggested: OrderedDict[tuple[str, ...], Sequence[str]] = OrderedDict()
        model = services.model
        self._loop = (
            OrchestratorLoop(model, services.budget, services.question_chars_max)
            if model is not None
            else None
        )

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Do what is wanted."""
        with telling(self._services, work, context):
            await self._run(work, context)

    async def _run(self, work: WorkerRequest, context: AgentContext) -> None:
        match work.orchestration:
            case TakeTurn() as wanted:
                await self._turn(work, context, wanted)
            case Prepare(roster=roster):
                if self._loop is None:
                    await self._services.planner.prepare(roster)
            case Summarize(findings=findings):
                await self._summary(work, context, findings)
            case Suggest():
                await self._suggest(work, context)
            case None:
                await self._explain(work, context)

    async def _turn(self, work: WorkerRequest, context: AgentContext, wanted: TakeTurn) -> None:
        begun = wanted.plan is not None
        await context.status(text("agent.revising" if begun else "agent.planning", work.language))
        if self._loop is None or (wanted.plan is not None and not wanted.plan.loop):
            await self._embedded(work, context, wanted)
            return
        said = False
        try:
            assert self._services.model is not None
            async for state in self._services.model.preparing(work.language):
                await context.status(state)
            pictures = {}
            if self._services.model.sees:
                pictures = await self._pictures.of(work.conversation_id, wanted.findings)
            box = self._toolbox(work, wanted)
            async for piece in self._loop.turn(
                work.run_id, question_of(work), wanted, box, context.ask, pictures
            ):
                if isinstance(piece, Plan):
                    await show(piece, work.language, context)
                else:
                    said = True
                    await context.say(piece)
        except MODEL_FAILURES as error:
            if not error.code.startswith("model_"):
                raise
            # What stands already is kept; the planner without a model goes on, and says so.
            why = sentence_of(error, work.language)
            told = text("agent.model_failed", work.language, why=why)
            await context.say(("\n\n" if said else "") + f"> {told}\n\n")
            if begun:
                await self._words(work, context, wanted.findings)
            else:
                await self._embedded(work, context, wanted)

    def _toolbox(self, work: WorkerRequest, wanted: TakeTurn) -> Toolbox:
        offered = {
            agent: [k for k in kinds if not (k.runs_code and self._services.no_python)]
            for agent, kinds in self._services.operations.items()
        }
        if not work.datasets:
            offered = {a: [k for k in kinds if not k.needs_data] for a, kinds in offered.items()}
        results = [
            table.name
            for digests in (
                *(f.digests for f in wanted.findings),
                *(t.digests for t in work.history),
            )
            for digest in digests
            for table in digest.tables
            if table.name
        ]
        return Toolbox.of(wanted.roster, offered, work.datasets, results)

    async def _embedded(self, work: WorkerRequest, context: AgentContext, wanted: TakeTurn) -> None:
        """Plan without a model; after steps have run, what is still to be done: another way for
        what failed, or what the findings suggest."""
        question = with_problem(question_of(work), wanted.problem)
        question = question.model_copy(update={"findings": wanted.findings})
        more = await self._thought(question, wanted.roster, context)
        if more is None:
            return
        if wanted.plan is None:
            await show(more, work.language, context)
            return
        done = {(step.worker, step.request) for step in wanted.plan.steps}
        fresh = tuple(s for s in more.steps if (s.worker, s.request) not in done)
        kept = {step.id for step in fresh}
        if fresh:
            steps = tuple(
                s.model_copy(update={"after": tuple(a for a in s.after if a in kept)})
                for s in fresh
            )
            await show(Plan(steps=steps, note=more.note), work.language, context)

    async def _thought(
        self, question: Question, roster: Roster, context: AgentContext
    ) -> Plan | None:
        """Say what the planner says, ask the person what it asks (at most twice), and return the
        plan that it made, if any."""
        meant: tuple[str, ...] = ()
        for asked in range(ASKS_MAX + 1):
            ask: Ask | None = None
            async for piece in self._services.planner.plan(question, roster):
                if isinstance(piece, str):
                    await context.say(piece)
                elif isinstance(piece, Plan):
                    named = [s.model_copy(update={"datasets": meant}) for s in piece.steps]
                    return piece.model_copy(update={"steps": tuple(named)}) if meant else piece
                else:
                    ask = piece
            if ask is None:
                return None
            if asked == ASKS_MAX:
                await context.say(ask.prompt)
                return None
            reply = await context.ask(ask.prompt, ask.options, ask.choices, ask.words)
            await context.say("\n\n")
            known = [d for d in question.datasets if d.name == reply.strip()]
            if ask.about == "dataset" and known:
                meant = (known[0].name,)
                question = question.model_copy(update={"datasets": tuple(known)})
            else:
                question = answered(question, ask, reply)
        return None

    async def _summary(
        self, work: WorkerRequest, context: AgentContext, findings: Sequence[Finding]
    ) -> None:
        await context.status(text("agent.summarising", work.language))
        if self._loop is not None:
            await context.say(f"> {text('agent.without_model', work.language)}\n\n")
        await self._words(work, context, findings)

    async def _words(
        self, work: WorkerRequest, context: AgentContext, findings: Sequence[Finding]
    ) -> None:
        async for piece in self._services.planner.summary(question_of(work), findings):
            await context.say(piece)

    async def _suggest(self, work: WorkerRequest, context: AgentContext) -> None:
        await context.status(text("agent.suggesting", work.language))
        questions = await self._suggestions(question_of(work))
        await context.show(
            ArtifactContent(
                kind="text",
                title=text("agent.suggestions", work.language),
                media_type="application/json",
                filename="suggestions.json",
                data=json.dumps(list(questions), ensure_ascii=False).encode(),
            )
        )

    async def _suggestions(self, question: Question) -> Sequence[str]:
        """Return questions of the model, of the planner where there is none or it fails."""
        model = self._services.model
        key = (*(dataset.id for dataset in question.datasets), question.language)
        if key in self._suggested:
            return self._suggested[key]
        if model is not None:
            told = prompt.instructions(
                "suggest", most=SUGGESTIONS, language=LANGUAGES.get(question.language, "English")
            )
            chars_max = self._services.question_chars_max
            material = prompt.material(question, chars_max=chars_max)
            try:
                self._suggested[key] = await model.suggest(told, material, SUGGESTIONS)
                while len(self._suggested) > SUGGESTED_MAX:
                    self._suggested.popitem(last=False)
                return self._suggested[key]
            except MODEL_FAILURES as error:
                if not error.code.startswith("model_"):
                    raise
        return await self._services.planner.suggest(question)

    async def _explain(self, work: WorkerRequest, context: AgentContext) -> None:
        await context.status(text("agent.planning", work.language))
        said = False
        async for piece in self._services.planner.plan(
            question_of(work), Roster(agents=own_agents())
        ):
            if isinstance(piece, Ask):
                listed = "".join(f"\n- {option}" for option in piece.options)
                await context.say(f"{piece.prompt}\n{listed}")
            elif isinstance(piece, str):
                said = True
                await context.say(piece)
            else:
                await context.say(("\n\n" if said else "") + in_words(piece, work.language))


def create(services: AgentServices) -> Agent:
    """Return the orchestrator."""
    return Orchestrator(services)
