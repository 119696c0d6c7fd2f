"""Values that are told apart by their `kind`."""

from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Tagged(BaseModel):
    """The base of the members of a union. `kind` is written even where defaults are left out, so
    that what is written can be read again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_serializer(mode="wrap")
    def _with_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"kind": getattr(self, "kind", ""), **handler(self)}
