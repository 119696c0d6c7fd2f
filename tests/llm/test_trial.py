"""The test button: does the model answer, how fast, and if not, why."""

import pytest

from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.llm.trial import trial
from cherry_reflex.settings import Settings
from tests.doubles.scripted_llm import Refuses, Says, scripted_llm
from tests.llm.conftest import settings_of


async def test_a_model_that_answers_is_timed() -> None:
    async with scripted_llm(Says("ready")) as llm:
        found = await trial(settings_of(llm))
    assert found.text == "ready"
    assert 0 < found.first_token_s <= found.total_s


async def test_a_refused_key_is_named_and_not_shown() -> None:
    async with scripted_llm(Refuses(401, {"message": "bad key sk-very-secret"})) as llm:
        with pytest.raises(CherryError) as refused:
            await trial(settings_of(llm))
    assert refused.value.code == "model_key"
    assert "sk-very-secret" not in refused.value.detail


async def test_without_a_model_there_is_nothing_to_try() -> None:
    with pytest.raises(BadInput, match="model_not_connected"):
        await trial(Settings(_env_file=None))
