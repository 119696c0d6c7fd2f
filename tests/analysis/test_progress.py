"""What an operation says is heard by whoever runs it, in order, and by nobody else."""

import asyncio

import pytest

from cherry_reflex.analysis.progress import hand_over, heard_by, passed_on, progress
from cherry_reflex.core.artifact import ArtifactContent


class Listener:
    """Remembers what it was told, after a turn of the loop each time."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.came = asyncio.Event()

    async def tell(self, text: str) -> None:
        await asyncio.sleep(0)
        self.log.append(text)
        self.came.set()

    async def show(self, content: ArtifactContent) -> None:
        await self.tell(f"<{content.title}>")


def part(title: str) -> ArtifactContent:
    return ArtifactContent(kind="text", title=title, data=b"1")


def test_nobody_listens() -> None:
    progress("nothing happens")
    said: list[str] = []
    with heard_by(said.append):
        progress("now")
    progress("gone")
    assert said == ["now"]


async def test_progress_is_heard_before_the_end_and_by_its_own_listener_alone() -> None:
    one, other = Listener(), Listener()

    async def work(at: Listener, name: str) -> None:
        async with passed_on(at.tell, at.show):
            progress(name)
            await asyncio.wait_for(one.came.wait(), 5)

    await asyncio.gather(work(one, "one"), work(other, "other"))
    assert (one.log, other.log) == (["one"], ["other"])


async def test_all_that_a_thread_says_has_arrived_in_order_at_the_end() -> None:
    listener = Listener()

    def compute() -> None:
        for number in range(50):
            progress(str(number))
            hand_over(part(str(number)))

    async with passed_on(listener.tell, listener.show):
        await asyncio.to_thread(compute)
    assert listener.log == [text for n in range(50) for text in (str(n), f"<{n}>")]


async def test_what_the_listener_raises_is_raised_at_the_end() -> None:
    listener = Listener()

    async def refuse(content: ArtifactContent) -> None:
        raise ValueError(content.title)

    with pytest.raises(ValueError, match="first"):
        async with passed_on(listener.tell, refuse):
            hand_over(part("first"))


async def test_an_operation_that_fails_takes_its_listener_with_it() -> None:
    listener = Listener()
    before = asyncio.all_tasks()
    with pytest.raises(ValueError, match="no"):
        async with passed_on(listener.tell, listener.show):
            raise ValueError("no")
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


def test_code_goes_with_what_carries_none_of_its_own() -> None:
    own = part("own").model_copy(update={"meta": {"code": "mine", "language": "sql"}})
    first, second = hand_over(part("none"), own, code="all", language="python")
    assert first.meta == {"code": "all", "language": "python"}
    assert second is own
