"""How a question was understood, as one line for who reads an answer elsewhere than on the page: a
guess is called a guess there as well."""

from collections.abc import Mapping
from typing import Any

from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import text

_BANDS = ("sure", "guess", "chosen")


def reading_line(meta: Mapping[str, Any], language: Language) -> str:
    """Return what an artifact's `meta` says of the reading that it answers, as Markdown; "" when
    it says nothing."""
    told = meta.get("reading")
    if not isinstance(told, Mapping) or not told.get("sentence"):
        return ""
    band = told.get("band")
    known = band if band in _BANDS else "guess"
    label = text(f"ui.reading.band.{known}", language)
    line = f"{label if label.endswith(':') else f'**{label}**:'} {told['sentence']}"
    unused = told.get("unused")
    if known != "guess" or not isinstance(unused, list | tuple) or not unused:
        return line
    words = ", ".join(str(word) for word in unused)
    return f"{line} ({text('ui.reading.unused', language)} {words})"
