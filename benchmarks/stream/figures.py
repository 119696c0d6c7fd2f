"""Figures of a case: the table's cells."""

import statistics
from collections.abc import Sequence


def quantiles_ms(waits_ms: Sequence[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the longest of some waits (ms)."""
    cuts = statistics.quantiles(waits_ms, n=100)
    return {
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(max(waits_ms), 1),
    }


def table(rows: Sequence[dict[str, object]]) -> str:
    """Return rows as a Markdown table; columns are those of all rows, in order."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        lines.append("| " + " | ".join(str(row.get(column, "")) for column in columns) + " |")
    return "\n".join(lines)
