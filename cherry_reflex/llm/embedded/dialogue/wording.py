"""Prose without a language model: sentences of computed facts, the most relevant first."""

import re
from collections.abc import Iterator, Sequence

from cherry_reflex.core.finding import Finding
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.planner import Question
from cherry_reflex.i18n.catalogue import has, sentence, text
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

ANSWER = "reading."
"""Facts that answer the reading of a question."""
LEAD = 2
SAID_MAX = 9
"""Facts that are put into words; the tables hold all of them."""
RELEVANCE = 0.6
"""How much closeness to the request counts beside a fact's own weight."""
REPEATED = 0.05
"""What each fact of one kind costs the others of its kind, so that many alike do not crowd out
another finding."""
LIMITS, LIMIT = ("filtered",), 1.0
"""Facts that say what an answer holds for come after it."""
FINDING_MAX = 3
SUMMARY_MAX = 7
"""Sentences of the workers; one more counts what there is to look at."""
SAME = 0.93
SENTENCE_MAX = 400

_MARKS = re.compile(r"^(?:[-*+•]|\d+[.)]|#{1,6}|>)\s+")
_END = re.compile(r"(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)(?<!\b[A-Z][a-z]{3}\.)"
                  r"(?<!\b[A-Z]\d\.)(?<=[.!?。])\s+(?=[^\s\d])")  # fmt: skip
"""Where a sentence ends: not behind short words that are written with a point (No., Dept., Q1.)."""
_PIECE = re.compile(r"\S+\s*|\s+")


def pieces(prose: str) -> Iterator[str]:
    """Yield a text word by word, white space kept."""
    for match in _PIECE.finditer(prose):
        yield match.group()


def fact_words(embedding: Embedding, question: Question, facts: Sequence[Fact]) -> Iterator[str]:
    """Yield Markdown, sentence by sentence: what answers the request best, then what else was
    computed. Nothing is said that is not a fact."""
    language = question.language
    told: dict[str, Fact] = {}
    for fact in facts:
        said = sentence(fact, language)
        if said not in told or fact.weight > told[said].weight:
            told[said] = fact
    if not told:
        yield text("embedded.words_none", language)
        return
    sentences = list(told)
    near = _likeness(embedding, question.text, sentences)
    heaviest = max(fact.weight for fact in told.values()) or 1.0
    worth = {
        n: RELEVANCE * near[n] + (1 - RELEVANCE) * fact.weight / heaviest
        for n, fact in enumerate(told.values())
    }
    for n, fact in enumerate(told.values()):
        worth[n] -= LIMIT if fact.key in LIMITS else 0.0
    # What answers a reading comes as it was found; it was asked for.
    order = [n for n, fact in enumerate(told.values()) if fact.key.startswith(ANSWER)][:SAID_MAX]
    for n in order:
        del worth[n]
    kinds = [fact.key for fact in told.values()]
    while worth and len(order) < SAID_MAX:
        best = max(worth, key=lambda n: worth[n])
        order.append(best)
        del worth[best]
        for n in worth:
            worth[n] -= REPEATED if kinds[n] == kinds[best] else 0.0
    # A line a fact: whoever sums up takes whole lines, and cuts none at "No." or "Dept.".
    yield "\n".join(sentences[n] for n in order[:LEAD])
    if rest := sorted(order[LEAD:]):
        yield "\n\n" + text("embedded.words_more", language) + "\n"
        for n in rest:
            yield f"\n- {sentences[n]}"


def summary_words(
    embedding: Embedding, question: Question, findings: Sequence[Finding]
) -> Iterator[str]:
    """Yield the closing summary: the sentence that answers the request best, then of each step
    the best ones, in its own words, and then what is missing and why."""
    language = question.language
    done = [finding for finding in findings if finding.state == "done"]
    # What was only prepared is told after what was found with it.
    done.sort(key=_prepares)
    chosen = _chosen(embedding, question.text, done)
    if chosen:
        yield chosen[0][1][0]
        chosen[0][1].pop(0)
    for n, (finding, said) in enumerate(pair for pair in chosen if pair[1]):
        yield ("" if n else "\n") + f"\n- **{title_of(finding.worker, language)}** — "
        yield " ".join(said)
    if done and (count := sum(len(finding.artifacts) for finding in findings)):
        yield ("\n\n" if chosen else "") + text("embedded.summary_artifacts", language, count=count)
    missing = [finding for finding in findings if finding.state != "done"]
    told = [_missing(finding, language) for finding in missing]
    nothing = text("embedded.summary_nothing", language)
    # The first line says what happened; a heading would not.
    if done and told:
        yield "\n\n### " + text("embedded.summary_missing", language) + "\n"
    elif len(told) == 1:
        yield f"{told.pop()}\n\n{nothing}"
    elif not done:
        yield nothing + "\n"
    for one in told:
        yield f"\n- {one}"


def _chosen(
    embedding: Embedding, request: str, findings: Sequence[Finding]
) -> list[tuple[Finding, list[str]]]:
    import numpy as np

    pool = [
        (place, said)
        for place, finding in enumerate(findings)
        for said in sentences_of(finding.text, is_own=has(_title_key(finding.worker)))
    ]
    if not pool:
        return []
    near = _likeness(embedding, request, [said for _, said in pool])
    vectors = embedding([said for _, said in pool])
    # The first sentences of a text are usually its answer.
    rank: dict[int, int] = {}
    worth = []
    for n, (place, _) in enumerate(pool):
        rank[place] = rank.get(place, -1) + 1
        worth.append(near[n] - 0.04 * rank[place] - _prepares(findings[place]))
    if len(findings) == 1:
        # Who alone was asked has said first what answers.
        worth[0] = max(worth) + 1.0
    order = sorted(range(len(pool)), key=lambda n: -worth[n])
    kept: list[int] = []
    counts: dict[int, int] = {}
    # One sentence of everybody first, the most to the point leading; then what else is worth it.
    for most in (1, FINDING_MAX):
        for n in order:
            place = pool[n][0]
            if n in kept or counts.get(place, 0) >= most or len(kept) >= SUMMARY_MAX:
                continue
            if kept and float(np.max(vectors[kept] @ vectors[n])) > SAME:
                continue
            kept.append(n)
            counts[place] = counts.get(place, 0) + 1
    lead = kept[0]
    places = [pool[lead][0], *(n for n in range(len(findings)) if n != pool[lead][0])]
    found: list[tuple[Finding, list[str]]] = []
    for place in places:
        said = [
            pool[n][1] for n in sorted(kept, key=lambda n: (n != lead, n)) if pool[n][0] == place
        ]
        if said:
            found.append((findings[place], said))
    return found


def _prepares(finding: Finding) -> bool:
    """Whether a step has handed over data and nothing else."""
    kinds = {told.partition(":")[0] for told in finding.artifacts}
    return kinds == {"dataset"}


def sentences_of(prose: str, *, is_own: bool = False) -> list[str]:
    """Return the sentences of a Markdown text, without its tables, code and headings. Our own
    workers (`is_own`) write a fact a line: their lines stay whole."""
    found: list[str] = []
    fenced = False
    for line in prose.splitlines():
        stripped = line.strip()
        if stripped.startswith("```"):
            fenced = not fenced
            continue
        if fenced or not stripped or stripped.startswith(("|", "#")) or stripped.endswith(":"):
            continue
        line = _MARKS.sub("", stripped)
        for said in [line] if is_own else _END.split(line):
            if said.strip() and len(said) <= SENTENCE_MAX:
                found.append(said.strip())
    return list(dict.fromkeys(found))


def _likeness(embedding: Embedding, request: str, sentences: Sequence[str]) -> list[float]:
    if not request.strip():
        return [0.0] * len(sentences)
    return [float(c) for c in embedding(sentences) @ embedding([request])[0]]


def title_of(worker: str, language: Language, own_words: str = "") -> str:
    """Return what people call a worker: ours by their titles, others by `own_words`, or name."""
    name, key = worker.split(":", 1)[-1], _title_key(worker)
    plain = own_words or name.replace("/", " · ").replace("_", " ")
    return text(key, language) if has(key) else plain


def _title_key(worker: str) -> str:
    return f"embedded.worker.{worker.split(':', 1)[-1].split('/', 1)[0]}"


def _missing(finding: Finding, language: Language) -> str:
    if finding.state == "cancelled":
        return text(
            "embedded.summary_cancelled", language, worker=title_of(finding.worker, language)
        )
    if not finding.problem:
        return text(
            "embedded.summary_failed_unsaid", language, worker=title_of(finding.worker, language)
        )
    return text(
        "embedded.summary_failed",
        language,
        worker=title_of(finding.worker, language),
        problem=finding.problem,
    )
