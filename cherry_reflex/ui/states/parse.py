"""The state of the dialog that shows how a file was read, and has it read again."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import CherryError, Unavailable
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.parse_options import LeftOut
from cherry_reflex.i18n.detect import known_language
from cherry_reflex.ui.live.namespace import live
from cherry_reflex.ui.states.parse_fields import (
    ColumnField,
    ParseField,
    changes_of,
    columns_of,
    fields_of,
    report_of,
)

_COLUMNS_SHOWN = 100


class ParseState(rx.State):
    """How the file of one dataset was read, as a form, and what became of reading it again. What
    the form is changed to stays in the page until it is sent."""

    dataset_id: str = ""
    """Of the dataset that was asked for last."""
    is_loaded: bool = False
    """Whether what follows is of it."""
    name: str = ""
    fields: list[ParseField] = []
    columns: list[ColumnField] = []
    column_count: int = 0
    left_out: list[LeftOut] = []
    left_out_more: int = 0
    reading: list[str] = []
    """The datasets that are being read again."""
    failure: dict[str, Any] = {}
    """Why it could not be loaded or read again, as core.errors.Failure; empty for no failure."""
    replaced: str = ""
    """The dataset that was read again last: its dialog is over."""

    _all_columns: list[ColumnField] = []
    _language: Language = ENGLISH

    @rx.event(background=True)
    async def load(self, dataset_id: str, language: str) -> None:
        """Show how the file of a dataset was read to the person whose it is. Sentences that are
        written when it is read again will be in `language`."""
        from cherry_reflex import runtime

        async with self:
            self._language = known_language(language)
            self.dataset_id, self.is_loaded, self.failure = dataset_id, False, {}
        try:
            owner = self._owner()
            datasets = runtime.current().datasets
            dataset, conversation_id = await datasets.get(owner, dataset_id)
            siblings = [one for _, _, one in await datasets.of(conversation_id)]
        except CherryError as error:
            async with self:
                if self.dataset_id == dataset_id:
                    self.failure = error.failure().model_dump(mode="json")
            return
        async with self:
            if self.dataset_id == dataset_id:
                self._show(dataset, siblings)

    @rx.event(background=True)
    async def read_again(self, form: dict[str, Any]) -> None:
        """Read the file with what the form changes. The new dataset takes the place of the one
        that is shown; when it cannot be read so, nothing changes."""
        from cherry_reflex import runtime

        async with self:
            if not self.is_loaded or self.dataset_id in self.reading:
                return
            dataset_id, language = self.dataset_id, self._language
            fields, columns = list(self.fields), list(self._all_columns)
            self.reading, self.failure = [*self.reading, dataset_id], {}
        failure: Mapping[str, Any] = {}
        try:
            changes = changes_of(form, fields, columns)
            await runtime.current().intake.read_again(self._owner(), dataset_id, changes, language)
        except CherryError as error:
            failure = error.failure().model_dump(mode="json")
        finally:
            async with self:
                self.reading = [one for one in self.reading if one != dataset_id]
        async with self:
            if failure and self.dataset_id == dataset_id:
                self.failure = dict(failure)
            elif not failure:
                self.replaced = dataset_id

    @rx.event
    def show_columns(self) -> None:
        """Show the columns that are not shown yet."""
        self.columns = self._all_columns

    def _owner(self) -> str:
        """Return whose tab this is: the server knows, the tab is not asked."""
        owner = live.owner(self.router.session.client_token)
        if owner is None:
            raise Unavailable("server_unreachable")
        return owner

    def _show(self, dataset: Dataset, siblings: list[Dataset]) -> None:
        report = report_of(dataset)
        self.is_loaded, self.name = True, dataset.source or dataset.name
        self.fields = fields_of(report, _sheets(dataset, siblings))
        self._all_columns = columns_of(dataset.columns)
        self.columns = self._all_columns[:_COLUMNS_SHOWN]
        self.column_count = len(dataset.columns)
        self.left_out, self.left_out_more = list(report.left_out), report.left_out_more


def _sheets(dataset: Dataset, siblings: list[Dataset]) -> list[str]:
    """Return the sheets that a dataset can be read from: its own, and those that are no dataset
    yet."""
    report = report_of(dataset)
    there = {one.sheet for one in siblings if one.upload == dataset.upload and one.sheet}
    return [dataset.sheet, *(name for name in report.hidden_sheets if name not in there)]
