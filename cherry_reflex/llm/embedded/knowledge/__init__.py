"""What the embedded planner knows before it sees a roster: phrases of intents in many topics, how
follow-ups and small talk sound, and the heads trained on them.

`python -m cherry_reflex.llm.embedded.encoder.training` trains again after a change of a JSON file
here and writes `trained.npz`; a test holds both together.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.llm.embedded.encoder.classifier import Logistic
from cherry_reflex.llm.embedded.encoder.spelling import spelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

FOLDER = Path(__file__).parent
TRAINED = FOLDER / "trained.npz"
TOPICS_A_PHRASE = 5
WISHES = ("keep", "add", "without", "chart", "table", "other")
"""What follow-ups want: the same with something changed, with something more, without something;
drawn; in numbers; or something else, which their own words must tell."""
BYTE = 127.0
"""Vectors are kept as signed bytes: a unit vector's components times 127 x 4, clipped."""
STRETCH = 4.0


@dataclass(frozen=True)
class Knowledge:
    """The trained part. `intents` gives the intent of each row of `phrases`."""

    phrases: "Matrix"
    intents: "NDArray[np.int64]"
    gap: Logistic
    """Does one wish end at a gap between words?"""
    several: Logistic
    """Does the request as a whole sound like several wishes?"""
    follow: Logistic
    """Does the request lean on an earlier one?"""
    wish: Logistic
    """What a follow-up wants: one of `WISHES`."""
    wide: Logistic
    """Does the request leave open what is to be found? Is everybody wanted?"""
    talk: Logistic
    """Small talk of each kind, and last: a request."""
    talk_kinds: tuple[str, ...]


@cache
def read(name: str) -> Any:
    """Return a knowledge file's content."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def phrases() -> list[tuple[int, str, str]]:
    """Return (intent, language, text): each phrase with a few topics in turn."""
    knowledge = read("intents")
    topics = cycle(knowledge["topics"])
    found: list[tuple[int, str, str]] = []
    for intent, wordings in enumerate(knowledge["intents"]):
        for language, prefix in (("en", ""), ("ko", "k")):
            for phrase in wordings[language]:
                times = TOPICS_A_PHRASE if "{" in phrase else 1
                for topic in islice(topics, times):
                    slots = {slot: topic[prefix + slot] for slot in ("m", "g", "t")}
                    found.append((intent, language, phrase.format(**slots)))
                bare = _bare(phrase)
                if bare != phrase and len(bare.split()) > 1:
                    found.append((intent, language, bare))
    return found


@cache
def requests() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what people asked over tables, each with those of our workers who may do it."""
    return tuple((one["text"], tuple(one["can"])) for one in read("requests"))


def _bare(phrase: str) -> str:
    """Return a phrase without its topics, as people say it when the data is at hand."""
    return " ".join(re.sub(r"\{[mgt]\}[^\s?]*", "", phrase).split())


def wordings() -> list[str]:
    """Return the texts to which requests, arguments and columns are compared."""
    known = [
        read(name)
        for name in (
            "values",
            "numbers",
            "units",
            "slots",
            "roles",
            "contexts",
            "levels",
            "concepts",
            "whens",
        )
    ]
    known += list(read("amounts").values())
    found = [text for entry in known for texts in entry.values() for text in texts]
    found += [item[language] for item in read("agenda") for language in ("en", "ko")]
    return [*common_words(), *found]


@cache
def common_words() -> tuple[str, ...]:
    """Return the words of the intents' phrases, without their topics."""
    phrased = [p for wanted in read("intents")["intents"] for p in wanted["en"] + wanted["ko"]]
    return tuple(sorted({word for text in phrased for word in text.split() if "{" not in word}))


def as_bytes(vectors: "Matrix") -> "NDArray[np.int8]":
    """Return unit vectors as they are kept."""
    import numpy as np

    return np.clip(np.round(vectors * BYTE * STRETCH), -BYTE, BYTE).astype(np.int8)


def request_vectors() -> "Matrix":
    """Return the vectors of `requests`, meaning and spelling, as the encoder reads them. Takes
    0.5 s."""
    import numpy as np

    with np.load(TRAINED, allow_pickle=False) as stored:
        return _read(stored["requests"], [text for text, _ in requests()])


def _read(kept: "NDArray[np.int8]", texts: Sequence[str]) -> "Matrix":
    import numpy as np

    vectors = kept.astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.hstack([vectors, spelled(texts)])


@cache
def load() -> Knowledge:
    """Read the trained part. Takes 0.1 s."""
    import numpy as np

    with np.load(TRAINED, allow_pickle=False) as stored:
        return Knowledge(
            phrases=_read(stored["phrases"], [text for _, _, text in phrases()]),
            intents=stored["intents"].astype(np.int64),
            gap=Logistic(stored["gap"].astype(np.float32)),
            several=Logistic(stored["several"]),
            follow=Logistic(stored["follow"]),
            wish=Logistic(stored["wish"]),
            wide=Logistic(stored["wide"]),
            talk=Logistic(stored["talk"]),
            talk_kinds=tuple(read("talk")),
        )


def digest() -> str:
    """Return the SHA-256 of everything that was trained on."""
    names = ("intents", "talk", "follow", "joints", "requests")
    content = b"".join((FOLDER / f"{name}.json").read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()
