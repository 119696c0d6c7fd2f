"""The base of operations on the MLflow store."""

from pathlib import Path

from cherry_reflex.core.operation import Preparation, Tables


class Experiment(Preparation):
    """An operation on the trainings of a conversation."""

    def saves_in(self, tables: Tables) -> tuple[Path, ...]:
        """The store lies beside the conversations' models."""
        place = tables.conversation_files
        return (place.parent,) if place is not None else ()
