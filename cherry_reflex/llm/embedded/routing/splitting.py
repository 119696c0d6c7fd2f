"""Where a request that asks for several things is cut into its parts."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.classifier import Head
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.routing.gaps import gaps_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

GAPS_MAX = 6
"""Gaps at which a cut is tried, the likeliest."""
GAP_LEAST = 0.1
PARTS_MAX = 6
ALL_SURE, EACH_SURE = 7.5, 2.5
"""How much it counts beside the likelihood of the cuts that somebody is sure of the parts on
average, and of every part."""
WILLING = 2.2
"""How much likelier cuts are here than at the gaps that the head was fitted on."""
SEVERAL, HEARD, CUT = 1.0, 3.0, 2.5
"""What counts for cutting at all: how likely the request as a whole sounds like several wishes, and
whether the request as a whole already speaks of everybody who would get a part; and how likely
that is from the outset."""
SAME = 2.1
"""What it costs that the same worker would get two parts that follow each other."""
LEAST = 0.02
UNHEARD = 0.3
"""Least share of the best score at which somebody counts as heard in the request as a whole."""
PARTICLE = 2
"""Longest Korean ending behind a name, in syllables."""
PROBABLE = (0.001, 0.999)
SOUNDS = (0.003, 0.9)
"""Between these the chances count that come of the words, and of the request as a whole."""

_EDGE = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True)
class Part:
    """A part of a request, and how sure each worker is of it."""

    text: str
    row: "Matrix"


def parts_of(
    embedding: Embedding,
    head: Head,
    groups: Sequence[str],
    text: str,
    names: Collection[str] = (),
) -> tuple[Part, ...]:
    """Return the parts of a request in their order: of all ways to cut it at likely gaps the one
    that is likeliest, and whose parts somebody is sure of. `groups` names whom each column of the
    head belongs to, `names` are those of the data's columns."""
    import numpy as np

    words = text.split()
    chances = (
        knowledge.load().gap(gaps_of(_anonymous(words, names)))[:, 0]
        if len(words) > 1
        else np.zeros(0)
    )
    likely = [int(n) for n in np.argsort(-chances)[:GAPS_MAX] if chances[n] >= GAP_LEAST]
    edges = [0, *(n + 1 for n in sorted(likely)), len(words)]
    spans = [(i, j) for i in range(len(edges) - 1) for j in range(i + 1, len(edges))]
    told = [" ".join(words[edges[i] : edges[j]]) for i, j in spans]
    told[spans.index((0, len(edges) - 1))] = text
    rows = dict(zip(spans, head(embedding.read(told)), strict=True))
    texts = dict(zip(spans, told, strict=True))
    cut = np.clip(chances, *PROBABLE)
    odds = [WILLING + float(np.log(cut[n - 1] / (1 - cut[n - 1]))) for n in edges[1:-1]]
    whole = rows[0, len(edges) - 1]
    sounds = np.clip(knowledge.load().several(embedding.read([text]))[0, 0], *SOUNDS)
    several = CUT + SEVERAL * float(np.log(sounds / (1 - sounds)))
    sure = {span: float(np.log(max(float(row.max()), LEAST))) for span, row in rows.items()}
    group = {span: groups[int(row.argmax())] for span, row in rows.items()}
    best_of: dict[str, float] = {}
    for name, score in zip(groups, whole, strict=True):
        best_of[name] = max(best_of.get(name, LEAST), float(score))
    most = max(best_of.values())
    heard = {span: float(np.log(max(best_of[group[span]] / most, UNHEARD))) for span in spans}

    def worth(way: Sequence[int]) -> float:
        cuts = list(pairwise((0, *way, len(edges) - 1)))
        told = [sure[span] for span in cuts]
        same = sum(group[one] == group[two] for one, two in pairwise(cuts))
        likely = sum(odds[n - 1] for n in way) - SAME * same
        if way:
            known = [heard[span] for span in cuts]
            likely += several + HEARD * (min(known) + sum(known) / len(known)) / 2
        return likely + ALL_SURE * sum(told) / len(told) + EACH_SURE * min(told)

    inner = range(1, len(edges) - 1)
    ways = [way for size in range(PARTS_MAX) for way in combinations(inner, size)]
    chosen = max(ways, key=worth)
    return tuple(
        Part(texts[span].strip(" ,;"), rows[span])
        for span in pairwise((0, *chosen, len(edges) - 1))
    )


def _anonymous(words: Sequence[str], names: Collection[str]) -> list[str]:
    """Return the words with the names of columns replaced by one that the head for gaps knows:
    what they are called says nothing of where a wish ends."""
    known = {name.lower() for name in names if len(name) > 1}
    found = []
    for word in words:
        bare = _EDGE.sub("", word)
        stems = [bare[: len(bare) - cut] for cut in range(PARTICLE + 1) if len(bare) - cut > 1]
        stem = next((stem for stem in stems if stem.lower() in known), "")
        topic = "revenue" if stem.isascii() else "매출"
        found.append(word.replace(stem, topic, 1) if stem else word)
    return found
