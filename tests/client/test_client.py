"""The client against the running program: what people do with it, in the words of the API."""

import io
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.client.conversation import Conversation
from cherry_reflex.client.run import Run
from cherry_reflex.core.errors import BadInput, CherryError, NotFound, SignInNeeded
from cherry_reflex.core.events import TERMINAL, Record
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.core.run_view import Lane, fold
from tests.api.conftest import PASSWORD, Club
from tests.doubles.cutting_proxy import CuttingProxy
from tests.doubles.house import House, opened

CSV = "지역;매출\n서울;1,5\n부산;50,25\n서울;3,25\n".encode()
BY_REGION: dict[str, Any] = {
    "operation": "aggregate",
    "measure": "매출",
    "how": "sum",
    "group_by": ["지역"],
}


@pytest.fixture
async def client(house: House) -> AsyncIterator[CherryClient]:
    async with CherryClient(house.url) as client:
        yield client


@pytest.fixture
async def conversation(client: CherryClient) -> Conversation:
    return await client.create_conversation("체리")


def worked(lanes: list[Lane]) -> Lane:
    """Return the lane of the one step that worked."""
    (lane,) = (lane for lane in lanes if lane.step not in ("plan", "summary"))
    return lane


async def records_of(run: Run) -> list[Record]:
    return [record async for record in run.follow()]


async def test_a_file_is_sent_asked_about_and_taken_away(
    client: CherryClient, conversation: Conversation, tmp_path: Path
) -> None:
    file = tmp_path / "매출.csv"
    file.write_bytes(CSV)
    (sent,) = await conversation.upload(file)
    assert (sent.name, sent.rows, sent.columns[1].maximum) == ("매출", 3, 50.25)
    said = ParseOptions(types={"매출": "text"})
    (texts,) = await conversation.upload(CSV, "texts.csv", said, KOREAN)
    assert [column.type for column in texts.columns] == ["text", "text"]
    assert (await client.dataset(sent.id)).columns == sent.columns
    page = await client.rows(sent.id, "datasets", sort="매출", descending=True, limit=1)
    assert (page.total, page.rows) == (3, (("부산", 50.25),))

    run = await conversation.ask("지역별 매출", language=KOREAN, worker="a2a:pandas",
                                 datasets=(sent.id,), arguments=BY_REGION)  # fmt: skip
    view = await run.finished()
    assert (view.state, view.language, view.datasets) == ("finished", KOREAN, (sent.id,))
    table = next(one for one in worked(view.lanes).artifacts if one.kind == "table")
    shown = await client.rows(table.id)
    assert sorted(row[:2] for row in shown.rows) == [("부산", 50.25), ("서울", 4.75)]
    whole = pd.read_parquet(io.BytesIO(await client.artifact(table.id)))
    assert len(whole) == len(shown.rows)
    assert (await client.download(table.id, "csv")).count("서울".encode()) == 1
    assert "매출".encode() in await conversation.export("markdown")
    assert (await conversation.export("html", run.id)).startswith(b"<!")
    assert await client.suggestions(sent.id, KOREAN)

    kept = await conversation.view()
    assert [one.dataset.name for one in kept.uploads] == ["매출", "texts"]
    assert [one.run_id for one in kept.runs] == [run.id] and not kept.more
    assert conversation.id in [one.id for one in await client.conversations("체리")]
    await conversation.delete()
    with pytest.raises(NotFound, match="conversation_unknown"):
        await conversation.view()


async def test_records_are_followed_folded_and_taken_up(
    client: CherryClient, conversation: Conversation
) -> None:
    run = await conversation.ask("@numbers 30 0")
    records = await records_of(run)
    assert [record.seq for record in records] == list(range(records[0].seq, records[-1].seq + 1))
    assert records[0].event.type == "run_started" and records[-1].event.type in TERMINAL
    assert fold(run.id, records) == await run.view()
    rest = [r async for r in client.run(run.id).follow(records[2].seq)]
    assert rest == records[3:]
    assert [r async for r in run.follow(records[-1].seq)] == []


async def test_a_stream_that_breaks_off_is_taken_up(
    house: House, conversation: Conversation
) -> None:
    run = await conversation.ask("@numbers 200 0")
    whole = await records_of(run)
    proxy = CuttingProxy(house.url, after_bytes=900, cuts=2)
    async with proxy.open() as url, CherryClient(url) as cut:
        assert await records_of(cut.run(run.id)) == whole
    assert proxy.cuts_left == 0


@pytest.mark.parametrize(("reply", "said"), [("0", 3), ("100", 3)])
async def test_a_question_back_is_answered(
    conversation: Conversation, reply: str, said: int
) -> None:
    run = await conversation.ask("@numbers 3", language=ENGLISH)
    async with aclosing(run.follow()) as records:
        async for record in records:
            if record.event.type == "input_requested":
                assert record.event.options == ("0", "100")
                await run.answer(record.event.step, reply)
    lane = worked((await run.view()).lanes)
    assert lane.text.count("tok") == said
    with pytest.raises(CherryError, match="not_asked"):
        await run.answer(lane.step, reply)


async def test_a_step_is_changed_and_a_run_retried_and_stopped(
    client: CherryClient, conversation: Conversation
) -> None:
    await conversation.take_sample((await client.samples())[0].name)
    (upload,) = (await conversation.view()).uploads
    numbers = [column.name for column in upload.dataset.columns if column.type == "number"]
    given = {"operation": "aggregate", "measure": numbers[0], "how": "sum"}
    run = await conversation.ask("total", worker="a2a:pandas", arguments=given)
    first = worked((await run.finished()).lanes)
    changed = await run.change(first.step, "average", {**given, "how": "mean"})
    assert changed.id == run.id
    view = await changed.finished()
    assert view.plan is not None and view.plan.steps[0].arguments == {**given, "how": "mean"}
    assert worked(view.lanes).attempt == 2 and worked(view.lanes).text != first.text
    again = await run.retry()
    assert (again.id != run.id, (await again.finished()).retry_of) == (True, run.id)

    long = await (await client.create_conversation()).ask("@numbers 5000 50")
    async with aclosing(long.follow()) as records:
        async for record in records:
            if record.event.type == "text_delta":
                await long.cancel()
    assert (await long.view()).state == "cancelled"


async def test_the_same_question_is_asked_once(conversation: Conversation) -> None:
    runs = [await conversation.ask("@numbers 3 0", run_id="ab" * 16) for _ in range(2)]
    assert {run.id for run in runs} == {"ab" * 16}
    await runs[0].finished()
    assert len((await conversation.view()).runs) == 1


async def test_what_is_refused_is_the_error_that_it_was(
    client: CherryClient, conversation: Conversation
) -> None:
    with pytest.raises(BadInput) as empty:
        await conversation.upload(b"", "empty.csv")
    assert (empty.value.code, empty.value.params) == ("file_empty", {"name": "empty.csv"})
    with pytest.raises(BadInput, match="question_empty"):
        await conversation.ask(" ")
    with pytest.raises(NotFound, match="run_unknown"):
        await records_of(client.run("0" * 32))
    with pytest.raises(NotFound, match="login_off"):
        await client.sign_in("민지", "password")
    assert not (await client.session()).login


async def test_with_login_one_signs_in_or_brings_a_token() -> None:
    with opened(CHERRY_LOGIN="true") as house:
        club = Club(house)
        club.add("민지")
        token = club.command("token", "민지").split()[-1]
        async with CherryClient(house.url) as client:
            with pytest.raises(SignInNeeded, match="sign_in_needed"):
                await client.create_conversation()
            with pytest.raises(SignInNeeded, match="sign_in_wrong"):
                await client.sign_in("민지", "wrong")
            session = await client.sign_in("민지", PASSWORD)
            assert session.account is not None and session.account.name == "민지"
            mine = await client.create_conversation("내 것")
            await client.sign_out()
            with pytest.raises(SignInNeeded):
                await mine.view()
        async with CherryClient(house.url, token=token) as bearer:
            assert [one.id for one in await bearer.conversations()] == [mine.id]
