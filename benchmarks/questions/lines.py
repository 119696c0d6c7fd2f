"""Files with a JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


def read(path: Path, shape: type[T]) -> list[T]:
    """Return the objects of a file; none when there is no file. Raises ValidationError."""
    return [shape.model_validate(one) for one in _objects(path)]


def append(path: Path, value: BaseModel) -> None:
    """Write one more."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(value.model_dump(mode="json"), ensure_ascii=False) + "\n")


def _objects(path: Path) -> Iterator[Any]:
    if path.is_file():
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield json.loads(line)
