"""What a number counts, and how its percentages are kept."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class Unit(BaseModel):
    """A unit as written beside a number: `$`, `원`, `%`, `kg`. `is_fraction`: percentages are kept
    as fractions, so that 0.25 is 25 %."""

    model_config = ConfigDict(frozen=True)

    symbol: str = ""
    is_fraction: bool = False


PERCENT = Unit(symbol="%", is_fraction=True)
"""The unit of shares that we compute ourselves."""


def units_of(meta: Mapping[str, Any]) -> dict[str, Unit]:
    """Return the units by column that an artifact's `meta` tells (`units`); what an outside agent
    wrote there in another form is none."""
    given = meta.get("units")
    found: dict[str, Unit] = {}
    for name, unit in given.items() if isinstance(given, Mapping) else ():
        try:
            found[str(name)] = Unit.model_validate(unit)
        except ValidationError:
            continue
    return found
