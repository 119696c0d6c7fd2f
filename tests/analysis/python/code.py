"""Code, run as the operation runs it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cherry_reflex.analysis.python.python import RunPython
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.operation import Outcome, Tables
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.tables import dataset_of, run_over
from tests.operations.everyone import whole

SALES = pd.DataFrame(
    {
        "region": ["서울", "부산", "서울", "대구"],
        "price": [1.5, 2.25, 3.0, 4.75],
        "sold_on": pd.to_datetime(["2024-01-02", "2024-01-03", "2024-02-01", "2024-02-09"]),
    }
)


@dataclass(frozen=True)
class Conversation:
    """Tables, and what code of earlier calls has left."""

    tables: Tables

    def run(self, code: str, language: Language = ENGLISH, **arguments: Any) -> Outcome:
        """Check and run code; all that it leaves is whole, in both languages."""
        tables = self.tables.model_copy(update={"language": language})
        outcome = run_over(RunPython(code=code, **arguments), tables)
        whole(outcome)
        assert outcome.code == code
        assert outcome.code_language == "python"
        return outcome

    def error(self, code: str) -> BadInput:
        """Return what code that fails is refused with."""
        with pytest.raises(BadInput) as caught:
            self.run(code)
        assert caught.value.code == "python_failed"
        return caught.value


def conversation(folder: Path, **frames: pd.DataFrame) -> Conversation:
    """Return a conversation with frames as its datasets, by name."""
    datasets = tuple(dataset_of(frame, folder, name) for name, frame in frames.items())
    work = folder / "work"
    work.mkdir()
    return Conversation(
        Tables(datasets=datasets, folder=work, conversation_files=folder / "lasting")
    )


def said(outcome: Outcome) -> str:
    """Return all facts, as a model reads them."""
    return "\n".join(sentence(fact, ENGLISH) for fact in outcome.facts)


def value(outcome: Outcome) -> str:
    """Return the value of the last expression, in words."""
    (found,) = (f.params["value"] for f in outcome.facts if f.key == "python.value")
    return str(found)


def output(outcome: Outcome) -> str:
    """Return the text of what was printed, and of values in words."""
    (found,) = (a for a in outcome.artifacts if a.kind == "text")
    return read_bytes(found).decode()


def of_kind(outcome: Outcome, kind: str) -> list[ArtifactContent]:
    """Return the artifacts of a kind."""
    return [content for content in outcome.artifacts if content.kind == kind]
