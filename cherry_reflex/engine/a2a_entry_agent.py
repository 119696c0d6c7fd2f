"""CherryAI itself as one agent: whoever asks it over A2A gets a whole run."""

from collections import OrderedDict

from cherry_reflex.core.agent import AgentContext, Card
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import CherryError, LimitExceeded, NotFound, SignInNeeded
from cherry_reflex.core.events import (
    ArtifactAdded,
    Event,
    InputRequested,
    RunCancelled,
    RunFailed,
    RunInterrupted,
    StatusChanged,
    StepFailed,
    StepFinished,
    StepStarted,
    SummaryDelta,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from cherry_reflex.core.ids import PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.reply import plain
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.engine.intake import Intake
from cherry_reflex.engine.reading_line import reading_line
from cherry_reflex.engine.runs import Runs
from cherry_reflex.i18n.catalogue import message, text
from cherry_reflex.store.artifacts import ArtifactStore
from cherry_reflex.store.conversations import Conversations

CONTEXTS_MAX = 1000
"""A2A contexts whose conversation is remembered."""

CARD = Card(
    name="CherryAI",
    title="",
    description=(
        "A team of data agents and tools: send a table (CSV, Excel, JSON, Parquet) and a question "
        "in Korean or English; the team plans, works side by side and answers with words, tables, "
        "charts and files, and a summary. Later messages of the same context go on with it."
    ),
    skills=(
        Skill(
            id="analyse",
            name="Analyse a table",
            description="Plans and does a whole analysis: figures, charts, tests, models, reports.",
            examples=(
                "데이터를 분석하고 시각화해주세요",
                "지역별 매출을 비교하고 차이가 유의한지 검정해줘",
                "Analyze this data and visualize it",
                "Train a model that predicts churn and explain it",
            ),
        ),
    ),
)


class A2AEntryAgent:
    """The agent (`core.agent.Agent`). A conversation belongs to every A2A context; it is on the
    page like any other."""

    card = CARD

    def __init__(
        self, runs: Runs, conversations: Conversations, intake: Intake, artifacts: ArtifactStore
    ) -> None:
        self._runs = runs
        self._conversations = conversations
        self._intake = intake
        self._artifacts = artifacts
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Do a whole run and tell it: the plan's words, what every worker does, its words when it
        is done, each artifact as it comes, the summary.

        Raises what the run failed with, BadInput for files that cannot be read, and SignInNeeded
        when authentication did not say who asks (`sender`).
        """
        sender = work.sender
        if sender is None or not sender.owner:
            raise SignInNeeded("sign_in_needed")
        owner = sender.owner
        conversation_id = await self._conversation(owner, work.conversation_id)
        for file in sender.files:
            await context.status(text("agent.reading_file", work.language, name=file.name))
            await self._intake.upload(conversation_id, file.path, file.name, language=work.language)
        run_id = await self._runs.start(
            owner, conversation_id, work.request, language=work.language
        )
        telling = _Telling(owner, run_id, work.language, context, self._runs, self._artifacts)
        try:
            async for records in self._runs.follow(owner, run_id):
                for record in records:
                    await telling.tell(record.event)
        except BaseException:
            # Nobody is left to read it: the run ends with the one who asked for it.
            await self._runs.cancel(owner, run_id)
            raise

    async def _conversation(self, owner: str, context: str) -> str:
        found = self._known.get((owner, context))
        if found is None:
            try:
                found = (await self._conversations.get(owner, context)).id
            except NotFound:
                found = (await self._conversations.create(owner)).id
        self._known[owner, context] = found
        self._known.move_to_end((owner, context))
        while len(self._known) > CONTEXTS_MAX:
            self._known.popitem(last=False)
        return found


class _Telling:
    """Tells one run with a context. The words of workers side by side would mix, so that each one's
    come together when it is done; the plan's and the summary's stream."""

    def __init__(
        self,
        owner: str,
        run_id: str,
        language: Language,
        context: AgentContext,
        runs: Runs,
        artifacts: ArtifactStore,
    ) -> None:
        self._owner, self._run_id, self._language, self._context = owner, run_id, language, context
        self._runs, self._artifacts = runs, artifacts
        self._workers: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}
        self._calls: dict[str, str] = {}
        self._said = False

    async def tell(self, event: Event) -> None:
        match event:
            case StepStarted():
                self._workers[event.step], self._words[event.step] = event.worker, []
                await self._status(event.step, "")
            case StatusChanged():
                await self._status(event.step, event.text)
            case TextDelta(step=step) if step == PLAN_STEP:
                await self._say(event.text)
            case TextDelta():
                self._words.setdefault(event.step, []).append(event.text)
            case SummaryDelta():
                if self._workers.pop(SUMMARY_STEP, "") and self._said:
                    await self._context.say("\n\n")
                await self._say(event.text)
            case ToolCalled():
                self._calls[event.call] = await self._context.called(event.name, event.arguments)
            case ToolReturned():
                call = self._calls.pop(event.call, event.call)
                await self._context.returned(call, ok=event.ok, text=event.text)
            case ArtifactAdded():
                await self._show(event)
            case InputRequested():
                options = tuple(plain(option) for option in event.options)
                reply = await self._context.ask(event.prompt, options)
                await self._runs.answer(self._owner, self._run_id, event.step, reply)
            case StepFinished() | StepFailed():
                await self._done(event)
            case RunFailed():
                failure = event.failure
                raise CherryError(failure.code, failure.detail, **failure.params)
            case RunCancelled() | RunInterrupted():
                raise CherryError("agent_stopped")
            case _:
                pass

    async def _say(self, words: str) -> None:
        self._said = True
        await self._context.say(words)

    async def _status(self, step: str, words: str) -> None:
        name = self._workers.get(step, "").partition(":")[2]
        await self._context.status(f"{name}: {words}" if words else name)

    async def _done(self, event: StepFinished | StepFailed) -> None:
        if event.step in (PLAN_STEP, SUMMARY_STEP):
            return
        words = "".join(self._words.pop(event.step, ())).strip()
        if isinstance(event, StepFailed):
            words = f"{words}\n\n{message(event.failure, self._language)}".strip()
        if words:
            name = self._workers.get(event.step, "").partition(":")[2]
            await self._say(f"\n\n**{name}**\n\n{words}")

    async def _show(self, event: ArtifactAdded) -> None:
        ref, path = await self._artifacts.get(self._owner, event.artifact.id)
        if line := reading_line(ref.meta, self._language):
            self._words.setdefault(event.step, []).insert(0, f"{line}\n\n")
        content = ArtifactContent(
            kind=ref.kind,
            title=ref.title,
            media_type=ref.media_type,
            filename=ref.filename,
            path=path,
            meta={**ref.meta, "artifact": ref.id},
        )
        try:
            await self._context.show(content)
        except LimitExceeded:
            # Too large for a message: it can be fetched.
            link = f"/api/artifacts/{ref.id}/download"
            await self._say(f"\n\n[{ref.title}]({link})")
