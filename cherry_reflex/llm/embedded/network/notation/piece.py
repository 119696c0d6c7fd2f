"""What a written reading consists of."""

from dataclasses import dataclass

from cherry_reflex.llm.embedded.network.notation.symbols import Symbol


@dataclass(frozen=True)
class Pointer:
    """A pointer: what it points at (`kind`) and its place among the items of the question, or,
    for texts, among its segments."""

    kind: Symbol
    place: int


Piece = Symbol | Pointer


def symbol_of(piece: Piece) -> Symbol:
    """Return a symbol as it is, a pointer by its kind."""
    return piece.kind if isinstance(piece, Pointer) else piece
