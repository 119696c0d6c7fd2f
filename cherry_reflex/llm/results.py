"""What a call came to, as a tool's result for the model."""

from cherry_reflex.analysis.digests.text import render
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.finding import Finding
from cherry_reflex.llm.prompt import cut, guarded

RESULT_CHARS = 12_000
BRIEF_CHARS = 2_000
"""Of one result, in a usual and in a short context."""


def told(finding: Finding | None, *, is_brief: bool = False) -> str:
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
    return _bounded("\n".join(filter(None, parts)) or "Done.", is_brief=is_brief)


def told_digest(digest: Digest) -> str:
    """Return one digest as a tool's result."""
    return _bounded(render(digest) or "Done.")


def _bounded(text: str, *, is_brief: bool = False) -> str:
    return cut(guarded(text), BRIEF_CHARS if is_brief else RESULT_CHARS)
