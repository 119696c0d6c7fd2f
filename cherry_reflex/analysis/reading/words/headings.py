"""Headings of results: what a measure or a group is called over a column of a table."""

from cherry_reflex.analysis.reading.words.phrases import Phrases, begun, plain, unmarked
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure
from cherry_reflex.i18n.catalogue import has, text

_CHARS_MAX = 80


def measure_heading(measure: Measure, language: Language, unit: str = "") -> str:
    """Return what a measure is called: `Mean of fare ($)`, `fare 평균 ($)`."""
    said = shortened(begun(Phrases(language, unmarked).measure(measure)))
    shown = text(f"reading.unit.{unit}", language) if has(f"reading.unit.{unit}") else unit
    return f"{said} ({shown})" if shown and f"({shown})" not in said else said


def measure_words(measure: Measure, language: Language) -> str:
    """Return what a measure is called within a sentence: `mean of fare`."""
    return plain(Phrases(language, unmarked).measure(measure))


def group_heading(group: Group, language: Language) -> str:
    """Return what a group is called: the column's own name, with the grain where it has one."""
    phrases = Phrases(language, unmarked)
    if isinstance(group.of, ColumnRef) and not group.of.grain:
        return group.of.name
    said = phrases.expression(group.of)
    return shortened(begun(said))


def group_words(group: Group, language: Language) -> str:
    """Return what a group is called within a sentence: `month of date`."""
    return plain(Phrases(language, unmarked).expression(group.of))


def shortened(said: str) -> str:
    """Return a heading that is not too long for a table."""
    return said if len(said) <= _CHARS_MAX else said[: _CHARS_MAX - 1].rstrip() + "…"
