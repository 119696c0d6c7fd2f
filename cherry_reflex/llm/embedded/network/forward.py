"""The network's arithmetic. The same code computes with numpy and, in training, with jax.numpy
(`xp`). Shapes: B questions, S segments, I items, N = S + I, Y pieces, D = `WIDTH`.

An encoder of N things attends with biases that say how words and items are related; a decoder
writes pieces. A piece is one of the symbols, an item, or a segment, in this order.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cherry_reflex.llm.embedded.network.notation.symbols import SYMBOLS

WIDTH, HEADS, HIDDEN = 128, 8, 384
HEAD = WIDTH // HEADS
ENCODER, DECODER = 3, 2
NEAR = 10
"""Words farther apart than this count as equally far."""
PIECES_MAX = 48
ABSENT = 1e4
SCALE = 16.0
"""Unit vectors of the encoder are multiplied by this, to vary about as much as the rest."""

Weights = Mapping[str, Any]
Drop = Callable[[Any], Any]


def normed(xp: Any, x: Any, weights: Weights, name: str) -> Any:
    """Normalise a layer."""
    centred = x - x.mean(-1, keepdims=True)
    spread = (centred * centred).mean(-1, keepdims=True)
    return centred / xp.sqrt(spread + 1e-5) * weights[f"{name}.scale"] + weights[f"{name}.shift"]


def headed(x: Any) -> Any:
    """Cut B x N x D into B x heads x N x D/heads."""
    return x.reshape(x.shape[0], x.shape[1], HEADS, HEAD).transpose(0, 2, 1, 3)


def attended(xp: Any, query: Any, key: Any, value: Any, bias: Any) -> Any:
    """Attend; all arguments with heads; `bias` is added to what is compared."""
    score = query @ key.transpose(0, 1, 3, 2) * HEAD**-0.5 + bias
    score = xp.exp(score - score.max(-1, keepdims=True))
    score = score / score.sum(-1, keepdims=True)
    found = (score @ value).transpose(0, 2, 1, 3)
    return found.reshape(found.shape[0], found.shape[1], WIDTH)


def fed(xp: Any, x: Any, weights: Weights, name: str) -> Any:
    """Two layers with a rectifier between them."""
    hidden = xp.maximum(x @ weights[f"{name}.in"] + weights[f"{name}.in_shift"], 0)
    return hidden @ weights[f"{name}.out"] + weights[f"{name}.out_shift"]


def encoded(xp: Any, weights: Weights, batch: Weights, drop: Drop = lambda x: x) -> Any:
    """Return B x N x D: segments, then items."""
    said = (
        batch["vectors"] * SCALE @ weights["vectors"]
        + batch["marks"] @ weights["marks"]
        + batch["concepts"] @ weights["concepts"]
        + weights["words"][batch["words"]]
        + weights["said_shift"]
    )
    things = (
        batch["names"] * SCALE @ weights["names"]
        + batch["traits"] @ weights["traits"]
        + weights["things_shift"]
    )
    x = drop(xp.concatenate([said, things], 1))
    near = nearness(xp, said.shape[1])
    absent = absence(xp, batch)
    relations, pairs = batch["relations"], batch["pairs"]
    turned = relations.transpose(0, 2, 1, 3)
    for layer in range(ENCODER):
        name = f"encoder{layer}"
        distance = weights[f"{name}.near"][near]
        distance = xp.broadcast_to(distance[None], (x.shape[0], *distance.shape))
        of_words = xp.concatenate([distance, relations @ weights[f"{name}.to_items"]], 2)
        of_items = xp.concatenate(
            [turned @ weights[f"{name}.to_words"], pairs @ weights[f"{name}.pairs"]], 2
        )
        bias = xp.concatenate([of_words, of_items], 1).transpose(0, 3, 1, 2) + absent
        z = normed(xp, x, weights, f"{name}.before")
        query, key, value = (headed(z @ weights[f"{name}.{part}"]) for part in "qkv")
        x = x + drop(attended(xp, query, key, value, bias) @ weights[f"{name}.o"])
        x = x + drop(fed(xp, normed(xp, x, weights, f"{name}.between"), weights, name))
    return normed(xp, x, weights, "encoded")


def nearness(xp: Any, count: int) -> Any:
    """Return S x S places in the table of distances between words."""
    places = xp.arange(count)
    return xp.clip(places[None, :] - places[:, None], -NEAR, NEAR) + NEAR


def absence(xp: Any, batch: Weights) -> Any:
    """Return B x 1 x 1 x N: what keeps attention off places that only fill up."""
    present = xp.concatenate([batch["has_segment"], batch["has_item"]], 1)
    return (present[:, None, None, :] - 1) * ABSENT


def pointed(weights: Weights, encoded_things: Any, segments: int) -> tuple[Any, Any]:
    """Return how items and segments (in this order) look as pieces that were written, and as ones
    that may be."""
    words, items = encoded_things[:, :segments], encoded_things[:, segments:]
    written = [items @ weights["item_in"], words @ weights["word_in"]]
    offered = [items @ weights["item_out"], words @ weights["word_out"]]
    return written, offered


def decoded(
    xp: Any,
    weights: Weights,
    batch: Weights,
    x: Any,
    before: Any,
    drop: Drop = lambda x: x,
) -> Any:
    """Return B x Y x (symbols + I + S): the logarithms of the likelihood of each piece. `before`
    marks the pieces before each place, B x Y x (symbols + I + S)."""
    segments = batch["has_segment"].shape[1]
    written, offered = pointed(weights, x, segments)
    table = xp.concatenate(written, 1)
    count = len(SYMBOLS)
    h = before[:, :, :count] @ weights["symbols"] + before[:, :, count:] @ table
    h = h + weights["order"][: h.shape[1]]
    earlier = (xp.tril(xp.ones((h.shape[1], h.shape[1]))) - 1)[None, None] * ABSENT
    absent = absence(xp, batch)
    for layer in range(DECODER):
        name = f"decoder{layer}"
        z = normed(xp, h, weights, f"{name}.before")
        query, key, value = (headed(z @ weights[f"{name}.{part}"]) for part in "qkv")
        h = h + drop(attended(xp, query, key, value, earlier) @ weights[f"{name}.o"])
        z = normed(xp, h, weights, f"{name}.across")
        query = headed(z @ weights[f"{name}.xq"])
        key, value = headed(x @ weights[f"{name}.xk"]), headed(x @ weights[f"{name}.xv"])
        h = h + drop(attended(xp, query, key, value, absent) @ weights[f"{name}.xo"])
        h = h + drop(fed(xp, normed(xp, h, weights, f"{name}.between"), weights, name))
    h = normed(xp, h, weights, "decoded")
    has = xp.concatenate([batch["has_item"], batch["has_segment"]], 1)
    return likelihoods(xp, weights, h, xp.concatenate(offered, 1), has)


def likelihoods(xp: Any, weights: Weights, h: Any, offered: Any, has: Any) -> Any:
    """Return the logarithms of the likelihood of each piece, from what the decoder came to."""
    pointing = h @ weights["pointing"] @ offered.transpose(0, 2, 1) * WIDTH**-0.5
    pointing = pointing + (has[:, None, :] - 1) * ABSENT
    score = xp.concatenate([h @ weights["writing"] + weights["writing_shift"], pointing], -1)
    score = score - score.max(-1, keepdims=True)
    return score - xp.log(xp.exp(score).sum(-1, keepdims=True))
