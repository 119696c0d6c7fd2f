"""What the embedded mind knows before it sees a roster: phrases of intents in many topics, how
follow-ups and small talk sound, and the heads trained on them.

`python -m cherry_reflex.llm.embedded.lore` trains again after a change of `lore/*.json` and writes
`lore/trained.npz`; a test holds both together.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.llm.embedded.embedding import DIMENSIONS, Embedding
from cherry_reflex.llm.embedded.head import Logistic
from cherry_reflex.llm.embedded.spelling import spelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

FOLDER = Path(__file__).parent / "lore"
TRAINED = FOLDER / "trained.npz"
TOPICS_A_PHRASE = 5
BYTE = 127.0
"""Vectors are kept as signed bytes: a unit vector's components times 127 x 4, clipped."""
STRETCH = 4.0


@dataclass(frozen=True)
class Lore:
    """The trained part. `intents` gives the intent of each row of `phrases`."""

    phrases: "Matrix"
    intents: "NDArray[np.int64]"
    several: Logistic
    """Is more than one thing asked?"""
    follow: Logistic
    """Does the request lean on an earlier one?"""
    wide: Logistic
    """Does the request leave open what is to be found? Is everybody wanted?"""
    talk: Logistic
    """Small talk of each kind, and last: a request."""
    talk_kinds: tuple[str, ...]


@cache
def read(name: str) -> Any:
    """Return a lore file's content."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def phrases() -> list[tuple[int, str, str]]:
    """Return (intent, language, text): each phrase with a few topics in turn."""
    lore = read("intents")
    topics = cycle(lore["topics"])
    found: list[tuple[int, str, str]] = []
    for intent, wordings in enumerate(lore["intents"]):
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


def _bare(phrase: str) -> str:
    """Return a phrase without its topics, as people say it when the data is at hand."""
    return " ".join(re.sub(r"\{[mgt]\}[^\s?]*", "", phrase).split())


def wordings() -> list[str]:
    """Return the texts to which requests, arguments and columns are compared."""
    known = [read(name) for name in ("values", "numbers", "slots", "roles", "contexts", "levels")]
    known += list(read("amounts").values())
    found = [text for entry in known for texts in entry.values() for text in texts]
    found += [item[language] for item in read("agenda") for language in ("en", "ko")]
    return [*common_words(), *found]


@cache
def common_words() -> tuple[str, ...]:
    """Return the words of the intents' phrases, without their topics."""
    phrased = [p for wanted in read("intents")["intents"] for p in wanted["en"] + wanted["ko"]]
    return tuple(sorted({word for text in phrased for word in text.split() if "{" not in word}))


@cache
def load() -> Lore:
    """Read the trained part. Takes 0.1 s."""
    import numpy as np

    with np.load(TRAINED, allow_pickle=False) as stored:
        vectors = stored["phrases"].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Lore(
            phrases=np.hstack([vectors, spelled([text for _, _, text in phrases()])]),
            intents=stored["intents"].astype(np.int64),
            several=Logistic(stored["several"]),
            follow=Logistic(stored["follow"]),
            wide=Logistic(stored["wide"]),
            talk=Logistic(stored["talk"]),
            talk_kinds=tuple(read("talk")),
        )


def digest() -> str:
    """Return the SHA-256 of everything that was trained on."""
    names = ("intents", "talk", "follow", "joints")
    content = b"".join((FOLDER / f"{name}.json").read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()


def train(embedding: Embedding) -> None:
    """Embed the lore, fit the heads, and write `trained.npz`."""
    import numpy as np

    rows = phrases()
    vectors = embedding.read([text for _, _, text in rows])
    meant = vectors[:, :DIMENSIONS]
    zeros, ones = np.zeros, np.ones

    joined = embedding.read(_joined(rows))
    several = Logistic.fit(
        np.vstack([vectors, joined]),
        np.concatenate([zeros(len(rows)), ones(len(joined))])[:, None].astype(np.float32),
        looseness=0.3,
    )
    following = embedding(_following())
    follow = Logistic.fit(
        np.vstack([meant, following]),
        np.concatenate([zeros(len(rows)), ones(len(following))])[:, None].astype(np.float32),
    )
    marks = [[w.get("open", False), w.get("broad", False)] for w in read("intents")["intents"]]
    wide = Logistic.fit(meant, np.array([marks[intent] for intent, _, _ in rows], dtype=np.float32))
    kinds = read("talk")
    said = embedding([text for texts in kinds.values() for text in texts])
    requests = np.vstack([meant, following])
    labels = zeros((len(said) + len(requests), len(kinds) + 1), dtype=np.float32)
    place = [n for n, texts in enumerate(kinds.values()) for _ in texts]
    labels[np.arange(len(said)), place] = 1
    labels[len(said) :, -1] = 1
    talk = Logistic.fit(np.vstack([said, requests]), labels)

    np.savez_compressed(
        TRAINED,
        phrases=np.clip(np.round(meant * BYTE * STRETCH), -BYTE, BYTE).astype(np.int8),
        intents=np.array([intent for intent, _, _ in rows], dtype=np.int16),
        several=several.weights,
        follow=follow.weights,
        wide=wide.weights,
        talk=talk.weights,
        digest=np.array(digest()),
    )


def _joined(rows: list[tuple[int, str, str]]) -> list[str]:
    """Return requests for two things at once, as people join them in both languages."""
    import numpy as np

    joints = read("joints")
    chance = np.random.default_rng(1)
    last = max(intent for intent, _, _ in rows) - 1
    found: list[str] = []
    for language in ("en", "ko"):
        pool = [row for row in rows if row[1] == language and row[0] < last]
        while len(found) < 650 * (1 if language == "en" else 2):
            (first, _, one), (second, _, two) = (
                pool[n] for n in chance.integers(len(pool), size=2)
            )
            if first == second:
                continue
            one = one.rstrip("?.")
            if language == "en":
                found.append(one + str(chance.choice(joints["en"])) + two)
            else:
                found.append(_korean(one, joints["ko"], chance) + " " + two)
    return found


def _korean(text: str, endings: list[list[str]], chance: Any) -> str:
    fitting = [pair for pair in endings if text.endswith(pair[0])]
    if not fitting:
        return text + ". 그리고"
    longest = max(len(ending) for ending, _ in fitting)
    ending, joint = chance.choice([pair for pair in fitting if len(pair[0]) == longest])
    return text[: -len(ending)] + str(joint)


def _following() -> list[str]:
    lore = read("follow")
    topics = cycle(read("intents")["topics"])
    values = cycle(lore["values"])
    found = []
    for phrase in lore["follow"]:
        prefix = "" if phrase.isascii() else "k"
        for topic, value in islice(zip(topics, values, strict=False), 3 if "{" in phrase else 1):
            found.append(phrase.format(g1=value, g=topic[prefix + "g"], m=topic[prefix + "m"]))
    return found


if __name__ == "__main__":
    train(Embedding())
