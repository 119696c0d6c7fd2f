"""Every sentence a person reads: `catalogue/<language>/*.json`, a folder a language.

A template has `{name}` slots. A slot may say how its value is written, `{name:how}`, with one or
two of these separated by `|`:

- nothing: whole numbers with thousands separators, other numbers with four significant digits,
  dates in ISO form, lists joined by commas;
- a Python format such as `.1%` or `,.2f`; `p` writes a p-value (`p = 0.031`, `p < 0.001`);
  `id` writes the value as it is (years, codes); `bytes` writes a size; `word` translates the value
  by the key `fact.word.<value>`; `q` puts it into quotation marks;
- a Korean particle (`은는`, `이가`, `을를`, `과와`, `으로`, `이`), appended in its right form.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from cherry_reflex.core.errors import Failure
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.operation import Fact
from cherry_reflex.i18n.number import number, quantity
from cherry_reflex.i18n.particle import PARTICLES, particle

FOLDER = Path(__file__).parent / "catalogue"
_SMALLEST_P = 0.001
_UNITS = ("B", "KB", "MB", "GB")


def text(key: str, language: Language, **params: Any) -> str:
    """Return the sentence of `key` in `language`, slots filled.

    Raises KeyError when the key is unknown or a slot has no value: both are bugs.
    """
    template = entries()[key][language]
    parts: list[str] = []
    for literal, slot, how, _ in Formatter().parse(template):
        parts.append(literal)
        if slot is not None:
            parts.append(_write(params[slot], how or "", language))
    return "".join(parts)


def sentence(fact: Fact, language: Language) -> str:
    """Return the sentence of a fact. Raises KeyError as `text` does."""
    measured = {
        name: quantity(fact.params[name], unit)
        for name, unit in fact.units.items()
        if isinstance(fact.params[name], int | float)
    }
    return text(f"fact.{fact.key}", language, **{**fact.params, **measured})


def message(failure: Failure, language: Language) -> str:
    """Return the sentence of a failure; its code in plain form when there is none (an outsider's
    code may be unknown to us)."""
    try:
        return text(f"error.{failure.code}", language, **failure.params)
    except KeyError:
        return f"{failure.code}: {failure.detail}" if failure.detail else failure.code


def has(key: str) -> bool:
    """Return whether the catalogue knows `key`."""
    return key in entries()


@cache
def entries() -> Mapping[str, dict[str, str]]:
    """Return all entries, key -> language -> template; read once. (A test holds that no two files
    define the same key.)"""
    found: dict[str, dict[str, str]] = {}
    for language in languages():
        for path in sorted((FOLDER / language).glob("*.json")):
            for key, template in json.loads(path.read_text("utf-8")).items():
                found.setdefault(key, {})[language] = template
    return MappingProxyType(found)


@cache
def languages() -> tuple[Language, ...]:
    """Return the languages that there are: the catalogue's folders, English first."""
    found = [Language(folder.name) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]
    return tuple(sorted(found, key=lambda language: language != ENGLISH))


def slots(template: str) -> set[str]:
    """Return the names of a template's slots."""
    return {slot for _, slot, _, _ in Formatter().parse(template) if slot is not None}


def _write(value: Any, how: str, language: Language) -> str:
    form, written = "", ""
    appended = ""
    for part in how.split("|") if how else ():
        if part in PARTICLES:
            appended = part
        else:
            form = part
    written = _form(value, form, language)
    return written + particle(written, appended) if appended else written


def _form(value: Any, form: str, language: Language) -> str:
    if form == "id":
        return str(value)
    if form == "word":
        if isinstance(value, list | tuple):
            return ", ".join(_form(v, form, language) for v in value)
        return entries()[f"fact.word.{value}"][language]
    if form == "q":
        return f"‘{value}’" if language == "ko" else f"“{value}”"
    if value is None:
        return "–"
    if form == "p":
        return f"p < {_SMALLEST_P}" if value < _SMALLEST_P else f"p = {value:.3f}"
    if form == "bytes":
        return _bytes(float(value))
    if form:
        return format(value, form)
    if isinstance(value, bool):
        return entries()[f"fact.word.{'yes' if value else 'no'}"][language]
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(_form(item, "", language) for item in value)
    return str(value)


def _bytes(size: float) -> str:
    for unit in _UNITS:
        if size < 1000 or unit == _UNITS[-1]:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable")
