"""What people do to sentences: slips, small letters, beginnings and endings that say nothing."""

import random
import re

from benchmarks.reading.generator.phrases import phrases
from benchmarks.reading.generator.scene import Scene

WRAPPED, SLIPPED = 0.1, 0.07
_LONG = re.compile(r"[A-Za-z]{5,}|[가-힣]{3,}")


def noisy(scene: Scene, text: str) -> str:
    """Return a question as a person types it."""
    rnd = scene.rnd
    text = re.sub(r"\s+([,.?!;])", r"\1", re.sub(r"\s+", " ", text)).strip()
    draw = rnd.random()
    if draw < 0.25:
        text = text[:1].upper() + text[1:]
    elif draw < 0.5:
        text = text.lower()
    if rnd.random() < WRAPPED:
        text = scene.chooser.pick("before", phrases("frames")["before"][scene.language]) + text
    if rnd.random() < WRAPPED * 0.7:
        stop = "" if text[-1:] in ".?!" else "."
        text += stop + scene.chooser.pick("after", phrases("frames")["after"][scene.language])
    if rnd.random() < SLIPPED:
        text = slipped(rnd, text)
    return text


def slipped(rnd: random.Random, text: str) -> str:
    """Return a text with one slip of the finger in a long word."""
    words = list(_LONG.finditer(text))
    if not words:
        return text
    match = rnd.choice(words)
    word, draw = match.group(), rnd.random()
    place = rnd.randrange(1, len(word) - 1)
    if not word.isascii():
        if draw < 0.25:
            word = word[:place] + word[place + 1 :]
        elif draw < 0.4:
            word = word[:place] + word[place] + word[place:]
        else:
            word = word[: place + 1] + " " + word[place + 1 :]
    elif draw < 0.35:
        word = word[:place] + word[place + 1 :]
    elif draw < 0.7:
        word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    else:
        word = word[:place] + word[place] + word[place:]
    return text[: match.start()] + word + text[match.end() :]
