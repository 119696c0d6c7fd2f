"""Trains what the embedded planner knows before it sees a roster, from the texts of the knowledge.

`python -m cherry_reflex.llm.embedded.encoder.training` writes `knowledge/trained.npz`.
"""

from collections.abc import Sequence
from itertools import cycle, islice

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.classifier import Logistic
from cherry_reflex.llm.embedded.encoder.embedding import DIMENSIONS, Embedding
from cherry_reflex.llm.embedded.encoder.synthesis import Joined, joined
from cherry_reflex.llm.embedded.routing.gaps import gaps_of

GAPS_KEPT = 0.5
GAP_LOOSENESS, GAP_STEPS = 30.0, 400
SEVERAL_LOOSENESS = 0.3
WISH_LOOSENESS = 3.0
FILLED = 4
"""How often a phrase of a follow-up is used, each time with other topics and values."""


def train(embedding: Embedding) -> None:
    """Embed the knowledge, fit the heads, and write `trained.npz`."""
    import numpy as np

    rows = knowledge.phrases()
    vectors = embedding.read([text for _, _, text in rows])
    meant = vectors[:, :DIMENSIONS]
    zeros, ones = np.zeros, np.ones

    made = joined(np.random.default_rng(1))
    gap = _gaps(*made)
    some = [text for requests in made for text, _ in requests[::2]]
    asks = [n < len(made[0][::2]) for n in range(len(some))]
    several = Logistic.fit(
        embedding.read(some), np.array(asks, dtype=np.float32)[:, None], SEVERAL_LOOSENESS
    )
    told, wishes = _following()
    following = embedding.read(told)
    wish = Logistic.fit(
        following, np.eye(len(knowledge.WISHES), dtype=np.float32)[wishes], WISH_LOOSENESS
    )
    kinds = knowledge.read("talk")
    small = [text for texts in kinds.values() for text in texts]
    leaning = [n for n, w in enumerate(knowledge.read("intents")["intents"]) if w.get("leaning")]
    whole = vectors[[intent not in leaning for intent, _, _ in rows]]
    follow = Logistic.fit(
        np.vstack([whole, following]),
        np.concatenate([zeros(len(whole)), ones(len(following))])[:, None].astype(np.float32),
    )
    marks = [
        [w.get("open", False), w.get("broad", False)] for w in knowledge.read("intents")["intents"]
    ]
    wide = Logistic.fit(meant, np.array([marks[intent] for intent, _, _ in rows], dtype=np.float32))
    said = embedding(small)
    requests = np.vstack([meant, following[:, :DIMENSIONS]])
    labels = zeros((len(said) + len(requests), len(kinds) + 1), dtype=np.float32)
    place = [n for n, texts in enumerate(kinds.values()) for _ in texts]
    labels[np.arange(len(said)), place] = 1
    labels[len(said) :, -1] = 1
    talk = Logistic.fit(np.vstack([said, requests]), labels)

    asked = embedding([text for text, _ in knowledge.requests()])
    np.savez_compressed(
        knowledge.TRAINED,
        phrases=knowledge.as_bytes(meant),
        requests=knowledge.as_bytes(asked),
        intents=np.array([intent for intent, _, _ in rows], dtype=np.int16),
        gap=gap.weights.astype(np.float16),
        several=several.weights,
        follow=follow.weights,
        wish=wish.weights,
        wide=wide.weights,
        talk=talk.weights,
        digest=np.array(knowledge.digest()),
    )


def _gaps(several: Sequence[Joined], single: Sequence[Joined]) -> Logistic:
    """Return the head for gaps. Far more gaps end nothing: of requests for several things half of
    those are left out."""
    import numpy as np

    chance = np.random.default_rng(2)
    rows, labels = [], []
    for text, places in [*several, *single]:
        found = gaps_of(text.split())
        ends = np.isin(np.arange(1, len(found) + 1), places)
        kept = ends | (chance.random(len(found)) < GAPS_KEPT)
        rows.append(found[kept])
        labels.append(ends[kept])
    known = np.concatenate(labels)[:, None].astype(np.float32)
    return Logistic.fit(np.vstack(rows), known, GAP_LOOSENESS, GAP_STEPS)


def _following() -> tuple[list[str], list[int]]:
    """Return how follow-ups sound, and the place in `WISHES` of each."""
    known = knowledge.read("follow")
    topics = cycle(knowledge.read("intents")["topics"])
    values = cycle(known["values"])
    found: list[str] = []
    places: list[int] = []
    for place, wish in enumerate(knowledge.WISHES):
        for phrase in known["follow"][wish]:
            prefix = "" if phrase.isascii() else "k"
            times = FILLED if "{" in phrase else 1
            for topic, value in islice(zip(topics, values, strict=False), times):
                found.append(phrase.format(g1=value, g=topic[prefix + "g"], m=topic[prefix + "m"]))
                places.append(place)
    return found, places


if __name__ == "__main__":
    train(Embedding())
