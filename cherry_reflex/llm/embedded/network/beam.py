"""The likeliest readings of an encoded question, found by a beam under the grammar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cherry_reflex.llm.embedded.network.forward import (
    DECODER,
    PIECES_MAX,
    Weights,
    absence,
    attended,
    fed,
    headed,
    likelihoods,
    normed,
    pointed,
)
from cherry_reflex.llm.embedded.network.notation.grammar import Expectation
from cherry_reflex.llm.embedded.network.notation.items import Items
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.symbols import (
    COLUMN,
    PLACES,
    START,
    SYMBOLS,
    TEXT,
    VALUE,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

UNLIKELY = -14.0
"""Beginnings less likely than this (a logarithm) are given up."""


@dataclass(frozen=True)
class Written:
    """A complete sequence with the logarithm of its likelihood."""

    pieces: tuple[Piece, ...]
    weight: float


@dataclass
class _Branch:
    pieces: tuple[Piece, ...]
    weight: float
    expected: Expectation
    last: int
    """The place of the last piece among all."""


def search(weights: Weights, batch: Weights, x: "Array", items: Items, width: int) -> list[Written]:
    """Return at most `width` sequences, the likeliest first. `x` is the encoded question alone."""
    import numpy as np

    decoder = _Decoder(weights, batch, x)
    masks = _Masks(items, batch["has_segment"].shape[1])
    branches = [_Branch((), 0.0, Expectation(), PLACES[START])]
    done: list[Written] = []
    for step in range(PIECES_MAX):
        scores = decoder.step(step, [branch.last for branch in branches])
        grown: list[tuple[float, int, int]] = []
        for row, branch in enumerate(branches):
            allowed = masks.of(branch.expected)
            likely = scores[row][allowed]
            best = np.argsort(-likely)[:width]
            grown += [(branch.weight + float(likely[k]), row, int(allowed[k])) for k in best]
        grown.sort(reverse=True)
        kept: list[_Branch] = []
        rows: list[int] = []
        for weight, row, place in grown:
            if len(kept) == width or (weight < UNLIKELY and (done or kept)):
                break
            piece, symbol = masks.piece(place)
            branch = branches[row]
            if repeats(branch.pieces, piece):
                continue
            expected = branch.expected.after(symbol)
            pieces = (*branch.pieces, piece)
            if expected.is_complete:
                done.append(Written(pieces, weight))
            else:
                kept.append(_Branch(pieces, weight, expected, place))
                rows.append(row)
        done.sort(key=lambda written: -written.weight)
        is_over = len(done) >= width and (not kept or kept[0].weight < done[width - 1].weight)
        if not kept or is_over:
            break
        decoder.keep(rows)
        branches = kept
    return done[:width]


def repeats(pieces: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece says again what was said: a value twice, a column beside itself, rows grouped
    twice by the same. `also` begins anew."""
    if not isinstance(piece, Pointer):
        return False
    begins = max((k + 1 for k, one in enumerate(pieces) if one == "also"), default=0)
    said = pieces[begins:]
    if piece.kind == VALUE:
        return piece in said
    if piece.kind != COLUMN or not said:
        return False
    if said[-1] == piece:
        return True
    size = 1 if said[-1] == "by" else 2 if len(said) > 1 and said[-2] == "by" else 0
    group = (*said[len(said) - size :], piece)
    return size > 0 and any(tuple(said[k : k + size + 1]) == group for k in range(len(said) - size))


class _Masks:
    """The places of the pieces that may stand where a category is wanted."""

    def __init__(self, items: Items, segments: int) -> None:
        self._items = items
        self._segments = segments
        self._known: dict[str, Any] = {}

    def of(self, expected: Expectation) -> Any:
        """Return the places that may come next."""
        import numpy as np

        found = self._known.get(expected.category)
        if found is None:
            places: list[int] = []
            for symbol in expected.allowed:
                if symbol == TEXT:
                    first = len(SYMBOLS) + len(self._items.all)
                    places += range(first, first + self._segments)
                elif symbol in PLACES:
                    places.append(PLACES[symbol])
                else:
                    places += [
                        len(SYMBOLS) + k
                        for k, item in self._items.of_kind(symbol)
                        if expected.fits(item)
                    ]
            found = self._known[expected.category] = np.array(places, np.int64)
        return found

    def piece(self, place: int) -> tuple[Piece, str]:
        """Return a piece by its place, and its symbol."""
        if place < len(SYMBOLS):
            return SYMBOLS[place], SYMBOLS[place]
        place -= len(SYMBOLS)
        if place < len(self._items.all):
            kind = self._items.all[place].kind
            return Pointer(kind, place), kind
        return Pointer(TEXT, place - len(self._items.all)), TEXT


class _Decoder:
    """The decoder, one piece at a time: keeps what was computed of the pieces before."""

    def __init__(self, weights: Weights, batch: Weights, x: "Array") -> None:
        import numpy as np

        self._weights = weights
        segments = batch["has_segment"].shape[1]
        written, offered = pointed(weights, x, segments)
        self._table = np.concatenate([weights["symbols"], written[0][0], written[1][0]], 0)
        self._offered = np.concatenate(offered, 1)
        self._has = np.concatenate([batch["has_item"], batch["has_segment"]], 1)
        self._absent = absence(np, batch)
        self._across = [
            tuple(headed(x @ weights[f"decoder{layer}.{part}"]) for part in ("xk", "xv"))
            for layer in range(DECODER)
        ]
        self._past: list[tuple[Any, Any] | None] = [None] * DECODER

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these of the branches."""
        self._past = [
            None if past is None else (past[0][rows], past[1][rows]) for past in self._past
        ]

    def step(self, place: int, last: Sequence[int]) -> "Array":
        """Return the logarithms of the likelihood of each next piece, for each branch."""
        import numpy as np

        weights = self._weights
        h = (self._table[list(last)] + weights["order"][place])[:, None, :]
        for layer in range(DECODER):
            name = f"decoder{layer}"
            z = normed(np, h, weights, f"{name}.before")
            query, key, value = (headed(z @ weights[f"{name}.{part}"]) for part in "qkv")
            past = self._past[layer]
            if past is not None:
                key = np.concatenate([past[0], key], 2)
                value = np.concatenate([past[1], value], 2)
            self._past[layer] = (key, value)
            h = h + attended(np, query, key, value, 0.0) @ weights[f"{name}.o"]
            z = normed(np, h, weights, f"{name}.across")
            across_key, across_value = self._across[layer]
            query = headed(z @ weights[f"{name}.xq"])
            found = attended(np, query, across_key, across_value, self._absent)
            h = h + found @ weights[f"{name}.xo"]
            h = h + fed(np, normed(np, h, weights, f"{name}.between"), weights, name)
        h = normed(np, h, weights, "decoded")
        scores: Array = likelihoods(np, weights, h, self._offered, self._has)[:, 0]
        return scores
