"""Readings that mean the same: the parts of an `and` or an `or` have no order."""

from cherry_reflex.core.reading.condition import All, AnyOf, Condition, Not
from cherry_reflex.core.reading.reading import Reading


def canonical(reading: Reading) -> Reading:
    """Return the reading with the parts of its conditions in one order, the same for all readings
    that mean the same by it."""
    changed: dict[str, object] = {}
    for name in ("where", "having"):
        condition = getattr(reading, name)
        if isinstance(condition, All | AnyOf | Not):
            changed[name] = sorted_parts(condition)
    if any(isinstance(m.when, All | AnyOf | Not) for m in reading.measures):
        changed["measures"] = tuple(
            m.model_copy(update={"when": sorted_parts(m.when)}) if m.when is not None else m
            for m in reading.measures
        )
    return reading.model_copy(update=changed) if changed else reading


def sorted_parts(condition: Condition) -> Condition:
    """Return a condition whose parts are in order, those of a part of the same kind among them,
    each once."""
    if isinstance(condition, Not):
        return condition.model_copy(update={"part": sorted_parts(condition.part)})
    if not isinstance(condition, All | AnyOf):
        return condition
    found: dict[str, Condition] = {}
    for part in condition.parts:
        one = sorted_parts(part)
        inner = one.parts if type(one) is type(condition) else (one,)
        found.update({each.model_dump_json(): each for each in inner})
    parts = tuple(found[key] for key in sorted(found))
    return parts[0] if len(parts) == 1 else condition.model_copy(update={"parts": parts})
