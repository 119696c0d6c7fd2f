"""Heads that tell the kinds of a knowledge file apart: fitted on its texts at the first use."""

from functools import cache

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.classifier import Head
from cherry_reflex.llm.embedded.encoder.embedding import Embedding


@cache
def kinds_of(embedding: Embedding, name: str, side: str = "") -> tuple[tuple[str, ...], Head]:
    """Return the kinds that a knowledge file lists texts for, and the head that tells them apart.
    `side` chooses among the lists of each kind, where it has several."""
    import numpy as np

    known = {kind: said[side] if side else said for kind, said in knowledge.read(name).items()}
    place = [n for n, texts in enumerate(known.values()) for _ in texts]
    labels = np.eye(len(known), dtype=np.float32)[place]
    return tuple(known), Head.fit(embedding([t for texts in known.values() for t in texts]), labels)
