"""The first line of an answer: what a person reads before anything else."""

import re

_MARKS = re.compile(r"^(?:[-*+•]\s+|\d+[.)]\s+|#{1,6}\s+|>\s*)+")
_BOLD = re.compile(r"\*\*|__|`")
_END = re.compile(r"[.!?。]['\"”’)\]]*\s+(?=\S)")
_SHORT = re.compile(
    r"(?:^|[\s(\"“‘'])(?:[A-Z]|[A-Za-z]\.[A-Za-z]|Q[1-4]|Nos?|Dept|Inc|Ltd|Co|St|Dr|Mrs?|Ms|Fig|vs|cf|"
    r"approx|etc|avg|min|max|est|incl)\.$"
)
"""Words that end in a full stop and end no sentence."""


def first_line(answer: str) -> str:
    """Return the first sentence of the first line that says something, without Markdown's marks;
    empty for an empty answer."""
    for line in answer.splitlines():
        plain = _BOLD.sub("", _MARKS.sub("", line.strip())).strip()
        if plain:
            return _first_sentence(plain)
    return ""


def _first_sentence(line: str) -> str:
    for end in _END.finditer(line):
        if not _SHORT.search(line[: end.start() + 1]):
            return line[: end.end()].rstrip()
    return line
