"""What words of analysis mean, as data.

Each `concepts/*.json` is `{concept: {"en": [phrases], "ko": [phrases]}}`; a phrase may serve
several concepts. `language/*.json` is what a language has: function words, particles, numbers,
calendars, abbreviations, words of headers. The ids of concepts:

| id | the words say |
|---|---|
| `agg:<name>` | an aggregation of `core.reading.reading.Aggregation` |
| `op:=` `op:!=` `op:>` `op:>=` `op:<` `op:<=` `op:between` | how values are compared |
| `op:contains` `op:starts` `op:ends` | how a text is matched |
| `neg`, `or`, `and`, `only` | not, or, and, nothing but |
| `missing`, `present` | an empty cell, or one that is not |
| `above_mean`, `below_mean` | more (less) than the average |
| `top_share` | of the highest so many per cent |
| `top`, `bottom` | the largest or smallest: an order and how many |
| `sort`, `sort:descending`, `sort:ascending` | an order alone |
| `rank` | the n-th in an order |
| `by` | what follows (or stands before, in Korean) groups |
| `per` | for each one of: top n within, or a mean over entities, or a division |
| `grain:<name>` | a `core.reading.expression.Grain` |
| `bins` | numbers put into bands |
| `task:<name>` | a `core.reading.reading.Task` |
| `method:<name>` | pearson, spearman, kendall, t_test, welch, mann_whitney, anova, kruskal, \
chi_square, fisher, shapiro, iqr, z_score, … |
| `how:<name>` | what else a task needs to know: high, low, count_groups, share_of_groups, … |
| `chart:<kind>` | a `ChartKind`; `chart:any` a picture of any kind |
| `export:<format>` | a file |
| `arith:+` `arith:-` `arith:*` `arith:/` | columns combined; `arith:share` a part of the whole |
| `compare` | two things side by side |
| `trend` | over time |
| `period:<name>` | `previous` (the period before), `year_before` (the same one a year before), \
`to_date` |
| `rel:last` `rel:this` `rel:next` | earlier, now, later, without a span said |
| `date:weekend` `date:workday` `date:holiday` `date:first_half` `date:second_half` \
`date:morning` `date:afternoon` `date:today` | days, parts of years and days |
| `noun` | what rows are called |
| `which`, `how_much`, `how_long` | what is asked for |
| `yes`, `no` | the answer of a flag |
| `formula:<name>` | a measure that two columns make (`formulas.json`, `reading.formula`) |
| `derive` | a new column is named |
| `follow` | the question before goes on |
| `polite` | nothing at all: harmless |
| `out` | what no reading says |
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def concepts() -> Mapping[str, tuple[str, ...]]:
    """Return the phrases of each concept in both languages."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted((_FOLDER / "concepts").glob("*.json")):
        for concept, phrases in json.loads(path.read_text(encoding="utf-8")).items():
            known = found.setdefault(concept, {})
            known.update(dict.fromkeys([*phrases["en"], *phrases["ko"]]))
    return {concept: tuple(phrases) for concept, phrases in found.items()}


@cache
def formulas() -> tuple[Mapping[str, Any], ...]:
    """Return the formulas: name, operator, vocabulary groups of both sides, phrases."""
    return tuple(json.loads((_FOLDER / "formulas.json").read_text(encoding="utf-8")))


@cache
def language(name: str) -> Any:
    """Return the content of a file on what languages have."""
    return json.loads((_FOLDER / "language" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def function_words() -> frozenset[str]:
    """Return words that carry no content by themselves, in lower case."""
    known = language("function_words")
    return frozenset([*known["en"], *known["ko"], *particles()])


@cache
def particles() -> frozenset[str]:
    """Return the particles and endings at which Korean words are cut."""
    return frozenset(language("particles"))


@cache
def abbreviations() -> Mapping[str, tuple[str, ...]]:
    """Return what abbreviations stand for, the likeliest first."""
    return {short: tuple(known) for short, known in language("abbreviations").items()}


@cache
def header_units() -> frozenset[str]:
    """Return the units that headers end with: `usd`, `kg`, `min`."""
    return frozenset(language("header_units"))


@cache
def header_kinds() -> Mapping[str, tuple[str, ...]]:
    """Return, for kinds of columns, the words at the end of headers that tell them."""
    return {kind: tuple(words) for kind, words in language("header_kinds").items()}
