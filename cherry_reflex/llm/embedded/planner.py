"""The planner that serves when no language model is configured: embeddings instead of words."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from cherry_reflex.analysis.reading.query import Query
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.operation import Fact, Operation
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.arguments import checked
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.choice import Chooser
from cherry_reflex.llm.embedded.arguments.filling import Filler
from cherry_reflex.llm.embedded.dialogue.context import understand, unnumbered
from cherry_reflex.llm.embedded.dialogue.suggestion import suggestions
from cherry_reflex.llm.embedded.dialogue.wording import fact_words, pieces, summary_words
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.plan import PlanBuilder
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.score.weights import load
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.views import Views
from cherry_reflex.llm.embedded.reading_plan import ReadingPlan

_T = TypeVar("_T")
_END = object()


class EmbeddedPlanner:
    """A planner (`core.planner.Planner`) of a sentence encoder and small heads over it. It computes
    in one thread of its own, so that the event loop stays free; the model is loaded at the first
    use, or by `open` in the background."""

    def __init__(self, folder: Path | None = None, *, has_readings: bool = False) -> None:
        """`folder` is where heads and vectors are kept, so that the next start need not compute
        them again. `has_readings`: questions are read before anybody is chosen for them."""
        self._array_cache = ArrayCache(folder) if folder is not None else None
        self._embedding = Embedding()
        self.views = Views(self._embedding, self._array_cache)
        self._readings = self._reading_plan() if has_readings else None
        self._builder = PlanBuilder(self.views, self._readings, self._array_cache)
        self._chooser = Chooser(self._embedding, self._array_cache)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-mind")
        self._loading: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Begin to load the model, and to embed what is compared with every request, without
        waiting for it (two seconds of CPU)."""
        self._loading = asyncio.ensure_future(self._aside(self._load))
        # A failure is raised again by whoever uses the planner.
        self._loading.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def close(self) -> None:
        """End the thread; what it computes now is waited for."""
        if self._loading is not None:
            self._loading.cancel()
        self._embedding.close()
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)

    async def prepare(self, roster: Roster) -> None:
        """Fit the head for a roster, so that its first plan need not wait for that."""
        known = roster.without_models()
        await self._aside(lambda: self._builder.router(known))

    async def plan(self, question: Question, roster: Roster) -> AsyncIterator[str | Plan | Ask]:
        """Yield words, then a plan; or a question back; or words alone."""
        known = roster.without_models()
        async for item in self._stream(lambda: self._builder.plan(unnumbered(question), known)):
            if isinstance(item, str):
                for piece in pieces(item):
                    yield piece
            else:
                yield item

    async def choose(
        self, question: Question, operations: Sequence[type[Operation]], most: int = 3
    ) -> Sequence[Operation]:
        """Return 1 to `most` operations, none that only a model can fill in. Raises BadInput when
        none fits the data."""

        def choose() -> list[Operation]:
            asked = unnumbered(question)
            understood = understand(self._embedding, asked)
            if Query in operations and self._readings is not None:
                query = self._readings.query(asked, understood)
                if query is not None:
                    return [query]
            others = [k for k in operations if k is not Query and not k.needs_model]
            if not others:
                raise BadInput("dataset_missing")
            return self._chooser.choose(asked, understood.text, others, most)

        return await self._aside(choose)

    async def fill(self, question: Question, schema: dict[str, Any]) -> dict[str, Any]:
        """Return arguments valid against `schema`. Raises BadInput `arguments_missing`."""

        def fill() -> dict[str, Any]:
            asked = understand(self._embedding, unnumbered(question)).text
            filler = Filler(self._embedding, asked, question.language, question.datasets)
            filled = filler.fill(schema, by_uri=True)
            try:
                return checked(filled, schema, question.datasets)
            except ValueError as error:
                raise BadInput("arguments_missing", str(error), name="arguments") from error

        return await self._aside(fill)

    async def words(
        self, question: Question, facts: Sequence[Fact], persona: str
    ) -> AsyncIterator[str]:
        """Yield the facts as sentences, the most relevant first."""
        async for said in self._stream(lambda: fact_words(self._embedding, question, facts)):
            for piece in pieces(said):
                yield piece

    async def summary(self, question: Question, findings: Sequence[Finding]) -> AsyncIterator[str]:
        """Yield the closing summary in the words of the steps."""
        async for said in self._stream(lambda: summary_words(self._embedding, question, findings)):
            for piece in pieces(said):
                yield piece

    async def suggest(self, question: Question, most: int = 4) -> Sequence[str]:
        """Return questions that the columns of the datasets allow."""
        return await self._aside(lambda: suggestions(self.views, question, most))

    def _load(self) -> None:
        self._embedding.load()
        knowledge.load()
        self._embedding.learn(knowledge.wordings(), self._array_cache)
        self.views.load()
        if self._readings is not None:
            self._readings.load()

    def _reading_plan(self) -> ReadingPlan:
        learned = load()
        network = Network(self._embedding)
        proposers = (Search(learned.search), Edits(learned.search), network)
        reader = Reader(self.views, proposers, learned, network)
        return ReadingPlan(self.views, reader, learned.specialist)

    async def _aside(self, compute: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, compute)

    async def _stream(self, make: Callable[[], Iterator[_T]]) -> AsyncIterator[_T]:
        """Yield what an iterator gives, each item computed in the thread."""
        iterator = await self._aside(make)
        while True:
            item: Any = await self._aside(lambda: next(iterator, _END))
            if item is _END:
                return
            yield item
