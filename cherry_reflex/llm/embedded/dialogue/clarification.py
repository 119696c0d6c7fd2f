"""When the embedded planner asks back instead of guessing."""

from collections.abc import Sequence

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.versions import superseded
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.llm.embedded.arguments.linking import Links, link
from cherry_reflex.llm.embedded.dialogue.suggestion import suggestions
from cherry_reflex.llm.embedded.reading.views import Views

UNCLEAR = 0.51
"""Below this nobody is likely enough to be sent without asking, unless the data is named."""
SPELLED = 1.0
"""Score of a column whose name is written out in the request."""
OPTIONS = 4


def asked_back(views: Views, question: Question, sure: float) -> Ask | None:
    """Return a question back: when nobody is likely (`sure` is the best score) and nothing of the
    data is named, or when what is named is as well in another dataset. None when the request can
    be planned for, and when there is no data to ask about."""
    if not question.datasets:
        return None
    linked = [
        (dataset, link(views.embedding, question.text, dataset)) for dataset in question.datasets
    ]
    if sure >= UNCLEAR or any(links.mentions or links.conditions for _, links in linked):
        return _which(question.text, linked, question.language)
    plain = question.model_copy(update={"text": ""})
    return Ask(
        prompt=text("embedded.unclear", question.language),
        options=tuple(suggestions(views, plain, OPTIONS)),
        about="instead",
    )


def _which(request: str, linked: Sequence[tuple[Dataset, Links]], language: Language) -> Ask | None:
    """Return the question which dataset is meant, when several that were not made of each other
    have the very columns that are spelled out, and none of them is named."""
    lowered = request.lower()
    outdated = superseded([dataset for dataset, _ in linked])
    newest = {dataset.id for dataset in outdated.values()}
    if any(dataset.name.lower() in lowered for dataset, _ in linked):
        return None
    spelled = [
        (dataset, {m.column.name for m in links.mentions if m.score >= SPELLED})
        for dataset, links in linked
        if dataset.id not in outdated and (not dataset.parent or dataset.id in newest)
    ]
    most = max((len(names) for _, names in spelled), default=0)
    best = [(dataset, names) for dataset, names in spelled if len(names) == most]
    if not most or len(best) < 2 or any(names != best[0][1] for _, names in best):
        return None
    return Ask(
        prompt=text("embedded.which_data", language, column=sorted(best[0][1])[0]),
        options=tuple(dataset.name for dataset, _ in best),
        about="dataset",
    )
