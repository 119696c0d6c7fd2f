"""A trained head over embeddings: which labels does a text carry? Several may be right at once."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

SHARPNESS = 4.0
"""Unit vectors are stretched before the logistic function, so that few examples suffice."""
STEPS = 25
"""Gradient steps: with fewer, fewer requests of people are told from questions
(benchmarks/routing)."""
MEMORY = 0.9
INTERCEPT = 1e-3
"""Penalty of the intercept: only so large that the curvature can be inverted."""
MEANING = 512
"""Vectors may be longer than the encoder's: likeness is that of the meaning alone."""
MANY = 6


class Logistic:
    """One-versus-rest logistic regression with an L2 penalty, by accelerated full gradients
    (Nesterov) that a bound of the curvature (Boehning 1992) scales. Small enough to be fitted at
    run time: 8,000 texts and 50 labels take 1.5 s."""

    def __init__(self, weights: "Matrix") -> None:
        self.weights = weights
        """One column per label; the last row is the intercept."""

    @classmethod
    def fit(
        cls, vectors: "Matrix", labels: "Matrix", looseness: float = 3.0, steps: int = STEPS
    ) -> "Logistic":
        """Fit on unit vectors [n, d] and 0/1 labels [n, k]. Rare labels weigh more, by the square
        root of their odds; `looseness` is the inverse strength of the penalty."""
        import numpy as np

        count, size = vectors.shape
        inputs = np.hstack([vectors * SHARPNESS, np.ones((count, 1), dtype=np.float32)])
        positive = np.maximum(labels.sum(axis=0), 1)
        odds = np.sqrt((count - positive + 1) / positive)
        importance = np.where(labels > 0, odds, 1.0).astype(np.float32)
        penalty = np.full((size + 1, 1), 1 / looseness, dtype=np.float32)
        penalty[-1] = INTERCEPT
        # A logistic function is nowhere steeper than 1/4; a row counts as it does for the label
        # that weighs it most.
        curvature = (inputs * (importance.max(axis=1, keepdims=True) / 4)).T @ inputs
        curvature[np.diag_indices_from(curvature)] += penalty[:, 0]
        scale = np.linalg.inv(curvature)
        now = np.zeros((size + 1, labels.shape[1]), dtype=np.float32)
        ahead = now
        for _ in range(steps):
            wrong = (_sigmoid(inputs @ ahead) - labels) * importance
            step = ahead - scale @ (inputs.T @ wrong + penalty * ahead)
            ahead = step + MEMORY * (step - now)
            now = step
        return cls(now.astype(np.float32))

    def __call__(self, vectors: "Matrix") -> "Matrix":
        """Return probabilities [n, k]; of longer vectors the first columns count."""
        vectors = vectors[:, : len(self.weights) - 1]
        return _sigmoid(vectors @ (SHARPNESS * self.weights[:-1]) + self.weights[-1])


class Head:
    """Probability times closeness: the logistic part tells classes apart, the similarity to the
    nearest example keeps it from being sure of what is like nothing that it has seen, and lets a
    label with one example be found."""

    def __init__(self, vectors: "Matrix", labels: "Matrix", logistic: Logistic) -> None:
        self.logistic = logistic
        self._vectors = vectors[:, :MEANING]
        self._labels = labels

    @classmethod
    def fit(
        cls, vectors: "Matrix", labels: "Matrix", looseness: float = 3.0, steps: int = STEPS
    ) -> "Head":
        """Fit on unit vectors [n, d] and 0/1 labels [n, k]."""
        return cls(vectors, labels, Logistic.fit(vectors, labels, looseness, steps))

    def __call__(self, vectors: "Matrix") -> "Matrix":
        """Return scores [n, k] between 0 and 1."""
        import numpy as np

        near = self.similarity(vectors)
        scores = np.sqrt(self.logistic(vectors) * np.clip(near, 0, 1))
        return scores.astype(np.float32)

    def similarity(self, vectors: "Matrix") -> "Matrix":
        """Return the cosine to the nearest example of each label [n, k]: to the nearest two, on
        average, of a label with many, so that one odd example does not decide."""
        import numpy as np

        cosines = vectors[:, :MEANING] @ self._vectors.T
        columns = []
        for label in range(self._labels.shape[1]):
            own = cosines[:, self._labels[:, label] > 0]
            if own.shape[1] >= MANY:
                columns.append(np.partition(own, -2, axis=1)[:, -2:].mean(axis=1))
            else:
                columns.append(own.max(axis=1, initial=0))
        return np.stack(columns, axis=1).astype(np.float32)


def _sigmoid(values: "Matrix") -> "Matrix":
    import numpy as np

    return (1 / (1 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)
