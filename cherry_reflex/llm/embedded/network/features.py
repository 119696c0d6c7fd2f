"""A linked question as the numbers that the network reads.

For each segment: the encoder's vector of its word, marks, the words of analysis that it may be. For
each item: what kind of thing it is, and the vector of its column's name. Between them: how well the
words name the item, which enters attention as a bias.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log10
from typing import TYPE_CHECKING, get_args

from cherry_reflex.core.column import ColumnType
from cherry_reflex.llm.embedded.network.notation.items import COLUMNS_MAX, Item, Items
from cherry_reflex.llm.embedded.network.notation.symbols import COLUMN, DATE, NUMBER, VALUE
from cherry_reflex.llm.embedded.reading.linked import (
    AliasMeaning,
    ColumnKind,
    ColumnView,
    ConceptMeaning,
    DateMeaning,
    How,
    Linked,
    NumberMeaning,
    RelativeMeaning,
    Segment,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

SEGMENTS_MAX = 64
MARKS = 9
HOWS: tuple[str, ...] = get_args(How)
RELATIONS = len(HOWS) + 4
PAIRS = 3
DATE_GRAINS = ("year", "quarter", "month", "week", "day", "hour", "weekday")
KINDS = (COLUMN, VALUE, NUMBER, DATE)
COLUMN_KINDS: tuple[str, ...] = get_args(ColumnKind)
COLUMN_TYPES: tuple[str, ...] = get_args(ColumnType)
NUMBER_TRAITS, DATE_TRAITS, COLUMN_TRAITS = 9, len(DATE_GRAINS) + 3, 5
PLACE_TRAITS = 4
TRAITS = (
    len(KINDS)
    + len(COLUMN_KINDS)
    + len(COLUMN_TYPES)
    + COLUMN_TRAITS
    + NUMBER_TRAITS
    + DATE_TRAITS
    + len(HOWS)
    + PLACE_TRAITS
)
FEW = 20
FORMS_READ = 3
"""Forms of a column that words are compared with by the encoder: its header's first ones."""
CLOSE = 0.25
"""Cosine from which on words count as alike."""


@dataclass(frozen=True)
class Features:
    """S segments and I items. `vectors` S x 512, `marks` S x MARKS, `concepts` S x concepts,
    `words` the places of the segments' words in the network's lexicon (0: unknown), `relations`
    S x I x RELATIONS, `pairs` I x I x PAIRS, `traits` I x TRAITS, `names` I x 512."""

    vectors: "Array"
    marks: "Array"
    concepts: "Array"
    words: tuple[int, ...]
    relations: "Array"
    pairs: "Array"
    traits: "Array"
    names: "Array"


def features_of(
    items: Items,
    embed: "Callable[[Sequence[str]], Array]",
    concepts: Mapping[str, int],
    lexicon: Mapping[str, int],
) -> Features:
    """Return the numbers of a question; words beyond `SEGMENTS_MAX` are left out."""
    import numpy as np

    linked = items.linked
    segments = linked.segments[:SEGMENTS_MAX]
    words = [segment.text.lower() for segment in segments]
    views = [items.view(item.column) if item.column else None for item in items.all]
    forms = {view.name: spoken(view) for view in views if view is not None}
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    texts = [*words, *pairs, *(form for known in forms.values() for form in known)]
    vector = dict(zip(texts, embed(texts), strict=True)) if texts else {}
    size = next(iter(vector.values())).shape[0] if vector else 0
    names = np.zeros((len(items.all), size), np.float32)
    for place, view in enumerate(views):
        if view is not None:
            names[place] = vector[forms[view.name][0]]
    return Features(
        vectors=np.stack([vector[word] for word in words]),
        marks=np.stack([_marks(k, segments, linked) for k in range(len(segments))]),
        concepts=_concepts(linked, len(segments), concepts),
        words=tuple(lexicon.get(word, 0) for word in words),
        relations=_relations(items, words, pairs, forms, vector),
        pairs=_pairs(items.all),
        traits=placed(np.stack([_traits(i, v) for i, v in zip(items.all, views, strict=True)])),
        names=names,
    )


@lru_cache(maxsize=4096)
def _spoken(forms: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form.lower() for form in forms[:FORMS_READ])) or (name.lower(),)


def spoken(view: ColumnView) -> tuple[str, ...]:
    """Return the forms of a column that words are compared with."""
    return _spoken(view.forms, view.name)


def _marks(place: int, segments: Sequence[Segment], linked: Linked) -> "Array":
    import numpy as np

    segment = segments[place]
    text, before = segment.text, linked.text[max(0, segment.start - 1) : segment.start]
    is_alias = any(
        isinstance(c.meaning, AliasMeaning) and c.first <= place < c.last for c in linked.candidates
    )
    return np.array(
        [
            segment.is_function,
            segment.is_quoted,
            any(letter.isdigit() for letter in text),
            text.isascii(),
            text[:1].isupper(),
            before.strip() == "" or place == 0,
            place == len(segments) - 1,
            is_alias,
            linked.language == "ko",
        ],
        np.float32,
    )


def _concepts(linked: Linked, count: int, places: Mapping[str, int]) -> "Array":
    import numpy as np

    found = np.zeros((count, max(1, len(places))), np.float32)
    for candidate in linked.candidates:
        if isinstance(candidate.meaning, ConceptMeaning):
            place = places.get(candidate.meaning.concept)
            if place is not None:
                rows = found[candidate.first : candidate.last, place]
                np.maximum(rows, candidate.strength, out=rows)
    return found


def _relations(
    items: Items,
    words: Sequence[str],
    pairs: Sequence[str],
    forms: Mapping[str, tuple[str, ...]],
    vector: "Mapping[str, Array]",
) -> "Array":
    import numpy as np

    found = np.zeros((len(words), len(items.all), RELATIONS), np.float32)
    for place, item in enumerate(items.all):
        for candidate in item.candidates:
            rows = found[candidate.first : candidate.last, place, HOWS.index(candidate.how)]
            np.maximum(rows, candidate.strength, out=rows)
    columns = [(k, forms[item.column]) for k, item in items.of_kind(COLUMN)]
    if not columns or not words:
        return found
    said = np.stack([vector[word] for word in words])
    both = np.stack([vector[pair] for pair in pairs]) if pairs else None
    first = len(HOWS)
    for place, known in columns:
        named = np.stack([vector[form] for form in known])
        found[:, place, first] = _alike((said @ named.T).max(axis=1))
        if both is not None:
            close = _alike((both @ named.T).max(axis=1))
            found[:-1, place, first + 1] = close
            found[1:, place, first + 1] = np.maximum(found[1:, place, first + 1], close)
        found[:, place, first + 2] = [max(alike_spelled(w, form) for form in known) for w in words]
    places = [place for place, _ in columns]
    score = found[:, places, first] + found[:, places, first + 2]
    best = score.argmax(axis=1)
    is_clear = score.max(axis=1) > CLOSE
    found[np.arange(len(words))[is_clear], np.array(places)[best[is_clear]], first + 3] = 1.0
    return found


def _alike(cosine: "Array") -> "Array":
    import numpy as np

    found: Array = np.clip((cosine - CLOSE) / (1 - CLOSE), 0.0, 1.0)
    return found


@lru_cache(maxsize=65536)
def alike_spelled(one: str, other: str) -> float:
    """Return the share of pieces that two words have in common (Dice), 0 below a quarter."""
    mine, theirs = _pieces(one), _pieces(other)
    if not mine or not theirs:
        return 0.0
    shared = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    return shared if shared > CLOSE else 0.0


@lru_cache(maxsize=32768)
def _pieces(text: str) -> frozenset[str]:
    plain = "".join(letter for letter in text.lower() if letter.isalnum())
    size = 3 if plain.isascii() else 2
    marked = f"^{plain}$"
    return frozenset(marked[k : k + size] for k in range(len(marked) - size + 1))


def _pairs(items: Sequence[Item]) -> "Array":
    import numpy as np

    found = np.zeros((len(items), len(items), PAIRS), np.float32)
    for one, mine in enumerate(items):
        for other, theirs in enumerate(items):
            found[one, other, 0] = one == other
            found[one, other, 1] = (
                one != other and bool(mine.column) and (mine.column == theirs.column)
            )
            found[one, other, 2] = one != other and any(
                a.first < b.last and b.first < a.last
                for a in mine.candidates
                for b in theirs.candidates
            )
    return found


def _traits(item: Item, view: ColumnView | None) -> "Array":
    import numpy as np

    traits = [float(item.kind == kind) for kind in KINDS]
    traits += [float(view is not None and view.kind == kind) for kind in COLUMN_KINDS]
    column = view.column if view is not None else None
    traits += [float(column is not None and column.type == kind) for kind in COLUMN_TYPES]
    if view is not None and column is not None:
        traits += [
            float(0 < column.distinct <= FEW),
            float(column.missing > 0),
            float(bool(column.unit)),
            float(bool(column.time)),
            float(view.positive is not None),
        ]
    else:
        traits += [0.0] * COLUMN_TRAITS
    traits += (
        _number_traits(item.said)
        if isinstance(item.said, NumberMeaning)
        else [0.0] * (NUMBER_TRAITS)
    )
    traits += _date_traits(item)
    best = dict.fromkeys(HOWS, 0.0)
    for candidate in item.candidates:
        best[candidate.how] = max(best[candidate.how], candidate.strength)
    return np.array([*traits, *best.values()], np.float32)


def placed(traits: "Array") -> "Array":
    """Return the traits of items with the place of columns: whether one is the first, the second,
    a later one of its kind, and where it stands in the table."""
    import numpy as np

    is_column = traits[:, KINDS.index(COLUMN), None]
    kinds = traits[:, len(KINDS) : len(KINDS) + len(COLUMN_KINDS)] * is_column
    rank = ((np.cumsum(kinds, 0) - kinds) * kinds).sum(1, keepdims=True)
    where = np.cumsum(is_column, 0) / COLUMNS_MAX
    more = np.concatenate([rank == 0, rank == 1, rank > 1, where], 1) * is_column
    return np.concatenate([traits, more.astype(traits.dtype)], 1)


def _number_traits(said: NumberMeaning) -> list[float]:
    value = said.value
    return [
        log10(abs(value) + 1) / 6,
        float(value == int(value)),
        float(0 < value <= FEW),
        float(1900 <= value <= 2100),
        float(value < 0),
        float(0 < value <= 100),
        float(said.is_percent),
        float(said.is_ordinal),
        float(said.is_decade),
    ]


def _date_traits(item: Item) -> list[float]:
    said = item.said
    if isinstance(said, DateMeaning):
        grain, marks = said.grain, [0.0, float(bool(said.low)), float(said.part is not None)]
    elif isinstance(said, RelativeMeaning):
        grain, marks = said.unit, [1.0, float(said.which == "next"), float(said.which == "last")]
    else:
        return [0.0] * DATE_TRAITS
    return [*(float(grain == known) for known in DATE_GRAINS), *marks]
