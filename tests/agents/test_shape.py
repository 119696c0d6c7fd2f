"""Every agent file has the same shape: a card that says honestly what it can, and `create`."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import cherry_reflex.agents as package
from cherry_reflex.core.agent import Card
from tests.agents.conftest import services

MODULES = [
    module
    for info in pkgutil.iter_modules(package.__path__)
    if hasattr(module := importlib.import_module(f"{package.__name__}.{info.name}"), "CARD")
]
HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.CARD.name)
def test_agent_has_the_shape(module: object, tmp_path: Path) -> None:
    card: Card = module.CARD  # type: ignore[attr-defined]
    assert module.__name__ == f"{package.__name__}.{card.name}"  # type: ignore[attr-defined]
    examples = [e for skill in card.skills for e in skill.examples]
    korean = [e for e in examples if HANGUL.search(e)]
    assert len(examples) >= 20
    assert len(set(examples)) == len(examples)
    assert 0.35 <= len(korean) / len(examples) <= 0.65
    assert len({skill.id for skill in card.skills}) == len(card.skills)
    assert len(card.description) > 60
    agent = module.create(services(None, tmp_path))  # type: ignore[attr-defined,arg-type]
    assert agent.card is card
