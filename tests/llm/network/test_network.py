"""The network proposes readings that the grammar allows; the beam computes what the decoder
does."""

from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.encoder.embedding import DIMENSIONS
from cherry_reflex.llm.embedded.network import forward
from cherry_reflex.llm.embedded.network.batch import batch_of
from cherry_reflex.llm.embedded.network.beam import search
from cherry_reflex.llm.embedded.network.features import TRAITS, features_of
from cherry_reflex.llm.embedded.network.network import WIDTH, Network
from cherry_reflex.llm.embedded.network.notation.items import items_of
from cherry_reflex.llm.embedded.network.notation.piece import Pointer
from cherry_reflex.llm.embedded.network.notation.symbols import END, PLACES, START, SYMBOLS, TEXT
from cherry_reflex.llm.embedded.network.weights import NetworkWeights, fresh, read
from cherry_reflex.llm.embedded.reading.linked import Linked
from tests.llm.network.questions import COLUMNS, linked


def untrained() -> NetworkWeights:
    """Return weights before training that like to come to an end."""
    weights = fresh(("agg:sum", "by"), ("", "w0"), seed=4)
    weights.numbers["writing_shift"][[PLACES[END], PLACES["rows"]]] = 5.0
    return weights


WEIGHTS = untrained()


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors that depend on the texts alone."""
    rows = [np.random.default_rng(sum(map(ord, t))).standard_normal(DIMENSIONS) for t in texts]
    vectors = np.array(rows, np.float32).reshape(len(texts), DIMENSIONS)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)


def test_features_say_what_words_and_items_are() -> None:
    asked = linked()
    found = features_of(items_of(asked), embed, {"agg:sum": 0, "by": 1}, {"w0": 7})
    segments, items = len(asked.segments), len(items_of(asked).all)
    assert found.vectors.shape == (segments, DIMENSIONS)
    assert found.traits.shape == (items, TRAITS)
    assert found.concepts[1].tolist() == [1.0, 0.0]
    assert found.words[:2] == (7, 0)
    assert found.relations[0, 0, 0] == 1.0
    assert found.relations[1:, 0, 0].max() == 0.0
    amount, north = 0, len(COLUMNS)
    region = [view.name for view in COLUMNS].index("region")
    assert found.pairs[region, north, 1] == 1.0
    assert found.pairs[amount, north, 1] == 0.0


def test_filling_up_changes_nothing() -> None:
    one = features_of(items_of(linked()), embed, {"agg:sum": 0, "by": 1}, {})
    alone, filled = batch_of([one]), batch_of([one], segments=20, items=30)
    x = forward.encoded(np, WEIGHTS.numbers, alone)
    y = forward.encoded(np, WEIGHTS.numbers, filled)
    count = len(one.words)
    np.testing.assert_allclose(x[:, :count], y[:, :count], atol=1e-3)
    np.testing.assert_allclose(x[:, count:], y[:, 20 : 20 + one.traits.shape[0]], atol=1e-3)


def test_the_beam_computes_what_the_decoder_computes() -> None:
    items = items_of(linked())
    batch = batch_of([features_of(items, embed, {"agg:sum": 0, "by": 1}, {})])
    x = forward.encoded(np, WEIGHTS.numbers, batch)
    found = search(WEIGHTS.numbers, batch, x, items, 6)
    assert found
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    count, things = len(SYMBOLS), len(items.all)
    for one in found:
        places = [
            PLACES[p] if isinstance(p, str) else count + p.place + (things if p.kind == TEXT else 0)
            for p in one.pieces
        ]
        before = np.zeros((1, len(places), count + things + len(linked().segments)), np.float32)
        for row, place in enumerate([PLACES[START], *places[:-1]]):
            before[0, row, place] = 1
        told = forward.decoded(np, WEIGHTS.numbers, batch, x, before)[0]
        total = sum(float(told[row, place]) for row, place in enumerate(places))
        assert total == pytest.approx(one.weight, abs=1e-2)
        assert all(isinstance(p, str | Pointer) for p in one.pieces)


def test_readings_are_proposed_the_likeliest_first() -> None:
    network = Network(embed, WEIGHTS)
    parse = network.parse(linked())
    weights = [proposal.weight for proposal in parse.proposals]
    assert 0 < len(weights) <= WIDTH
    assert weights == sorted(weights, reverse=True)
    assert all(weight <= log(1.0) for weight in weights)
    assert len({proposal.reading for proposal in parse.proposals}) == len(weights)
    assert all(isinstance(p.reading, Reading) and p.source == "network" for p in parse.proposals)
    assert 0.0 <= parse.nothing <= 1.0
    assert network.propose(linked(), most=2) == network.parse(linked(), 2).proposals


def test_nothing_is_proposed_for_no_words() -> None:
    asked = linked()
    empty = Linked("", asked.language, (), (), asked.view)
    assert Network(embed, WEIGHTS).parse(empty).proposals == ()


def test_weights_are_read_back_and_refused_when_changed(tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    with pytest.raises(Unavailable):
        read(path)
    WEIGHTS.write(path)
    again = read(path)
    assert (again.concepts, again.lexicon) == (WEIGHTS.concepts, WEIGHTS.lexicon)
    for name, value in WEIGHTS.numbers.items():
        np.testing.assert_allclose(again.numbers[name], value, atol=5e-3)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Unavailable):
        read(path)


def test_weights_for_other_symbols_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    NetworkWeights(WEIGHTS.numbers, WEIGHTS.concepts, WEIGHTS.lexicon, ("other",)).write(path)
    with pytest.raises(Unavailable):
        read(path)


def test_what_the_network_proposes_is_weighed_as_it_was_proposed() -> None:
    asked = linked()
    network = Network(embed, WEIGHTS)
    proposals = network.propose(asked)
    likely = network.weigh(asked, [None, *(proposal.reading for proposal in proposals)])
    assert likely[0] is not None
    weighed = [
        (proposal.weight, told)
        for proposal, told in zip(proposals, likely[1:], strict=True)
        if told is not None
    ]
    assert weighed
    for proposed, told in weighed:  # a reading may be written in several ways
        assert told <= proposed + 1e-3


def test_what_the_network_cannot_say_is_not_weighed() -> None:
    reading = Reading.model_validate({"task": "join", "joins": []})
    assert Network(embed, WEIGHTS).weigh(linked(), [reading]) == [None]
