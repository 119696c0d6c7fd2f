"""Made-up tables: columns of one or two domains, as an upload would be profiled."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from benchmarks.reading.generator.concept import Concept, concepts, held_domains, pools
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.llm.embedded.reading.linked import ColumnKind

ROWS = 600
NUMERIC = ("amount", "level", "rate")
NAMED = ("label", "code")
YES_NO: tuple[tuple[Scalar, Scalar], ...] = (
    (True, False),
    ("Y", "N"),
    ("yes", "no"),
    ("Yes", "No"),
    (1, 0),
)
SYLLABLES = ("ba", "co", "di", "fu", "ga", "le", "mi", "no", "pe", "ru", "sa", "ti", "vo", "za")
UNITS = {
    "en": (" (USD)", " ($)", " (%)", " (kg)", "_usd", "_total"),
    "ko": ("(원)", "(%)", "(명)", "(개)", "(천원)"),
}
ROW_NOUNS = {
    "en": ("order", "record", "case", "customer", "item", "visit", "user", "entry", "row"),
    "ko": ("주문", "건", "고객", "항목", "방문", "사용자", "데이터", "거래"),
}


@dataclass(frozen=True)
class MadeColumn:
    """A column with what it is about (None for one whose name says nothing)."""

    column: Column
    kind: ColumnKind
    concept: Concept | None = None
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What values are called besides."""
    positive: Scalar | None = None

    @property
    def values(self) -> tuple[Scalar, ...]:
        """Its values."""
        return self.column.examples


@dataclass(frozen=True)
class MadeTable:
    """A table in one language (of its headers) with nouns for its rows in both."""

    name: str
    language: str
    columns: tuple[MadeColumn, ...]
    nouns: dict[str, tuple[str, ...]]

    @property
    def dataset(self) -> Dataset:
        """The table as the product sees it."""
        columns = tuple(made.column for made in self.columns)
        return Dataset(id=self.name, name=self.name, rows=ROWS, columns=columns)

    def without(self, names: Sequence[str]) -> "MadeTable":
        """Return the table without some columns."""
        left = tuple(c for c in self.columns if c.column.name not in names)
        return MadeTable(self.name, self.language, left, self.nouns)


def make_table(rnd: random.Random, held: bool = False) -> MadeTable:
    """Return a table; `held` makes it of the domains that are kept out of training."""
    language = rnd.choice(("en", "en", "ko"))
    known = [c for c in concepts() if (c.group.domain in held_domains()) == held]
    common = [c for c in concepts() if c.group.domain in ("general", "people", "person")]
    domains = sorted({c.group.domain for c in known})
    chosen = rnd.sample(domains, min(len(domains), rnd.choice((1, 1, 2))))
    pool = [c for c in known if c.group.domain in chosen]
    pool = rnd.sample(pool, min(len(pool), rnd.randint(3, 9)))
    pool += rnd.sample(common, min(len(common), rnd.randint(1, 4)))
    for kinds, least in ((NUMERIC, 2), (("label",), 2), (("time",), rnd.choice((0, 1, 1)))):
        have = sum(c.kind in kinds for c in pool)
        more = [c for c in known + common if c.kind in kinds and c not in pool]
        if have < least and more:
            pool += rnd.sample(more, min(len(more), least - have))
    rnd.shuffle(pool)
    made: list[MadeColumn] = []
    taken: set[str] = set()
    for concept in pool:
        phrases = {phrase.lower() for phrase in concept.group.phrases}
        if taken & phrases:
            continue
        column = _column(rnd, concept, language)
        if column.column.name.lower() in {c.column.name.lower() for c in made}:
            continue
        taken |= phrases
        made.append(column)
    while rnd.random() < 0.35:
        made.append(_nameless(rnd, {c.column.name for c in made}))
    rnd.shuffle(made)
    nouns = {
        lang: tuple(
            phrase
            for concept in pool
            if concept.group.nouns
            for phrase in concept.names(lang)[:2]
            if "_" not in phrase
        )[:3]
        or (rnd.choice(ROW_NOUNS[lang]),)
        for lang in ("en", "ko")
    }
    name = rnd.choice((f"{chosen[0]}_{rnd.randint(1, 99)}", f"{nouns['en'][0]}s", "data", "export"))
    return MadeTable(name, language, tuple(made), nouns)


def _column(rnd: random.Random, concept: Concept, language: str) -> MadeColumn:
    name = styled(rnd, rnd.choice(concept.names(language)), language, concept.kind)
    missing = rnd.choice((0, 0, 0, rnd.randint(1, 200)))
    if concept.kind in NUMERIC:
        return MadeColumn(_numbers(rnd, name, concept.kind, missing), concept.kind, concept)
    if concept.kind == "time":
        return MadeColumn(_times(rnd, name, concept.group.name, missing), "time", concept)
    if concept.kind == "flag":
        yes, no = rnd.choice(YES_NO)
        kinds = {bool: ("boolean", "BOOLEAN"), int: ("integer", "BIGINT")}
        kind, dtype = kinds.get(type(yes), ("category", "VARCHAR"))
        examples = (yes, no) if rnd.random() < 0.5 else (no, yes)
        column = Column.model_validate(
            {
                "name": name,
                "type": kind,
                "dtype": dtype,
                "missing": missing,
                "distinct": 2,
                "minimum": min(yes, no),
                "maximum": max(yes, no),
                "examples": examples,
            }
        )
        return MadeColumn(column, "flag", concept, positive=yes)
    if concept.kind in NAMED:
        return _labels(rnd, name, concept, language, missing)
    texts = tuple(f"{rnd.choice('ABCDKPRS')}{rnd.randint(1000, 99999)}" for _ in range(8))
    if concept.kind == "text":
        texts = tuple(" ".join(rnd.choices(SYLLABLES, k=5)) for _ in range(8))
    column = Column(
        name=name, type="text", dtype="VARCHAR", missing=missing, distinct=ROWS, examples=texts
    )
    return MadeColumn(column, concept.kind, concept)


def _numbers(rnd: random.Random, name: str, kind: str, missing: int) -> Column:
    top = (
        rnd.choice((5, 10, 100, 100, 1000, 10_000, 1_000_000))
        if kind != "rate"
        else rnd.choice((1, 100))
    )
    is_whole = top > 1 and rnd.random() < 0.5
    low = 0 if rnd.random() < 0.7 else -top // 5
    distinct = min(ROWS, int(top) + 1) if is_whole else ROWS - rnd.randint(0, 200)
    return Column(
        name=name,
        type="integer" if is_whole else "number",
        dtype="BIGINT" if is_whole else "DOUBLE",
        missing=missing,
        distinct=distinct,
        minimum=low,
        maximum=top,
        examples=tuple(
            rnd.randint(0, int(top)) if is_whole else round(rnd.uniform(0, top), 2)
            for _ in range(8)
        ),
    )


def _times(rnd: random.Random, name: str, group: str, missing: int) -> Column:
    first = date(rnd.randint(2017, 2025), rnd.randint(1, 12), rnd.randint(1, 28))
    last = first + timedelta(days=rnd.choice((60, 180, 364, 500, 800, 1400)))
    if group in ("year", "fiscal year", "birth year"):
        low, high = first.year - rnd.randint(1, 12), first.year
        return Column(
            name=name,
            type="integer",
            dtype="BIGINT",
            missing=missing,
            distinct=high - low + 1,
            minimum=low,
            maximum=high,
            examples=tuple(range(low, high + 1))[:12],
            time="year",
        )
    if rnd.random() < 0.35:
        texts = tuple(
            f"{first + timedelta(days=k)} {rnd.randint(0, 23):02d}:{rnd.randint(0, 59):02d}:00"
            for k in range(6)
        )
        return Column(
            name=name,
            type="datetime",
            dtype="TIMESTAMP",
            missing=missing,
            distinct=ROWS,
            minimum=f"{first} 00:10:00",
            maximum=f"{last} 23:10:00",
            examples=texts,
        )
    days = tuple(str(first + timedelta(days=k)) for k in range(6))
    return Column(
        name=name,
        type="date",
        dtype="DATE",
        missing=missing,
        distinct=min(ROWS, (last - first).days),
        minimum=str(first),
        maximum=str(last),
        examples=days,
    )


def _labels(
    rnd: random.Random, name: str, concept: Concept, language: str, missing: int
) -> MadeColumn:
    synonyms: dict[str, tuple[str, ...]] = {}
    by_language = dict(concept.values_by_language)
    values: list[str] = []
    if concept.values and (rnd.random() < 0.7 or not by_language):
        is_korean = language == "ko"
        for group in rnd.sample(concept.values, min(len(concept.values), rnd.randint(2, 9))):
            fitting = [v for v in group if bool(re.search("[가-힣]", v)) == is_korean] or list(
                group
            )
            value = rnd.choice(fitting[:3])
            values.append(value)
            synonyms[value] = tuple(v for v in group if v != value and len(v) > 1)
    elif by_language:
        listed = by_language.get(language) or next(iter(by_language.values()))
        values = rnd.sample(listed, max(2, min(len(listed), rnd.randint(2, 9))))
    else:
        listed = rnd.choice(pools()["generic"][language])
        values = list(listed)
    if rnd.random() < 0.08:
        values = [value.upper() for value in values]
        synonyms = {value.upper(): known for value, known in synonyms.items()}
    values = list(dict.fromkeys(values))
    column = Column(
        name=name,
        type="category",
        dtype="VARCHAR",
        missing=missing,
        distinct=len(values),
        examples=tuple(values[:12]),
    )
    return MadeColumn(column, concept.kind, concept, synonyms)


def _nameless(rnd: random.Random, taken: set[str]) -> MadeColumn:
    """Return a column whose name means nothing."""
    name = rnd.choice(
        (
            f"{rnd.choice('VXQAF')}{rnd.randint(1, 40)}",
            f"col_{rnd.randint(1, 40)}",
            "".join(rnd.choices(SYLLABLES, k=rnd.choice((2, 3)))),
            f"{rnd.choice(('ratio', 'index', 'factor', 'metric', 'score'))} {rnd.randint(1, 99)}",
        )
    )
    if name in taken:
        name += "_2"
    if rnd.random() < 0.7:
        return MadeColumn(_numbers(rnd, name, "level", 0), "level")
    values = tuple(rnd.choice(pools()["generic"]["en"]))
    column = Column(
        name=name, type="category", dtype="VARCHAR", distinct=len(values), examples=values
    )
    return MadeColumn(column, "label")


def styled(rnd: random.Random, phrase: str, language: str, kind: str) -> str:
    """Return a phrase as a header is written."""
    words = phrase.replace("_", " ").split()
    choice = rnd.random()
    if language == "ko":
        header = (
            "_".join(words)
            if choice < 0.12
            else "".join(words)
            if choice < 0.4
            else " ".join(words)
        )
    elif "_" in phrase or phrase.isupper():
        header = phrase
    elif choice < 0.3:
        header = "_".join(words)
    elif choice < 0.5:
        header = " ".join(word.capitalize() for word in words)
    elif choice < 0.62:
        header = "".join(word.capitalize() for word in words)
    elif choice < 0.72:
        header = words[0] + "".join(word.capitalize() for word in words[1:])
    elif choice < 0.78:
        header = "_".join(words).upper()
    else:
        header = " ".join(words)
    if kind in NUMERIC and rnd.random() < 0.07:
        header += rnd.choice(UNITS[language])
    return header
