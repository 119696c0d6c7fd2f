"""What a person replies when readings are offered: one of them, one of their own, or words."""

from collections.abc import Sequence

from pydantic import ValidationError

from cherry_reflex.core.reading.reading import Reading


def plain(sentence: str) -> str:
    """Return a sentence of a reading without the marks of what is bold."""
    return sentence.replace("**", "")


def place_of(reply: str, options: Sequence[str]) -> int | None:
    """Return which of the options a reply names, counted from 0: by its words, with or without
    the marks of what is bold, or by its number, counted from 1. None when it names none."""
    said = plain(reply).strip()
    for place, option in enumerate(options):
        if plain(option).strip() == said:
            return place
    if said.isdecimal() and 1 <= int(said) <= len(options):
        return int(said) - 1
    return None


def chosen(reply: str, options: Sequence[str], choices: Sequence[Reading]) -> Reading | None:
    """Return the reading that a reply stands for: that of an option (`choices` are those of the
    first options), or one that is written out as JSON. None when the reply is words of another
    kind, or when no readings were offered."""
    if not choices:
        return None
    place = place_of(reply, options)
    if place is not None:
        return choices[place] if place < len(choices) else None
    if not reply.lstrip().startswith("{"):
        return None
    try:
        return Reading.model_validate_json(reply)
    except ValidationError:
        return None


def as_json(reading: Reading) -> dict[str, object]:
    """Return a reading as it is kept and sent: without what is left at its default."""
    return reading.model_dump(mode="json", exclude_defaults=True)
