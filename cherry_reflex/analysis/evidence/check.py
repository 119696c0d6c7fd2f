"""Links every number of an answer to what holds it. No model is asked: it would agree."""

from collections.abc import Iterable, Iterator, Sequence

from cherry_reflex.analysis.evidence.arithmetic import Computed, among, over_column, rest, shares
from cherry_reflex.analysis.evidence.contradictions import contradictions
from cherry_reflex.analysis.evidence.dates import WrittenDate, dates
from cherry_reflex.analysis.evidence.holders import Column, Holder, Holders, Source
from cherry_reflex.analysis.evidence.matching import (
    LABEL,
    SMALL_P,
    Match,
    Matcher,
    Range,
    limits,
    ranges,
)
from cherry_reflex.analysis.evidence.prose import Sentences, is_inside, without_figures
from cherry_reflex.analysis.evidence.written import Written, numbers
from cherry_reflex.core.evidence import Evidence, Link, Span
from cherry_reflex.core.language import ENGLISH, Language

NUMBERS_MAX = 400
"""Numbers of one answer that are looked up; more are in no answer that a person reads."""

_COUNT_MAX = 10
"""Whole numbers up to this are counts and places of the prose itself (`the 3 regions`)."""
_YEAR_MIN, _YEAR_MAX = 1000, 2999
_FEW_DIGITS, _ENOUGH_DIGITS, _MANY_DIGITS = 2, 3, 4
_FACTS_MAX = 200
_GIVEN_SCORE = 0.6
_COLUMNS_MAX = 5_000
"""Columns that are looked through for arithmetic, for all numbers of an answer together."""
_UNUSUAL = 2.0
"""Ways of writing from this penalty on are not tried for sums."""


def check(
    answer: str,
    sources: Sequence[Source],
    question: str = "",
    names: Iterable[str] = (),
    language: Language = ENGLISH,
) -> Evidence:
    """Return where the numbers of `answer` (Markdown) come from, and where workers disagree.

    `question` is what was asked, `names` those of datasets and columns: digits in them are no
    figures. Contradictions are told in `language`.
    """
    return Evidence(
        **_Check(answer, sources, question, names).result(),
        contradictions=contradictions(sources, language),
    )


class _Check:
    """The numbers of one answer; `links` grows from what is plain to what is computed."""

    def __init__(
        self, answer: str, sources: Sequence[Source], question: str, names: Iterable[str]
    ) -> None:
        self._answer = answer
        self._holders = Holders(names={*names})
        for name in self._holders.names:
            self._holders.known.of_name(name)
        for source in sources:
            self._holders.add(source)
        self._holders.count(sources)
        self._holders.known.add(question)
        self._holders.sort()
        self._given = {value for one in numbers(question) for value in (one.value, one.bare)}
        self._matcher = Matcher(self._holders, Sentences(answer))
        self._links: list[Link] = []
        self._held: list[tuple[Written, Holder]] = []
        self._columns_left = _COLUMNS_MAX
        self._facts = [one for one in self._holders.all if one.kind == "fact" and one.step]

    def result(self) -> dict[str, tuple[Link, ...] | tuple[Span, ...]]:
        """Return the links and what is unsupported, each in the order of the answer."""
        masked = without_figures(self._answer, self._holders.names)
        unsupported = []
        for date in dates(self._answer):
            if is_inside(date.start, date.end, masked):
                continue
            masked.append((date.start, date.end))
            if not self._holds_date(date):
                unsupported.append(self._span(date.start, date.end))
        found = (one for one in numbers(self._answer) if not is_inside(one.start, one.end, masked))
        open_ones = [one for _, one in zip(range(NUMBERS_MAX), found, strict=False)]
        open_ones = [one for one in open_ones if not self._direct(one)]
        for one in open_ones:
            if not (self._computed(one) or self._within_limit(one) or self._is_no_figure(one)):
                unsupported.append(self._span(one.start, one.end))
        return {
            "links": tuple(sorted(self._links, key=lambda link: link.start)),
            "unsupported": tuple(sorted(unsupported, key=lambda span: span.start)),
        }

    def _direct(self, one: Written) -> bool:
        """Link a number to a figure that is written like that, or to the question."""
        if one.bound == "<" and one.value <= SMALL_P and self._within_limit(one):
            return True  # of a p value, before what happens to be written alike
        match = self._matcher.best(one, ranges(one))
        is_given = one.value in self._given or one.bare in self._given
        if is_given and (match is None or match.score < _GIVEN_SCORE or match.context <= 0):
            self._links.append(Link(**self._place(one), kind="question", value=one.value))
            return True
        if match is None or self._may_be_chance(one, match):
            return False
        self._link(one, match.holder)
        return True

    def _may_be_chance(self, one: Written, match: Match) -> bool:
        """A small whole number is held by something nearly always: the words must say so too."""
        is_small = one.whole and abs(one.value) <= _COUNT_MAX
        return (is_small or one.ordinal) and match.context <= 0 and not match.holder.is_count

    def _computed(self, one: Written) -> bool:
        """Link a number to arithmetic over figures that belong together."""
        if one.ordinal or (one.whole and abs(one.value) <= _COUNT_MAX):
            return False
        found = next(self._results(one), None)
        if found is None:
            return False
        self._link(one, found.first, found)
        return True

    def _results(self, one: Written) -> Iterator[Computed]:
        sentence = self._matcher.sentences.place(one.start)[0]
        beside = [(self._matcher.sentences.place(w.start)[0], holder) for w, holder in self._held]
        for distance in (0, 1):
            group = _once(holder for at, holder in beside if abs(at - sentence) <= distance)
            yield from among(one, group)
            yield from rest(one, group)
        fitting = [span for span in ranges(one) if span.penalty < _UNUSUAL]
        for column in self._holders.columns:
            if self._columns_left <= 0:
                return
            self._columns_left -= 1
            named = self._said(sentence, column)
            is_said = bool(named) or self._matcher.names(one, column.holders[0])
            needed = _FEW_DIGITS if is_said else _MANY_DIGITS
            if one.digits >= needed:
                yield from over_column(fitting, column, named)
                yield from shares(one, column)
            yield from among(one, named)
            if one.digits > needed:
                yield from among(one, column.holders)
        # Three digits are given by some two figures of any large run.
        is_free = one.digits >= _MANY_DIGITS
        if one.digits >= _ENOUGH_DIGITS:
            yield from among(one, _once(holder for _, holder in beside))
        for row in self._holders.rows:
            if is_free or self._matcher.context(one, row[0]) >= LABEL:
                yield from among(one, row)
        facts = [f for f in self._facts if is_free or self._matcher.names(one, f)]
        yield from among(one, facts[:_FACTS_MAX])
        yield from rest(one, facts[:_FACTS_MAX])

    def _said(self, sentence: int, column: Column) -> list[Holder]:
        """Return the cells of a column whose rows a sentence names."""
        rows = self._matcher.said_rows(sentence, column)
        return [cell for cell in column.holders if cell.row in rows]

    def _within_limit(self, one: Written) -> bool:
        """Link a limit to a figure that keeps it, if the sentence speaks of that figure."""
        if not one.bound:
            return False
        match = self._matcher.best(one, limits(one))
        if match is None or match.context <= 0:
            return False
        self._link(one, match.holder, Computed(match.holder.value, "", match.holder))
        return True

    def _is_no_figure(self, one: Written) -> bool:
        """Counts and places of the prose itself, and years that the data or the question have."""
        if one.ordinal or (one.whole and abs(one.value) <= _COUNT_MAX):
            return True
        is_year = one.whole and _YEAR_MIN <= one.value <= _YEAR_MAX
        return is_year and self._holders.known.holds(
            WrittenDate(one.start, one.end, year=int(one.value))
        )

    def _holds_date(self, date: WrittenDate) -> bool:
        """A date stands in the data or in the question; a year or a month also as a number."""
        if self._holders.known.holds(date):
            return True
        if not (number := float(date.number)):
            return False
        exact = Range(number, number, 0.0)
        return number in self._given or bool(self._holders.within(exact.low, exact.high))

    def _link(self, one: Written, holder: Holder, computed: Computed | None = None) -> None:
        self._held.append((one, holder))
        is_computed = computed is not None and computed.expression != ""
        self._links.append(
            Link(
                **self._place(one),
                kind="arithmetic" if is_computed else holder.kind,
                step=holder.step,
                call=holder.call,
                key=holder.key,
                param=holder.param,
                table=holder.table,
                row=holder.row,
                label=holder.label,
                column=holder.column,
                value=computed.value if computed is not None else holder.value,
                expression=computed.expression if computed is not None else "",
            )
        )

    def _place(self, one: Written) -> dict[str, int | str]:
        return self._span(one.start, one.end).model_dump()

    def _span(self, start: int, end: int) -> Span:
        return Span(start=start, end=end, text=self._answer[start:end])


def _once(holders: Iterable[Holder]) -> list[Holder]:
    return list({id(holder): holder for holder in holders}.values())
