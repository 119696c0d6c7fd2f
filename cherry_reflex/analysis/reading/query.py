"""The operation that runs a reading: its answer first, the reading and its alternatives beside."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.reading import run as tasks
from cherry_reflex.analysis.reading.check import checked
from cherry_reflex.analysis.reading.opened import Opened, also_opened, opened
from cherry_reflex.analysis.reading.words.sentence import sentence
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.i18n import catalogue

SURE = 0.8
"""From this probability on an answer is told as one; below it is a guess, and called so."""


class Query(Operation):
    """Answers one question about tables, given as a reading: figures, groups, rows, relations,
    tests, periods, with conditions, order, chart and file."""

    name: ClassVar[str] = "query"
    examples: ClassVar[tuple[str, ...]] = ()
    for_models: ClassVar[bool] = False

    reading: Reading = Field(description="What the question asks for.")
    alternatives: tuple[Reading, ...] = Field(
        default=(), max_length=3, description="What else it may mean; told in a line each."
    )
    probability: float = Field(
        default=1.0, ge=0, le=1, description="How probable the reading is; 1 when it was chosen."
    )
    unused: tuple[str, ...] = Field(
        default=(), description="Words of the question that the reading does not explain."
    )
    words: dict[str, str] = Field(
        default={}, description="Which column a word of the question was taken for."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns, types or parts of the reading do not fit the tables."""
        checked(self.reading, tables)

    def run(self, tables: Tables) -> Outcome:
        """Compute the answer, further readings of the same question, and alternatives in brief.
        An alternative that fails is left out."""
        with opened(self.reading, tables, dt.date.today()) as one:
            outcomes = [tasks.run(one)]
            for further in self.reading.also:
                outcomes.append(tasks.run(also_opened(one, further, is_brief=False)))
            told = [found for other in self.alternatives if (found := _brief(one, other))]
        meta = {
            "sentence": sentence(self.reading, tables.datasets, tables.language),
            "reading": written(self.reading),
            "band": self.band,
            "probability": self.probability,
            "unused": list(self.unused),
            "alternatives": told,
            **({"words": self.words} if self.words else {}),
        }
        return _together(outcomes, meta, tables.language)

    @property
    def band(self) -> Literal["sure", "guess", "chosen"]:
        """How sure the reading is."""
        if self.probability >= 1:
            return "chosen"
        return "sure" if self.probability >= SURE else "guess"


def written(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON, without what is left at its default."""
    found: dict[str, Any] = reading.model_dump(mode="json", exclude_defaults=True)
    return found


def _brief(one: Opened, other: Reading) -> dict[str, Any] | None:
    """Return an alternative with its result in one line, or None when it cannot be computed."""
    try:
        outcome = tasks.run(also_opened(one, other, is_brief=True))
    except CherryError:
        return None
    language = one.language
    result = catalogue.sentence(outcome.facts[0], language) if outcome.facts else ""
    return {
        "sentence": sentence(other, one.tables.datasets, language),
        "result": result,
        "reading": written(other),
    }


def _as_guess(fact: Fact, unused: Sequence[str], language: Language) -> Fact:
    """Return a fact whose sentence says that it answers a guess, and which words that leaves
    out."""
    params = {**fact.params, "answer": catalogue.sentence(fact, language)}
    if unused:
        params["unused"] = ", ".join(f"“{word}”" for word in unused)
        return Fact(key="reading.guess_without", params=params, weight=fact.weight)
    return Fact(key="reading.guess", params=params, weight=fact.weight)


def _together(outcomes: list[Outcome], meta: dict[str, Any], language: Language) -> Outcome:
    """The readings of one question in one outcome; the first table says what was read."""
    facts = [fact for outcome in outcomes for fact in outcome.facts]
    artifacts: list[ArtifactContent] = [a for outcome in outcomes for a in outcome.artifacts]
    place = next((n for n, one in enumerate(artifacts) if one.kind == "table"), None)
    if place is not None:
        table = artifacts[place]
        artifacts[place] = table.model_copy(update={"meta": {**table.meta, "reading": meta}})
    code = ";\n\n".join(outcome.code for outcome in outcomes if outcome.code)
    if facts and meta["band"] == "guess":
        facts[0] = _as_guess(facts[0], meta["unused"], language)
    return Outcome(
        facts=tuple(facts),
        artifacts=tuple(artifacts),
        code=code,
        code_language=outcomes[0].code_language if code else "",
    )
