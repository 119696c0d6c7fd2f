"""What a model can use of free text: its size, and the terms that tell texts apart."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.features.addition import added, columns_of, free
from cherry_reflex.analysis.frames.sample import read
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables, column_field
from cherry_reflex.i18n.catalogue import text as said

_DOCUMENTS_MAX = 100_000
_WORD = r"(?u)\b\w\w+\b"
_CODE = (
    "TfidfVectorizer(max_features={terms}, min_df=2, max_df=0.95, token_pattern={token!r})"
    ".fit_transform(frame[{column!r}])"
)


class TextFeatures(Preparation):
    """Turn free text into numbers: length, words, digits, and the weights (TF-IDF) of the terms
    that tell the texts apart."""

    name: ClassVar[str] = "text_features"
    examples: ClassVar[tuple[str, ...]] = (
        "리뷰 텍스트에서 특성을 만들어줘",
        "글의 길이와 단어 수를 열로 추가해주세요",
        "TF-IDF로 주요 단어를 뽑아줘",
        "상품 설명을 숫자 특성으로 바꿔줘",
        "Create features from the review text",
        "Add text length and word count",
        "Extract the top TF-IDF terms",
        "Turn the descriptions into numeric features",
    )

    columns: tuple[str, ...] = column_field(
        "Text columns; empty for all free text.", "text", "category", default=(), many=True
    )
    terms: int = Field(default=20, ge=0, le=300, description="Terms a column; 0 for none.")
    counts: bool = Field(default=True, description="Length, words, digits and upper case letters.")
    keep: bool = Field(default=True, description="Keep the text columns as well.")

    def run(self, tables: Tables) -> Outcome:
        """Count and weigh. Raises BadInput `feature_nothing_asked`."""
        if not (self.terms or self.counts):
            raise BadInput("feature_nothing_asked")
        dataset = tables.get(self.dataset)
        columns = columns_of(dataset, self.columns, ("text",))
        frame = read(dataset, columns).frame
        new: dict[str, Any] = {}
        facts: list[Fact] = []
        beside = []
        taken = [c.name for c in dataset.columns]
        for column in columns:
            values = frame[column].astype("string")
            if self.counts:
                for name, figures in _counts(values).items():
                    new[free(f"{column}_{name}", [*taken, *new])] = figures
                params = {
                    "column": column,
                    "length": _mean(values.str.len()),
                    "words": _mean(values.str.split().str.len()),
                }
                facts.append(Fact(key="features.text_counts", params=params))
            if self.terms:
                weights, listed = self._terms(values)
                if weights is None:
                    facts.append(Fact(key="features.no_terms", params={"column": column}))
                    continue
                for place, (term, _, _) in enumerate(listed):
                    new[free(f"{column}_tfidf_{term}", [*taken, *new])] = weights[:, place]
                params = {"column": column, "count": len(listed)}
                params["terms"] = [term for term, _, _ in listed[:10]]
                facts.append(Fact(key="features.terms", params=params, weight=1.5))
                facts.append(Fact(key="features.fit_all"))
                beside.append(_table(tables, column, listed))
        code = _CODE.format(terms=self.terms, token=_WORD, column=columns[0]) if self.terms else ""
        dropped = () if self.keep else columns
        return added(
            self,
            tables,
            dataset,
            new,
            dropped=dropped,
            facts=_once(facts),
            code=code,
            beside=beside,
        )

    def _terms(self, values: Any) -> tuple[Any, list[tuple[str, int, float]]]:
        """Return weights [row, term] and (term, texts with it, mean weight), heaviest first."""
        import numpy as np
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = values.fillna("").tolist()
        present = [text for text in texts if text.strip()]
        vectorizer = TfidfVectorizer(min_df=2, max_df=0.95, token_pattern=_WORD)
        if len(present) > _DOCUMENTS_MAX:
            present = present[:: -(-len(present) // _DOCUMENTS_MAX)]
        try:
            fitted = vectorizer.fit_transform(present)
        except ValueError:  # no term is in two texts, or all are in nearly every one
            return None, []
        means = np.asarray(fitted.mean(axis=0)).ravel()
        names = vectorizer.get_feature_names_out()
        top = sorted(range(len(names)), key=lambda n: (-means[n], names[n]))[: self.terms]
        weights = vectorizer.transform(texts)[:, top].toarray()
        counts = (weights > 0).sum(axis=0)
        return weights, [
            (str(names[n]), int(counts[place]), float(means[n])) for place, n in enumerate(top)
        ]


def _mean(values: Any) -> float:
    """Return the mean of what is there, 0 when nothing is."""
    return float(values.dropna().astype("float64").mean()) if values.notna().any() else 0.0


def _counts(values: Any) -> dict[str, Any]:
    return {
        "length": values.str.len(),
        "words": values.str.split().str.len().astype("Int64"),
        "digits": values.str.count(r"[0-9]"),
        "capitals": values.str.count(r"[A-Z]"),
    }


def _once(facts: list[Fact]) -> list[Fact]:
    kept: list[Fact] = []
    for fact in facts:
        if fact.key != "features.fit_all" or fact not in kept:
            kept.append(fact)
    return kept


def _table(tables: Tables, column: str, listed: list[tuple[str, int, float]]) -> Any:
    def say(key: str, **params: Any) -> str:
        return said(f"fact.features.{key}", tables.language, **params)

    columns: dict[str, list[Any]] = {
        heading("word", tables): [term for term, _, _ in listed],
        heading("texts", tables): [count for _, count, _ in listed],
        heading("weight_mean", tables): [weight for _, _, weight in listed],
    }
    return table(tables, say("terms_title", column=column), columns)
