"""What columns, values and rows are called, in English and Korean: one JSON file a domain.

A file is a list of groups; `Group` says what each of their keys means. A group belongs in the
domain that uses it first; phrases may recur in another group where a person would mean either.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cherry_reflex.llm.embedded.reading.linked import ColumnKind

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Group:
    """What one thing is called.

    `en` and `ko` are its phrases, as headers and as people in questions have them; the first of
    each names it best. `headers` are what headers alone say, since in a question the word means
    something else ("no", "표") or asks for more ("평균기온"). `values` are cells that mean the
    same, each with its synonyms of both languages, codes among them. `more` and `less` are
    adjectives that order by it ("older", "나이 많은"), `verbs` what happens to it ("sold",
    "팔린"). Phrases of a group with `nouns` are what rows are called ("flights", "주문").
    """

    name: str
    domain: str
    kind: "ColumnKind"
    en: tuple[str, ...]
    ko: tuple[str, ...]
    headers: tuple[str, ...] = ()
    values: tuple[tuple[str, ...], ...] = ()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    nouns: bool = False

    @property
    def phrases(self) -> tuple[str, ...]:
        """What people say, in both languages."""
        return self.en + self.ko


@cache
def groups() -> tuple[Group, ...]:
    """Return all groups, in the order of their domains' names. Reads the files once."""
    return tuple(
        _group(path.stem, entry)
        for path in sorted(FOLDER.glob("*.json"))
        for entry in json.loads(path.read_text(encoding="utf-8"))
    )


def _group(domain: str, entry: dict[str, Any]) -> Group:
    return Group(
        name=entry["name"],
        domain=domain,
        kind=entry["kind"],
        en=tuple(entry["en"]),
        ko=tuple(entry["ko"]),
        headers=tuple(entry.get("headers", ())),
        values=tuple(tuple(synonyms) for synonyms in entry.get("values", ())),
        more=tuple(entry.get("more", ())),
        less=tuple(entry.get("less", ())),
        verbs=tuple(entry.get("verbs", ())),
        nouns=entry.get("nouns", False),
    )
