"""Agents with a context that remembers, with a language model over the scripted endpoint."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cherry_reflex.analysis.digests.digest import digest_of
from cherry_reflex.core.agent import AgentServices
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.events import DataSent
from cherry_reflex.core.language_model import LanguageModel
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.planner import Planner
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.resolve import open_language_model, open_planner
from tests.doubles.scripted_llm import ScriptedLlm
from tests.llm.conftest import settings_of

ServicesOf = Callable[[ScriptedLlm], AbstractAsyncContextManager[AgentServices]]


class Recorder:
    """A context: remembers all that an agent put on it, in order."""

    def __init__(self) -> None:
        self.log: list[tuple[str, Any]] = []
        self.digests: list[Digest] = []
        self._calls = 0

    async def say(self, text: str) -> None:
        self.log.append(("say", text))

    async def status(self, text: str) -> None:
        self.log.append(("status", text))

    async def called(self, name: str, arguments: dict[str, Any]) -> str:
        self._calls += 1
        self.log.append(("called", (name, arguments)))
        return f"c{self._calls}"

    async def returned(
        self, call: str, *, ok: bool = True, text: str = "", digest: Digest | None = None
    ) -> None:
        self.log.append(("returned", (call, ok, text)))
        if digest is not None:
            self.digests.append(digest)

    async def sent(self, event: DataSent) -> None:
        self.log.append(("sent", event))

    async def show(self, content: ArtifactContent) -> None:
        self.log.append(("show", content))

    async def ask(
        self,
        prompt: str,
        options: tuple[str, ...] = (),
        choices: tuple[Reading, ...] = (),
        words: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        raise AssertionError("nothing to ask")

    def kinds(self) -> list[str]:
        """Return what happened, runs of the same kind once."""
        return [k for i, (k, _) in enumerate(self.log) if not i or self.log[i - 1][0] != k]

    def said(self) -> str:
        """Return all words."""
        return "".join(value for kind, value in self.log if kind == "say")

    def shown(self) -> list[ArtifactContent]:
        """Return all artifacts."""
        return [value for kind, value in self.log if kind == "show"]


@pytest.fixture
def context() -> Recorder:
    """Return an empty context."""
    return Recorder()


def services(planner: Planner, folder: Path, model: LanguageModel | None = None) -> AgentServices:
    """Return services that run operations in a thread."""

    async def run(operation: Operation, tables: Tables) -> Outcome:
        operation.check(tables)
        outcome = await asyncio.to_thread(operation.run, tables)
        return outcome.model_copy(update={"digest": digest_of(outcome)})

    return AgentServices(planner=planner, run=run, data_dir=folder, model=model)


@pytest.fixture
def services_of(tmp_path: Path) -> ServicesOf:
    """Open services whose language model is the scripted endpoint."""

    @asynccontextmanager
    async def open_(llm: ScriptedLlm) -> AsyncIterator[AgentServices]:
        settings = settings_of(llm, data_dir=tmp_path)
        async with open_planner(settings) as planner, open_language_model(settings) as model:
            yield services(planner, tmp_path, model)

    return open_


@pytest.fixture
def sales(tmp_path: Path) -> Dataset:
    """Return a small real table of 240 rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 240
    table = pa.table(
        {
            "region": ["Seoul" if n % 3 else "Busan" for n in range(rows)],
            "product": [("tea", "rice", "salt")[n % 3] for n in range(rows)],
            "price": [float(n % 17) + 1 for n in range(rows)],
            "quantity": [n % 5 + 1 for n in range(rows)],
        }
    )
    path = tmp_path / "sales.parquet"
    pq.write_table(table, path)
    return Dataset(
        id="d1",
        name="sales",
        uri=f"file://{path}",
        rows=rows,
        columns=(
            Column(name="region", type="category", distinct=2, examples=("Seoul", "Busan")),
            Column(name="product", type="category", distinct=3, examples=("tea", "rice", "salt")),
            Column(name="price", type="number", distinct=17, minimum=1.0, maximum=17.0),
            Column(name="quantity", type="integer", distinct=5, minimum=1, maximum=5),
        ),
    )
