"""What a number counts, and how its percentages are kept."""

from pydantic import BaseModel, ConfigDict


class Unit(BaseModel):
    """A unit as written beside a number: `$`, `원`, `%`, `kg`. `is_fraction`: percentages are kept
    as fractions, so that 0.25 is 25 %."""

    model_config = ConfigDict(frozen=True)

    symbol: str = ""
    is_fraction: bool = False


PERCENT = Unit(symbol="%", is_fraction=True)
"""The unit of shares that we compute ourselves."""
