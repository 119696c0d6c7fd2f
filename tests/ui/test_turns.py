"""Texts that grow at the same time take turns in being parsed (`ui/chat/turns.js`)."""

from collections import Counter
from typing import Any

from tests.ui import node

TEXTS, DRAWINGS = 5, 500


def turns(cost_ms: float, gone: tuple[int, ...] = ()) -> dict[str, Any]:
    given = {"texts": TEXTS, "cost_ms": cost_ms, "drawings": DRAWINGS, "every_ms": 20, "gone": gone}
    (answer,) = node.run("turns.mjs", [given])
    return answer  # type: ignore[no-any-return]


def test_cheap_texts_are_parsed_in_every_drawing() -> None:
    answer = turns(cost_ms=0.1)
    assert [parsed for _, parsed in answer["said"]] == [list(range(TEXTS))] * DRAWINGS


def test_costly_ones_one_after_the_other_and_all_in_the_end() -> None:
    cost_ms = 4
    answer = turns(cost_ms)
    said = [(at, parsed) for at, parsed in answer["said"] if parsed]
    assert max(len(parsed) for _, parsed in said) == 1
    span_ms = said[-1][0] - said[0][0]
    assert len(said) * cost_ms < 0.05 * span_ms
    times = Counter(parsed[0] for _, parsed in said)
    assert max(times.values()) - min(times.values()) <= 1
    # The last words of each, though no more came.
    assert answer["stale"] == []


def test_a_text_that_has_gone_is_not_waited_for() -> None:
    gone = (0, 2)
    answer = turns(4, gone)
    assert set(answer["stale"]) <= set(gone)
    assert sum(len(parsed) for _, parsed in answer["said"][DRAWINGS:]) >= TEXTS - len(gone) - 1
