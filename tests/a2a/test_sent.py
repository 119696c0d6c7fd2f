"""What an agent of ours sends to a model is told over A2A, and asked for where that is wanted."""

import pytest

from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.errors import NotAllowed
from cherry_reflex.core.events import DataSent, InputRequested
from cherry_reflex.core.worker import WorkerEvent, WorkerRequest
from cherry_reflex.llm.model_sending import ModelSending, is_here
from cherry_reflex.settings import Settings
from tests.doubles.worker_calls import Connect, gather_events
from tests.doubles.worker_request import worker_request

FAR = {"llm_model": "large", "llm_base_url": "https://models.example/v1"}


def settings_of(**given: object) -> Settings:
    return Settings.model_validate(given)


async def test_each_request_to_a_model_is_told(connect: Connect) -> None:
    sending = ModelSending(settings_of(**FAR))

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await sending.before(asked, context, 1200, ["region", "매출", "region"])
        await sending.before(asked, context, 7, [])

    workers = await connect(teller=doing)
    events = await gather_events(workers, worker_request("a2a:teller"))
    first, second = [event for event in events if isinstance(event, DataSent)]
    assert first == DataSent(
        to="large · OpenAI-compatible (models.example)",
        kind="model",
        characters=1200,
        columns=("region", "매출"),
    )
    assert (second.characters, second.columns) == (7, ())


@pytest.mark.parametrize(("reply", "sent"), [("Send", 2), ("Do not send", 0)])
async def test_the_person_is_asked_once(connect: Connect, reply: str, sent: int) -> None:
    sending = ModelSending(settings_of(**FAR, ask_before_sending=True))

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        await sending.before(asked, context, 1, [])
        await sending.before(asked, context, 1, [])

    workers = await connect(teller=doing)
    call = workers.call(worker_request("a2a:teller"))
    heard: list[WorkerEvent] = []
    problem = ""
    try:
        async for event in call.events():
            heard.append(event)
            if isinstance(event, InputRequested):
                assert event.options == ("Send", "Do not send", "Always in this conversation")
                assert "large" in event.prompt
                await call.answer(reply)
    except Exception as error:
        problem = getattr(error, "code", "")
    assert sum(isinstance(event, InputRequested) for event in heard) == 1
    assert sum(isinstance(event, DataSent) for event in heard) == sent
    assert problem == ("" if sent else "sending_refused")


async def test_nobody_is_asked_about_a_model_on_this_machine() -> None:
    told: list[DataSent] = []

    class Context:
        async def sent(self, event: DataSent) -> None:
            told.append(event)

        async def ask(self, *_: object, **__: object) -> str:
            raise NotAllowed("asked")

    near = settings_of(
        llm_model="small", llm_base_url="http://127.0.0.1:8000/v1", ask_before_sending=True
    )
    context: AgentContext = Context()  # type: ignore[assignment]
    await ModelSending(near).before(worker_request("a2a:x"), context, 9, ["a"])
    assert [event.here for event in told] == [True]


@pytest.mark.parametrize(
    ("given", "here"),
    [
        ({"llm_base_url": "http://localhost:1234/v1"}, True),
        ({"llm_base_url": "http://127.0.0.2/v1"}, True),
        ({"llm_provider": "ollama"}, True),
        ({"llm_provider": "openai"}, False),
        ({"llm_provider": "ollama", "llm_base_url": "http://10.0.0.7/v1"}, False),
        (FAR, False),
    ],
)
def test_where_a_model_runs(given: dict[str, str], here: bool) -> None:
    assert is_here(settings_of(**{"llm_model": "m", **given})) is here
