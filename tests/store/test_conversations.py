"""Conversations: an owner's alone, found by what they hold, gone for good only after a while."""

import time
from pathlib import Path

import pytest

from cherry_reflex.core.errors import NotFound
from cherry_reflex.core.events import RunFinished, RunStarted
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.store.conversations import Conversations, begun, ended
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import EventLog
from cherry_reflex.store.feedback import Feedback


async def test_found_by_title_question_and_summary(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log, conversations = EventLog(database), Conversations(database)
        one = await conversations.create(LOCAL_OWNER)
        await conversations.create(LOCAL_OWNER, "50% off_sale")
        at = time.time()
        await log.append(
            one.id, "r", RunStarted(question="매출은?"), begun("r", one.id, "매출은?", at)
        )
        assert (await conversations.get(LOCAL_OWNER, one.id)).live
        await log.append(one.id, "r", RunFinished(), ended("r", "finished", "서울이 가장 높다", at))
        assert not (await conversations.get(LOCAL_OWNER, one.id)).live
        for text, titles in [
            ("매출", ["매출은?"]),
            ("서울이", ["매출은?"]),
            ("0% o", ["50% off_sale"]),
            ("%", ["50% off_sale"]),
            ("f_s", ["50% off_sale"]),
            ("nothing", []),
        ]:
            assert [c.title for c in await conversations.find(LOCAL_OWNER, text)] == titles
        assert await conversations.find("stranger") == []


async def test_a_strangers_is_not_found(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        conversations = Conversations(database)
        one = await conversations.create(LOCAL_OWNER)
        for attempt in (
            conversations.get("stranger", one.id),
            conversations.change("stranger", one.id, title="mine"),
            conversations.delete("stranger", one.id),
            conversations.restore("stranger", one.id),
        ):
            with pytest.raises(NotFound):
                await attempt


async def test_deleted_can_be_restored_until_purged(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log, conversations = EventLog(database), Conversations(database)
        one = await conversations.create(LOCAL_OWNER, "one")
        two = await conversations.create(LOCAL_OWNER, "two")
        await log.append(one.id, "r", RunStarted(question="q"), begun("r", one.id, "q", 1))
        await Feedback(database).put(one.id, "r", "up")
        await conversations.delete(LOCAL_OWNER, one.id)
        assert await conversations.condemn(time.time() - 60) == []
        await conversations.restore(LOCAL_OWNER, one.id)
        await conversations.delete(LOCAL_OWNER, one.id)
        assert await conversations.condemn(time.time() + 1) == [one.id]
        with pytest.raises(NotFound):
            await conversations.restore(LOCAL_OWNER, one.id)
        assert await conversations.condemn(0) == [one.id], "interrupted, it is found again"
        await conversations.purge([one.id])
        assert await conversations.condemn(0) == []
        assert await log.read(one.id) == []
        assert [c.id for c in await conversations.find(LOCAL_OWNER)] == [two.id]


async def test_an_opinion_is_kept_replaced_and_taken_back(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log, conversations = EventLog(database), Conversations(database)
        one = await conversations.create(LOCAL_OWNER)
        await log.append(one.id, "r", RunStarted(question="q"), begun("r", one.id, "q", 1))
        feedback = Feedback(database)
        await feedback.put(one.id, "r", "up")
        await feedback.put(one.id, "r", "down", "the chart is wrong")
        assert await feedback.of(one.id) == {"r": "down"}
        await feedback.put(one.id, "r", "")
        assert await feedback.of(one.id) == {}
