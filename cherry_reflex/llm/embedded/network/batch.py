"""Questions side by side, filled up to the same lengths."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cherry_reflex.llm.embedded.network.features import (
    MARKS,
    PAIRS,
    RELATIONS,
    TRAITS,
    Features,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def batch_of(
    questions: Sequence[Features], segments: int = 0, items: int = 0
) -> "dict[str, NDArray[np.float32]]":
    """Return the arrays of questions, filled up to `segments` and `items` (as many as the longest
    has when 0), with `has_segment` and `has_item` that say what is no filling."""
    import numpy as np

    segments = segments or max(len(one.words) for one in questions)
    items = items or max(one.traits.shape[0] for one in questions)
    count, size = len(questions), questions[0].vectors.shape[1]
    shapes = {
        "vectors": (segments, size),
        "marks": (segments, MARKS),
        "concepts": (segments, questions[0].concepts.shape[1]),
        "relations": (segments, items, RELATIONS),
        "pairs": (items, items, PAIRS),
        "traits": (items, TRAITS),
        "names": (items, size),
    }
    batch = {name: np.zeros((count, *shape), np.float32) for name, shape in shapes.items()}
    words = np.zeros((count, segments), np.int32)
    has = {"segment": np.zeros((count, segments)), "item": np.zeros((count, items))}
    for row, one in enumerate(questions):
        for name in shapes:
            part = getattr(one, name)
            place: Any = (row, *(slice(0, length) for length in part.shape))
            batch[name][place] = part
        words[row, : len(one.words)] = one.words
        has["segment"][row, : len(one.words)] = 1
        has["item"][row, : one.traits.shape[0]] = 1
    return {
        **batch,
        "words": words,
        "has_segment": has["segment"].astype(np.float32),
        "has_item": has["item"].astype(np.float32),
    }
