"""Saved models: a skops file (no pickle inside) and a card in JSON that names its hash.

Only files whose SHA-256 is in a card of the same folder are opened, and skops builds nothing but
scikit-learn's own types and the few below.
"""

import hashlib
import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from cherry_reflex.analysis.learning.recipe import Recipe
from cherry_reflex.analysis.learning.target import Task
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables

TRUSTED = (
    "numpy.dtype",
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neighbors._ball_tree.BallTree",
)


class ModelCard(BaseModel):
    """What is known of a saved model: how it was made, on what, and how well it did on rows that
    it had not seen (`metrics`: name -> value, low, high)."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    task: Task
    target: str
    model: str
    recipe: Recipe
    classes: tuple[str, ...] = ()
    dataset: str
    dataset_id: str = ""
    rows_train: int
    rows_test: int
    split: str
    metrics: dict[str, tuple[float, float | None, float | None]]
    cross_validation: dict[str, float] = {}
    """Model -> mean of the primary metric over the folds."""
    params: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    scikit_learn: str = ""
    made_at: float = 0.0
    sha256: str = ""


def saved(pipeline: Any, card: ModelCard, folder: Path) -> tuple[Path, ModelCard]:
    """Write the model and its card; return the model's path and the completed card."""
    import sklearn
    from skops import io

    folder.mkdir(parents=True, exist_ok=True)
    content = io.dumps(pipeline)
    card = card.model_copy(
        update={
            "sha256": hashlib.sha256(content).hexdigest(),
            "scikit_learn": sklearn.__version__,
            "made_at": time.time(),
        }
    )
    path = folder / f"{card.id}.skops"
    path.write_bytes(content)
    (folder / f"{card.id}.json").write_text(card.model_dump_json(indent=1), "utf-8")
    return path, card


def fresh_id() -> str:
    """Return an id for a new model."""
    return new_id()[:12]


def place(tables: Tables) -> Path:
    """Return the folder of this conversation's models; the operation's own where none lasts."""
    return tables.shelf if tables.shelf is not None else tables.folder / "models"


def cards(folder: Path) -> list[ModelCard]:
    """Return the cards in a folder, newest first."""
    found = [ModelCard.model_validate_json(p.read_text("utf-8")) for p in folder.glob("*.json")]
    return sorted(found, key=lambda card: card.made_at, reverse=True)


def card_of(folder: Path, name: str, columns: frozenset[str] = frozenset()) -> ModelCard:
    """Return the model called `name` (its name or id); with no name the newest one whose columns
    are all among `columns`.

    Raises BadInput (`model_none`, `saved_model_unknown`, `model_columns`).
    """
    known = cards(folder)
    if not known:
        raise BadInput("model_none")
    if name:
        for card in known:
            if name in (card.name, card.id):
                return card
        raise BadInput(
            "saved_model_unknown", name=name, names=", ".join(c.name for c in known[:20])
        )
    for card in known:
        if set(card.recipe.columns) <= columns:
            return card
    missing = sorted(set(known[0].recipe.columns) - columns)
    raise BadInput("model_columns", name=known[0].name, columns=", ".join(missing[:20]))


def load_pipeline(card: ModelCard, folder: Path) -> Any:
    """Return the pipeline of a card. Raises BadInput `model_changed` when its file is not the one
    that was written with the card, or holds foreign types."""
    from skops import io
    from skops.io.exceptions import UntrustedTypesFoundException

    path = folder / f"{card.id}.skops"
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise BadInput("model_changed", name=card.name)
    try:
        return io.loads(content, trusted=list(TRUSTED))
    except UntrustedTypesFoundException as error:
        raise BadInput("model_changed", str(error), name=card.name) from error
