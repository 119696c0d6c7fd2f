"""What was learned from labelled questions: read from one file, without any library of learning."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "knowledge" / "reading.npz"

NAMED = ("search", "score", "trust", "trust_mean", "trust_scale", "opinion", "agreement",
         "specialist")  # fmt: skip
"""What is written as names and numbers."""


@dataclass(frozen=True)
class Learned:
    """Weights of choices of meanings (`search`), of features of readings (`score`), of what tells
    whether the best reading is right (`trust`, on standardised values: `trust_mean`,
    `trust_scale`), of what the network adds to the score and to that (`opinion`, `agreement`),
    of what tells whether a specialist is meant instead (`specialist`), and of a word's vector,
    whether it matters if it is left unexplained (`decisive`, the last one the bias)."""

    search: Mapping[str, float] = field(default_factory=dict)
    score: Mapping[str, float] = field(default_factory=dict)
    trust: Mapping[str, float] = field(default_factory=dict)
    trust_mean: Mapping[str, float] = field(default_factory=dict)
    trust_scale: Mapping[str, float] = field(default_factory=dict)
    opinion: Mapping[str, float] = field(default_factory=dict)
    agreement: Mapping[str, float] = field(default_factory=dict)
    specialist: Mapping[str, float] = field(default_factory=dict)
    decisive: tuple[float, ...] = ()


def save(learned: Learned, path: Path = FILE) -> str:
    """Write what was learned; return the SHA-256 of the file."""
    import numpy as np

    arrays: dict[str, Any] = {"decisive": np.array(learned.decisive, np.float32)}
    for name in NAMED:
        weights = sorted(getattr(learned, name).items())
        arrays[f"{name}_names"] = np.array([key for key, _ in weights], dtype=np.str_)
        arrays[name] = np.array([value for _, value in weights], np.float32)
    np.savez_compressed(path, **arrays)
    return digest(path)


def digest(path: Path = FILE) -> str:
    """Return the SHA-256 of a file of weights."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def load(path: Path = FILE) -> Learned:
    """Return what was learned. Raises OSError where there is no file."""
    import numpy as np

    with np.load(path, allow_pickle=False) as stored:
        mappings = {
            name: dict(zip(stored[f"{name}_names"].tolist(), stored[name].tolist(), strict=True))
            for name in NAMED
            if name in stored
        }
        return Learned(decisive=tuple(stored["decisive"].tolist()), **mappings)
