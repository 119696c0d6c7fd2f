"""What a call came to, as a tool's result for the model."""

from cherry_reflex.analysis.digests.text import render
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.finding import Finding
from cherry_reflex.llm.prompt import cut, guarded

RESULT_CHARS = (12_000, 2_000, 400)
"""Of one result: in a usual context, in a short one, and where even that was too long."""


def told(finding: Finding | None, level: int = 0) -> str:
    """Return what a step found, raw: its digests, or its words where it has none."""
    if finding is None:
        return "It was not done."
    parts = [render(digest) for digest in finding.digests]
    if not any(parts) or finding.is_delegated:
        parts.insert(0, finding.text)  # an agent's words are its report
    if finding.state == "cancelled":
        parts.append(f"Not finished: {finding.problem or 'stopped'}.")
    elif finding.problem and not any(digest.error for digest in finding.digests):
        parts.append(f"ERROR: {finding.problem}")
    return _bounded("\n".join(filter(None, parts)) or "Done.", level)


def told_digest(digest: Digest, level: int = 0) -> str:
    """Return one digest as a tool's result."""
    return _bounded(render(digest) or "Done.", level)


def _bounded(text: str, level: int) -> str:
    return cut(guarded(text), RESULT_CHARS[level])
