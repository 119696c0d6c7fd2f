"""The loader fetches a file that a request names by its address, and makes a dataset of it."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import cast

import pandas as pd
import pytest

from cherry_reflex.agents import data_loader
from cherry_reflex.agents.load_url import LoadUrl
from cherry_reflex.analysis.operations import run_operation
from cherry_reflex.core.agent import AgentServices
from cherry_reflex.core.errors import BadInput, Unavailable
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.core.planner import Planner
from cherry_reflex.i18n.catalogue import sentence
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from tests.agents.conftest import Recorder
from tests.doubles.worker_request import worker_request

REQUEST = "이 파일을 불러와 주세요(https://example.com/판매.csv)."
ASKED = worker_request("a2a:data_loader", REQUEST, language="ko")


class Takes:
    """A planner that takes the only operation that needs no data, and words facts as they are."""

    async def choose(
        self, question: object, operations: Sequence[type[Operation]], most: int
    ) -> tuple[Operation, ...]:
        (only,) = operations
        return (only.model_validate({"url": REQUEST}),)

    async def words(self, question: object, facts: Sequence[Fact], persona: str) -> (
        AsyncIterator[str]
    ):  # fmt: skip
        for fact in facts:
            yield sentence(fact, KOREAN)


def services(
    folder: Path, forkserver: Path, fetch: Callable[[str, Path], Awaitable[Path]] | None
) -> AgentServices:
    sandbox = Sandbox(Settings(data_dir=folder), forkserver)

    async def run(operation: Operation, tables: Tables) -> Outcome:
        return await run_operation(sandbox, operation, tables)

    return AgentServices(cast(Planner, Takes()), run, folder, fetch)


async def test_a_file_of_the_web_becomes_a_dataset(
    tmp_path: Path, forkserver: Path, context: Recorder
) -> None:
    expected = pd.DataFrame({"지역": ["서울", "부산"], "매출": [10, 20]})
    source = tmp_path / "판매.csv"
    source.write_bytes(expected.to_csv(index=False).encode("cp949"))
    asked: list[str] = []

    async def fetch(url: str, folder: Path) -> Path:
        asked.append(url)
        return Path(shutil.copy(source, folder))

    await data_loader.create(services(tmp_path, forkserver, fetch)).run(ASKED, context)
    assert asked == ["https://example.com/판매.csv"]
    (made,) = context.shown()
    assert (made.kind, made.title) == ("dataset", "판매")
    pd.testing.assert_frame_equal(pd.read_parquet(made.path), expected, check_dtype=False)
    assert "2행, 2열" in context.said()


async def test_it_is_said_when_urls_are_off(
    tmp_path: Path, forkserver: Path, context: Recorder
) -> None:
    with pytest.raises(Unavailable) as caught:
        await data_loader.create(services(tmp_path, forkserver, None)).run(ASKED, context)
    assert caught.value.code == "urls_off"


def test_a_request_without_an_address(tmp_path: Path) -> None:
    operation = LoadUrl(url="매출 파일을 불러와줘")
    with pytest.raises(BadInput) as caught:
        operation.check(Tables(datasets=(), folder=tmp_path))
    assert caught.value.code == "url_missing"
