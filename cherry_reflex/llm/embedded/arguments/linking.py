"""What a request mentions of the data: columns by meaning, values by spelling, years, numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.concepts import agreed, concepts_in
from cherry_reflex.llm.embedded.arguments.dates import dates_of
from cherry_reflex.llm.embedded.arguments.quantity import Amount, limits_of
from cherry_reflex.llm.embedded.arguments.span import (
    Condition,
    Mention,
    Span,
    is_key,
    line_of,
    overlap,
    plain,
    spans_of,
    tells_apart,
)
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

ALIKE = 0.6
"""Cosine from which words mean a column: `매출` and `sales` have 0.66, `지역` and `region` 0.84."""
CLEAR = 0.75
"""From here on no doubt is left."""
CRAFT = 0.9
"""Cosine from which words are those of what is to be done: `인코딩해줘` is no column of codes."""
SHORT = 2
"""Names of so few letters are meant only where they are spelled out; one that is a common word as
well (`AT`), capitals and all."""
COMMON = 0.98
USUAL = 0.4
"""Some names are close to every word. What the quantile `COMMON` of common words has more than
`USUAL` is taken off, so that only the words that mean the column are left."""
SAME_VALUE = 0.8
SAME_PERIOD = 0.75
PERIODS = ("day", "week", "month", "quarter", "year", "hour", "weekday")
COLUMNS_MAX = 300
"""Columns compared by meaning; further ones are found by their spelling alone."""
VALUES_MAX = 240

_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True)
class Links:
    """Everything that was recognised, in the order of the request."""

    mentions: tuple[Mention, ...] = ()
    conditions: tuple[Condition, ...] = ()
    top: int | None = None
    """How many of the best or worst are asked for."""
    numbers: tuple[Amount, ...] = ()
    spans: tuple[Span, ...] = ()
    affinity: dict[str, float] = field(default_factory=dict)
    """Column name -> its best cosine with anything in the request."""


def link(embedding: Embedding, text: str, dataset: Dataset) -> Links:
    """Find what `text` mentions. Later lines are later wishes: their conditions replace those on
    the same column."""
    spans = spans_of(text)
    if not spans:
        return Links()
    named = [plain(column.name) for column in dataset.columns[:COLUMNS_MAX]]
    said = [span.text for span in spans]
    cosines = agreed(embedding, said, named, meanings(embedding, said, named), CLEAR)
    values = _values(embedding, text, spans, dataset)
    taken = [c.span for c in values]
    crafts = (embedding([s.text for s in spans]) @ embedding(knowledge.common_words()).T).max(
        axis=1
    )
    mentions = _mentions(text, spans, dataset.columns, cosines, crafts, dataset.rows, taken)
    dates, dated = dates_of(embedding, text, dataset.columns, mentions)
    mentions = _periods(embedding, spans, dataset.columns, mentions, dated)
    affinity = {
        column.name: float(cosines[:, place].max())
        for place, column in enumerate(dataset.columns[:COLUMNS_MAX])
    }
    measures = [c for c in dataset.columns if c.type in NUMERIC and not is_key(c, dataset.rows)]
    likely = max(measures, key=lambda c: affinity.get(c.name, 0), default=None)
    calendar = next((c for c in dataset.columns if c.type in TEMPORAL), None)
    limits, top, numbers = limits_of(
        embedding, text, mentions, dated + taken, likely, calendar, dataset.rows
    )
    conditions = _latest(text, [*values, *dates, *limits])
    return Links(mentions, conditions, top, numbers, spans, affinity)


def meanings(embedding: Embedding, said: Sequence[str], names: Sequence[str]) -> "Matrix":
    """Return cosines [said, name], lowered for names to which any common word is close."""
    import numpy as np

    named = embedding(names)
    common = np.sort(embedding(knowledge.common_words()) @ named.T, axis=0)
    usual = common[int(COMMON * len(common))]
    cosines = np.asarray(embedding(said) @ named.T, dtype=np.float32)
    lowered = cosines - np.maximum(usual - USUAL, 0)
    return np.where(cosines >= CLEAR, cosines, lowered).astype(np.float32)


def _mentions(
    text: str,
    spans: Sequence[Span],
    columns: Sequence[Column],
    cosines: "Matrix",
    crafts: "NDArray[np.float32]",
    rows_of_table: int,
    taken: Sequence[Span],
) -> tuple[Mention, ...]:
    """Return one mention a column at most; a span belongs to the column that it fits best. Words
    of what is to be done (`crafts`: how close each span comes to one), and columns that only tell
    rows apart, must be clearly meant."""
    import numpy as np

    found: list[Mention] = []
    lowered = text.lower()
    for column in columns:
        if span := _spelled(lowered, text, column.name):
            found.append(Mention(column, span, 1.0 + len(span.text) / 1000))
    known = {m.column.name for m in found}
    if cosines.size:
        for row, span in enumerate(spans):
            place = int(np.argmax(cosines[row]))
            score = float(cosines[row, place])
            if score < CLEAR and (
                crafts[row] >= CRAFT or tells_apart(columns[place], rows_of_table)
            ):
                continue
            if len(columns[place].name) <= SHORT and columns[place].name.isascii():
                continue  # as close to `it` and `at` as to anything
            if score >= ALIKE and columns[place].name not in known:
                found.append(Mention(columns[place], span, score))
    found.sort(key=lambda m: -m.score)
    kept: list[Mention] = []
    for mention in found:
        used = [m.span for m in kept] + list(taken)
        if any(overlap(mention.span, other) for other in used):
            continue
        if all(m.column.name != mention.column.name for m in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda m: m.span.start))


def _periods(
    embedding: Embedding,
    spans: Sequence[Span],
    columns: Sequence[Column],
    mentions: tuple[Mention, ...],
    dated: Sequence[Span],
) -> tuple[Mention, ...]:
    """Add the date column where the request speaks of periods (`monthly`, `연도별`)."""
    import numpy as np

    column = next((c for c in columns if c.type in TEMPORAL), None)
    if column is None or any(m.column.type in TEMPORAL for m in mentions):
        return mentions
    known = knowledge.read("values")
    words = [word for period in PERIODS for word in known[period]]
    cosines = embedding([span.text for span in spans]) @ embedding(words).T
    best = cosines.max(axis=1)
    free = [
        (float(score), span)
        for score, span in zip(best, spans, strict=True)
        if not any(overlap(span, other) for other in [*dated, *(m.span for m in mentions)])
    ]
    score, span = max(free, key=lambda pair: pair[0], default=(0.0, spans[0]))
    if not np.isfinite(score) or score < SAME_PERIOD:
        return mentions
    named = Mention(column, span, score, period=True)
    return tuple(sorted([*mentions, named], key=lambda m: m.span.start))


def _spelled(lowered: str, text: str, name: str) -> Span | None:
    """Return where a column's name is spelled out, as whole words; Korean names may carry
    particles behind them."""
    if len(name) <= SHORT and name.isascii():
        flags = 0 if name.lower() in knowledge.common_words() else re.IGNORECASE
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags)
        return Span(match.group(), match.start(), match.end()) if match else None
    for form in dict.fromkeys((name.lower(), plain(name))):
        if not form.strip():
            continue
        tail = "" if _HANGUL.search(form[-1]) else r"(?:e?s)?(?![a-z0-9_])"
        match = re.search(rf"(?<![\w]){re.escape(form)}{tail}", lowered)
        if match:
            return Span(text[match.start() : match.end()], match.start(), match.end())
    return None


def _values(
    embedding: Embedding, text: str, spans: Sequence[Span], dataset: Dataset
) -> list[Condition]:
    """Return the values of text columns that the request names, all of one column together."""
    import numpy as np

    named = [plain(column.name) for column in dataset.columns[:COLUMNS_MAX]]
    # A value that is called like a column is taken for the column.
    known = [
        (column, str(value))
        for column in dataset.columns
        if column.type in ("category", "text") and column.dtype.upper() != "BOOLEAN"
        for value in column.examples
        if isinstance(value, str) and value.strip() and plain(value) not in named
    ][:VALUES_MAX]
    hits: dict[str, list[tuple[Column, str, Span]]] = {}
    concepts = concepts_in(embedding, [plain(column.name) for column, _ in known])
    for (column, value), concept in zip(known, concepts, strict=True):
        forms = (_said(text, form) for form in (value, *_equals(concept, value)))
        if span := next(filter(None, forms), None):
            hits.setdefault(column.name, []).append((column, value, span))
    spelled = set(hits)
    if known and named:
        said = embedding([span.text for span in spans])
        cosines = said @ embedding([value for _, value in known]).T
        names = (said @ embedding(named).T).max(axis=1)
        for row, span in enumerate(spans):
            place = int(np.argmax(cosines[row]))
            column, value = known[place]
            score = cosines[row, place]
            if score < SAME_VALUE or score < names[row] or column.name in spelled:
                continue
            if not any(overlap(span, other) for _, _, other in hits.get(column.name, ())):
                hits.setdefault(column.name, []).append((column, value, span))
    found = []
    for entries in hits.values():
        column = entries[0][0]
        wanted = list(dict.fromkeys(value for _, value, _ in entries))
        span = min((span for _, _, span in entries), key=lambda s: s.start)
        one = len(wanted) == 1
        found.append(Condition(column, "=" if one else "in", wanted[0] if one else wanted, span))
    return found


def _said(text: str, value: str) -> Span | None:
    """Return where a value is spelled out. Of one letter or in digits it must stand alone."""
    value = value.strip()
    head, tail = r"(?<!\w)", r"(?!\w)"
    if _HANGUL.search(value[-1]) and len(value) > 1:
        tail = ""
    flags = re.IGNORECASE if len(value) > 2 else 0
    match = re.search(head + re.escape(value) + tail, text, flags)
    return Span(match.group(), match.start(), match.end()) if match else None


def _equals(concept: str, value: str) -> list[str]:
    """Return how else people say a value of a concept: `women` for `F`."""
    groups = knowledge.read("equals").get(concept, ())
    folded = value.strip().casefold()
    return next((g for g in groups if folded in map(str.casefold, g)), [])


def _latest(text: str, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Keep, of the conditions on one column (on a number apart: values and limits), those of the
    last line."""
    last: dict[tuple[str, bool], int] = {}
    keyed = [
        ((c.column.name, c.op in (">", ">=", "<", "<=") and c.column.type not in TEMPORAL), c)
        for c in conditions
    ]
    for key, condition in keyed:
        last[key] = max(last.get(key, 0), line_of(text, condition.span))
    kept = [c for key, c in keyed if line_of(text, c.span) == last[key]]
    return tuple(sorted(kept, key=lambda c: c.span.start))
