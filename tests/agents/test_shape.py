"""Every agent file has the same shape: a card that says honestly what it can, and `create`."""

import re
from pathlib import Path

import pytest

from cherry_reflex.core.agent import Card
from cherry_reflex.workers.own import AGENTS, modules_of
from tests.agents.conftest import services

MODULES = [module for module in modules_of(AGENTS).values() if hasattr(module, "CARD")]
HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.CARD.name)
def test_agent_has_the_shape(module: object, tmp_path: Path) -> None:
    card: Card = module.CARD  # type: ignore[attr-defined]
    assert module.__name__ == f"{AGENTS}.{card.name}"  # type: ignore[attr-defined]
    examples = [e for skill in card.skills for e in skill.examples]
    korean = [e for e in examples if HANGUL.search(e)]
    assert len(examples) >= 20
    assert len(set(examples)) == len(examples)
    assert 0.35 <= len(korean) / len(examples) <= 0.65
    assert len({skill.id for skill in card.skills}) == len(card.skills)
    assert len(card.description) > 60
    agent = module.create(services(None, tmp_path))  # type: ignore[attr-defined,arg-type]
    assert agent.card is card
