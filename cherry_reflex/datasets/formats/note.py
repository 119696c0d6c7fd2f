"""Remarks on how a file was read, as keys of the catalogue with what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Note:
    """One remark: `key` of `fact.note.<key>` in the catalogue, `params` for its slots."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
