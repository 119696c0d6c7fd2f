"""Cuts a question that asks for two things."""

from collections.abc import Iterator
from dataclasses import replace

from cherry_reflex.llm.embedded.reading.linked import ConceptMeaning, Linked

CONTENT_MIN = 2
"""Content words that each half has at least."""
CUTS_MAX = 2
JOINTS = ("follow", "and")
ENDS = (".", "?", "!", ";", "\n", ",")


def single_questions_of(linked: Linked) -> Iterator[tuple[Linked, Linked]]:
    """Yield ways to cut a question in two: at the end of a sentence, at words that go on."""
    segments = linked.segments
    content = [0]
    for segment in segments:
        content.append(content[-1] + (not segment.is_function))
    joints = {
        place
        for candidate in linked.candidates
        if isinstance(candidate.meaning, ConceptMeaning)
        and candidate.meaning.concept in JOINTS
        and candidate.how == "exact"
        for place in (candidate.first,)
    }
    cuts = []
    for place in range(1, len(segments)):
        between = linked.text[segments[place - 1].end : segments[place].start]
        worth = 2 * any(sign in between for sign in ENDS[:5]) + ("," in between)
        worth += place in joints
        inside = any(c.first < place < c.last and c.how == "exact" for c in linked.candidates)
        shorter = min(content[place], content[-1] - content[place])
        if worth and not inside and shorter >= CONTENT_MIN:
            cuts.append((-worth, place))
    for _, place in sorted(cuts)[:CUTS_MAX]:
        yield part_of(linked, 0, place), part_of(linked, place, len(segments))


def part_of(linked: Linked, first: int, last: int) -> Linked:
    """Return the question from one segment up to another, with the candidates that lie within."""
    candidates = tuple(
        replace(c, first=c.first - first, last=c.last - first)
        for c in linked.candidates
        if first <= c.first and c.last <= last
    )
    return replace(
        linked,
        segments=linked.segments[first:last],
        candidates=candidates,
        operator_closeness=linked.operator_closeness[first:last],
    )
