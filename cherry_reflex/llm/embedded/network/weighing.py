"""How likely the network takes readings to be that others propose."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.network.forward import PIECES_MAX, Weights, decoded
from cherry_reflex.llm.embedded.network.notation.items import Items
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.symbols import PLACES, START, SYMBOLS, TEXT
from cherry_reflex.llm.embedded.network.notation.writing import write
from cherry_reflex.llm.embedded.network.notation.written_expressions import Unwritable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]


def weighed(
    weights: Weights,
    batch: Weights,
    x: "Array",
    items: Items,
    readings: Sequence[Reading | None],
) -> list[float | None]:
    """Return the logarithm of the likelihood of each reading (None: of nothing that a reading
    says), and None for those that cannot be written in the network's symbols. `x` is the encoded
    question alone."""
    import numpy as np

    written = [_written(reading, items) for reading in readings]
    rows = [row for row, pieces in enumerate(written) if pieces is not None]
    found: list[float | None] = [None] * len(readings)
    if not rows:
        return found
    every = [_places(written[row] or [], items) for row in rows]
    length = max(map(len, every))
    count = len(SYMBOLS) + batch["has_item"].shape[1] + batch["has_segment"].shape[1]
    before = np.zeros((len(rows), length, count), np.float32)
    for row, places in enumerate(every):
        before[row, range(len(places)), [PLACES[START], *places[:-1]]] = 1
    likely = decoded(np, weights, batch, x, before)
    for row, places in enumerate(every):
        steps = likely[row, range(len(places)), places]
        found[rows[row]] = float(steps.sum())
    return found


def _written(reading: Reading | None, items: Items) -> list[Piece] | None:
    try:
        pieces = write(reading, items)
    except Unwritable:
        return None
    return pieces if len(pieces) <= PIECES_MAX else None


def _places(pieces: Sequence[Piece], items: Items) -> list[int]:
    """The places of pieces among symbols, items and segments."""
    return [_place(piece, len(items.all)) for piece in pieces]


def _place(piece: Any, items: int) -> int:
    if not isinstance(piece, Pointer):
        return PLACES[piece]
    return len(SYMBOLS) + piece.place + (items if piece.kind == TEXT else 0)
