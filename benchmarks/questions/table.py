"""Counts as a Markdown table: a row a group of questions, a column an outcome."""

from collections import Counter
from collections.abc import Iterable, Sequence


def counted(outcomes: Sequence[str], found: Iterable[tuple[str, str]]) -> str:
    """Return the table of (group, outcome) pairs, groups in the order in which they come, all of
    them last; shares are of the group."""
    groups: dict[str, Counter[str]] = {}
    for group, outcome in found:
        groups.setdefault(group, Counter())[outcome] += 1
    if len(groups) > 1:
        groups["all"] = sum(groups.values(), Counter())
    lines = [
        "| questions | n | " + " | ".join(name.replace("_", " ") for name in outcomes) + " |",
        "|---" * (len(outcomes) + 2) + "|",
    ]
    for group, counts in groups.items():
        whole = counts.total()
        cells = (f"{counts[name]} ({counts[name] / whole:.0%})" for name in outcomes)
        lines.append(f"| {group} | {whole} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
