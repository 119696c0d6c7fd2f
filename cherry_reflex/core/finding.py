"""What one step of a run gave, as whoever plans further or sums up sees it."""

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.digest import Digest


class Finding(BaseModel):
    """A step's words and results; `state` is done, failed or cancelled."""

    model_config = ConfigDict(frozen=True)

    step: str = ""
    worker: str
    request: str
    is_delegated: bool = False
    """It was asked in words; what it says is its report."""
    state: str
    text: str = ""
    problem: str = ""
    artifacts: tuple[str, ...] = ()
    """Kind and title of each, with rows and columns of tables."""
    charts: tuple[str, ...] = ()
    """Ids of the charts among them."""
    digests: tuple[Digest, ...] = ()
    """What its calls gave, one after the other."""
