"""Binds texts that a column contains: `the ones whose remark mentions edge effect`."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import Condition, Not, TextMatch
from cherry_reflex.llm.embedded.reading.linked import AliasMeaning, Segment
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft
from cherry_reflex.llm.embedded.reading.search.negation import negation_of
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

TEXTUAL = ("text", "label", "identifier", "other")
WAYS = ("contains", "starts", "ends")
WORDS_MAX = 3


def bind_texts(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with the words beside `contains` looked for in the column beside it: those
    in quotes, else those that nothing else was made of."""
    places = [p for p in draft.free(path.places("op")) if path.tokens[p].detail in WAYS]
    if not places:
        yield draft
        return
    place = places[0]
    column = next(
        (
            p
            for p in path.nearest(place, ("condition", "measure", "group"), 5, draft.used)
            if path.kind_of(p) in TEXTUAL
        ),
        None,
    )
    named = [(c.name, -1.2) for c in path.view.columns if c.kind == "text"][:1]
    of = [(path.tokens[column].column, 0.3)] if column is not None else named
    for name, weight in of:
        for text, used in _texts(path, draft, place):
            how = path.tokens[place].detail
            made: Condition = TextMatch.model_validate(
                {"of": column_ref(name), "how": how, "text": text}
            )
            denial = negation_of(path, place)
            taken = [place, *used]
            if column is not None:
                taken.append(column)
            if denial is not None and denial not in draft.used:
                made = Not(part=made)
                taken.append(denial)
            conditions = (*draft.conditions, Bound(made, place))
            yield draft.using(*taken, weight=weight, conditions=conditions)
    yield draft.using(weight=-0.5)


def _texts(path: Path, draft: Draft, place: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for other in draft.free(path.places("alias")):
        meaning = path.tokens[other].candidate.meaning
        if isinstance(meaning, AliasMeaning):
            yield meaning.name, (other,)
    token = path.tokens[place]
    taken = {s for t in path.tokens for s in range(t.first, t.last)}
    step = -1 if path.is_korean(place) else 1
    start = token.first - 1 if step == -1 else token.last
    segments = path.linked.segments
    words: list[Segment] = []
    while 0 <= start < len(segments) and len(words) < WORDS_MAX:
        segment = segments[start]
        if start in taken or (segment.is_function and words):
            break
        if not segment.is_function:
            words.append(segment)
        start += step
    if words:
        first, last = min(w.start for w in words), max(w.end for w in words)
        yield path.linked.text[first:last], ()
