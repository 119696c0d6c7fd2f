"""A reading as a sentence, in both languages: what will be computed, with every part of it."""

import difflib
import re
from collections.abc import Sequence

from cherry_reflex.analysis.reading.words.phrases import Phrases, begun, bold, unmarked
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import KOREAN, Language
from cherry_reflex.core.reading.condition import Between, RelativePeriod
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import ByMeasure, Group, Period, Reading
from cherry_reflex.i18n.catalogue import has

_WORDS = re.compile(r"\S+")


def sentence(reading: Reading, datasets: Sequence[Dataset], language: Language) -> str:
    """Return what a reading asks for, columns and values in bold (Markdown). The table is named
    where there are several."""
    return _said(reading, datasets, Phrases(language, bold))


def plain_sentence(reading: Reading, datasets: Sequence[Dataset], language: Language) -> str:
    """Return the same without marks."""
    return _said(reading, datasets, Phrases(language, unmarked))


def difference(
    one: Reading, other: Reading, datasets: Sequence[Dataset], language: Language
) -> tuple[str, str]:
    """Return the sentences of two readings, in bold only what differs between them."""
    first, second = (plain_sentence(r, datasets, language) for r in (one, other))
    a, b = ([(m.group(), m.end()) for m in _WORDS.finditer(s)] for s in (first, second))
    words = [word for word, _ in a], [word for word, _ in b]
    matcher = difflib.SequenceMatcher(None, *words, autojunk=False)
    marked: tuple[list[str], list[str]] = ([], [])
    for tag, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        for side, part in enumerate((words[0][a_from:a_to], words[1][b_from:b_to])):
            if part and tag != "equal":
                marked[side].append(_marked(" ".join(part)))
            else:
                marked[side].extend(part)
    return " ".join(marked[0]), " ".join(marked[1])


def _marked(words: str) -> str:
    """Marks of a list stay outside, where Markdown needs them."""
    core = words.rstrip(",;")
    return bold(core) + words[len(core) :] if core else words


def _said(reading: Reading, datasets: Sequence[Dataset], phrases: Phrases) -> str:
    parts = [_head(reading, phrases)]
    where = [
        phrases.say("only_where", where=phrases.condition(reading.where))
    ] if reading.where is not None else []  # fmt: skip
    tables = _tables(reading, datasets, phrases)
    parts = [*tables, *where, *parts] if phrases.language == KOREAN else [*parts, *tables, *where]
    parts += _tail(reading, phrases)
    said = ", ".join(part for part in parts if part)
    said = begun(said)
    return "; ".join([said, *(_said(one, datasets, phrases) for one in reading.also)])


def _tables(reading: Reading, datasets: Sequence[Dataset], phrases: Phrases) -> list[str]:
    found = []
    if reading.dataset and len(datasets) > 1:
        found.append(phrases.say("in_table", table=phrases.mark(reading.dataset)))
    for join in reading.joins:
        params = {
            "table": phrases.mark(join.dataset),
            "left": phrases.mark(join.left),
            "right": phrases.mark(join.right),
        }
        same = "_same" if join.left == join.right and join.how == "left" else ""
        found.append(phrases.say(f"joined.{join.how}{same}", **params))
    return found


def _head(reading: Reading, phrases: Phrases) -> str:
    """Return what is computed and by what: the core of the sentence."""
    what = _what(reading, phrases)
    groups = list(reading.by)
    if reading.task != "pivot" and len(groups) < 1:
        return what
    if reading.task == "pivot" and len(groups) > 1:
        rows = phrases.listed([_group(group, phrases) for group in groups[:-1]])
        return phrases.say("pivot", what=what, rows=rows, columns=_group(groups[-1], phrases))
    by = phrases.listed([_group(group, phrases) for group in groups])
    return phrases.say("by", what=what, by=by) if by else what


def _what(reading: Reading, phrases: Phrases) -> str:
    measures = phrases.listed([phrases.measure(measure) for measure in reading.measures])
    columns = phrases.listed([phrases.expression(column) for column in reading.columns])
    task = reading.task
    if task in ("aggregate", "pivot"):
        return measures or phrases.say("agg_rows.count")
    given = measures or columns
    if measures and columns:
        given = phrases.listed([measures, columns])
    if reading.target:
        given = phrases.mark(reading.target)
    if given and has(f"reading.task.{task}"):
        return phrases.say(f"task.{task}", what=given)
    return phrases.say(f"task_all.{task}")


def _group(group: Group, phrases: Phrases) -> str:
    of = group.of
    if isinstance(of, ColumnRef) and of.grain:
        column = phrases.expression(of.model_copy(update={"grain": ""}))
        said = phrases.say(f"by_grain.{of.grain}", column=column)
    else:
        said = phrases.expression(of)
    if group.bins:
        said = phrases.say("bins", of=said, count=phrases.mark(str(group.bins)))
    elif group.width:
        said = phrases.say("bins_width", of=said, width=phrases.mark(f"{group.width:g}"))
    elif group.edges:
        edges = phrases.listed([phrases.mark(f"{edge:g}") for edge in group.edges])
        said = phrases.say("bins_edges", of=said, edges=edges)
    if group.labels:
        said = phrases.say("bins_named", of=said, names=phrases.listed(group.labels))
    return said


def _tail(reading: Reading, phrases: Phrases) -> list[str]:
    found = []
    if reading.having is not None:
        found.append(phrases.say("having", having=phrases.condition(reading.having)))
    if reading.how and has(f"reading.how.{reading.how}"):
        found.append(phrases.say(f"how.{reading.how}"))
    elif reading.how:
        found.append(phrases.mark(reading.how))
    if reading.period is not None:
        found.append(_period(reading.period, phrases))
    found += _order(reading, phrases)
    if reading.horizon is not None:
        params = {"count": reading.horizon.count}
        found.append(phrases.mark(phrases.say(f"next_many.{reading.horizon.unit}", **params)))
    if reading.method:
        key = f"reading.method.{reading.method.replace('-', '_').replace(' ', '_')}"
        known = has(key)
        name = phrases.say(key.removeprefix("reading.")) if known else reading.method
        found.append(phrases.say("method", name=phrases.mark(name)))
    if reading.chart:
        found.append(phrases.mark(phrases.say(f"chart.{reading.chart}")))
    if reading.export:
        found.append(phrases.say("export", form=phrases.mark(reading.export)))
    return found


def _period(period: Period, phrases: Phrases) -> str:
    sides = []
    for side in (period.before, period.after):
        if isinstance(side, bool | int | float | str):
            sides.append(phrases.value(side))
        elif isinstance(side, RelativePeriod):
            sides.append(phrases.relative(side))
        elif isinstance(side, Between):
            sides.append(f"{phrases.value(side.low)} – {phrases.value(side.high)}")
        elif side is not None:
            sides.append(phrases.condition(side))
    of = phrases.expression(period.of)
    if len(sides) == 2:
        return phrases.say("compared", of=of, before=sides[0], after=sides[1])
    if period.unit:
        return phrases.say(f"each_period.{period.unit}", of=of)
    return phrases.say("each_period.any", of=of)


def _order(reading: Reading, phrases: Phrases) -> list[str]:
    order, top, rank = reading.order, reading.top, reading.rank
    way = order.direction if order else "descending"
    within = phrases.listed([phrases.expression(one) for one in reading.per])
    by = ""
    if order is not None and not isinstance(order.by, ByMeasure):
        by = phrases.expression(order.by)
    elif order is not None and isinstance(order.by, ByMeasure) and order.by.index:
        by = phrases.say("result_n", place=order.by.index + 1)
    elif order is None and not (top or rank):
        return []
    if rank is not None:
        said = phrases.say(f"rank.{way}", place=phrases.mark(phrases.place(rank)))
    elif top is not None:
        said = phrases.say(f"top.{way}", count=phrases.mark(str(top)))
    else:
        said = phrases.say(f"order.{way}")
    if by:
        said = phrases.say("ordered_by", by=by, order=said)
    return [phrases.say("within", order=said, within=within) if within else said]
