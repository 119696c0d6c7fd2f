"""The dialog that shows how a file was read, and has it read again with what one changes.

It opens and closes in the page, without the server: `uploads/parse.js` sets `PARSING`.
"""

from typing import Any

import reflex as rx
from reflex.experimental.client_state import ClientStateVar
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.function import FunctionVar
from reflex_components_radix.primitives.dialog import dialog

from cherry_reflex.ui.components.sentences import LANGUAGE, failure_sentence, sentence
from cherry_reflex.ui.states.parse import ParseState
from cherry_reflex.ui.states.parse_fields import Section

PARSING = ClientStateVar.create("parsing", default="")
"""The id of the dataset whose dialog is open; empty when none is."""

_FOCUS_BACK = rx.Var(
    "focusBack",
    _var_data=VarData(imports={"$/cherry/uploads/parse.js": [ImportVar(tag="focusBack")]}),
).to(FunctionVar, EventChain)
_IS_THIS = ParseState.dataset_id == PARSING.value
"""Whether the state is of the dataset that is looked at: the dialog opens before it is asked."""
_IS_READING = ParseState.reading.contains(ParseState.dataset_id)


class Stylesheet(rx.Component):
    """Nothing that is seen: it brings the styles of the dialog."""

    library = "react"
    tag = "Fragment"

    def add_imports(self) -> dict[str, Any]:
        """Import them."""
        return {"": "$/cherry/components/parse_dialog.css"}


def parse_dialog() -> rx.Component:
    """Build the dialog. It is on the page once."""
    return rx.fragment(
        Stylesheet.create(),
        dialog.root(
            dialog.portal(
                dialog.overlay(class_name="c-parse__overlay"),
                dialog.content(
                    _head(),
                    rx.cond(
                        _IS_THIS & ParseState.is_loaded,
                        _form(),
                        rx.el.div(_waiting(), class_name="c-parse__body"),
                    ),
                    class_name="c-parse",
                    custom_attrs={"data-closes-on-escape": "true"},
                    on_open_auto_focus=ParseState.load(PARSING.value, LANGUAGE),  # type: ignore[misc]
                    on_close_auto_focus=_FOCUS_BACK,
                ),
            ),
            open=(PARSING.value != "") & (PARSING.value != ParseState.replaced),
            on_open_change=PARSING.set_value(""),
        ),
    )


def _head() -> rx.Component:
    return rx.el.div(
        dialog.title(sentence("ui.parse.title"), class_name="c-parse__title"),
        rx.el.span(
            rx.cond(_IS_THIS & ParseState.is_loaded, ParseState.name, ""),
            class_name="c-parse__name",
        ),
        rx.el.button(
            rx.icon("x", size=17, custom_attrs={"aria-hidden": "true"}),
            type="button",
            class_name="c-icon-button",
            aria_label=sentence("ui.panel.close"),
            title=sentence("ui.panel.close"),
            on_click=PARSING.set_value(""),
        ),
        class_name="c-parse__head",
    )


def _waiting() -> rx.Component:
    return rx.cond(
        _IS_THIS & (ParseState.failure.length() > 0),
        _failure(),
        rx.el.p(
            rx.el.span(class_name="c-spinner", aria_hidden="true"),
            sentence("ui.parse.loading"),
            role="status",
            class_name="c-parse__wait",
        ),
    )


def _form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            dialog.description(sentence("ui.parse.about"), class_name="c-parse__about"),
            _section("file"),
            _section("rows"),
            _section("values"),
            _columns(),
            rx.cond(ParseState.left_out, _left_out()),
            class_name="c-parse__body",
        ),
        _foot(),
        on_submit=ParseState.read_again,
        class_name="c-parse__form",
    )


def _foot() -> rx.Component:
    return rx.el.div(
        rx.cond(ParseState.failure, _failure()),
        rx.cond(
            _IS_READING,
            rx.el.p(
                rx.el.span(class_name="c-spinner", aria_hidden="true"),
                sentence("ui.read_again"),
                role="status",
                class_name="c-parse__wait",
            ),
        ),
        rx.el.button(
            sentence("ui.parse.cancel"),
            type="button",
            class_name="c-button",
            on_click=PARSING.set_value(""),
        ),
        rx.el.button(
            sentence("ui.parse.read_again"),
            type="submit",
            class_name="c-button c-button--primary",
            disabled=_IS_READING,
        ),
        class_name="c-parse__foot",
    )


def _failure() -> rx.Component:
    return rx.el.p(
        failure_sentence(ParseState.failure), role="alert", class_name="c-parse__failure"
    )


def _section(section: Section) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(sentence(f"ui.parse.section_{section}")),
        rx.foreach(
            ParseState.fields,
            lambda field: rx.cond(field.section == section, _field(field)),
        ),
        class_name="c-parse__section",
    )


def _field(field: Any) -> rx.Component:
    """Build the control of a ParseField."""
    label = rx.cond(field.label == "", "ui.parse." + field.name, field.label)
    return rx.el.label(
        rx.el.span(
            sentence(label),
            rx.cond(field.is_guess, _guess_mark()),
            class_name="c-parse__label",
        ),
        rx.match(
            field.kind,
            (
                "select",
                rx.el.select(
                    rx.foreach(field.options, _option),
                    name=field.name,
                    default_value=field.value,
                    class_name="c-field",
                ),
            ),
            (
                "number",
                rx.el.input(
                    type="number",
                    name=field.name,
                    default_value=field.value,
                    min=0,
                    max=rx.cond(field.most > 0, field.most.to_string(), ""),
                    required=True,
                    custom_attrs={"inputMode": "numeric"},
                    class_name="c-field",
                ),
            ),
            (
                "switch",
                rx.el.input(
                    type="checkbox",
                    role="switch",
                    name=field.name,
                    value="on",
                    default_checked=field.value == "on",
                    class_name="c-parse__switch",
                ),
            ),
            rx.fragment(
                rx.el.input(
                    type="text",
                    name=field.name,
                    default_value=field.value,
                    list="c-parse-" + field.name,
                    auto_complete="off",
                    class_name="c-field",
                ),
                rx.el.datalist(
                    rx.foreach(field.options, lambda option: rx.el.option(value=option.value)),
                    custom_attrs={"id": "c-parse-" + field.name},
                ),
            ),
        ),
        class_name="c-parse__field",
    )


def _option(option: Any) -> rx.Component:
    """Build an Option of a select."""
    return rx.el.option(
        rx.cond(option.key == "", option.label, sentence(option.key, value=option.value)),
        value=option.value,
    )


def _guess_mark() -> rx.Component:
    return rx.el.span(sentence("ui.parse.guessed"), class_name="c-guess")


def _columns() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(sentence("ui.columns")),
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    *(
                        rx.el.th(sentence(f"ui.parse.column_{name}"), scope="col")
                        for name in ("name", "type", "unit")
                    )
                )
            ),
            rx.el.tbody(rx.foreach(ParseState.columns, _column)),
            class_name="c-parse__columns",
        ),
        rx.cond(
            ParseState.columns.length() < ParseState.column_count,
            rx.el.button(
                sentence(
                    "ui.more_columns", count=ParseState.column_count - ParseState.columns.length()
                ),
                type="button",
                class_name="c-columns__more",
                on_click=ParseState.show_columns,
            ),
        ),
        class_name="c-parse__section c-parse__section--wide",
    )


def _column(column: Any) -> rx.Component:
    """Build the controls of a ColumnField."""
    return rx.el.tr(
        rx.el.th(column.name, scope="row", title=column.name),
        rx.el.td(
            rx.el.select(
                rx.foreach(
                    column.types,
                    lambda kind: rx.el.option(sentence("ui.type_" + kind), value=kind),
                ),
                name="type:" + column.place.to_string(),
                default_value=column.type,
                aria_label=sentence("ui.parse.type_of", name=column.name),
                class_name="c-field",
            ),
        ),
        rx.el.td(
            rx.cond(
                column.has_unit,
                rx.el.input(
                    type="text",
                    name="unit:" + column.place.to_string(),
                    default_value=column.unit,
                    max_length=20,
                    auto_complete="off",
                    aria_label=sentence("ui.parse.unit_of", name=column.name),
                    class_name="c-field",
                ),
            ),
        ),
    )


def _left_out() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(sentence("ui.parse.left_out")),
        rx.el.ul(
            rx.foreach(ParseState.left_out, _left_out_row),
            rx.cond(
                ParseState.left_out_more > 0,
                rx.el.li(sentence("ui.parse.left_out_more", count=ParseState.left_out_more)),
            ),
            class_name="c-parse__left-out",
        ),
        class_name="c-parse__section c-parse__section--wide",
    )


def _left_out_row(row: Any) -> rx.Component:
    """Build what tells of a LeftOut."""
    return rx.el.li(
        rx.el.span(
            rx.cond(
                row.rows > 1,
                sentence("ui.parse.rows", first=row.row, last=row.row + row.rows - 1),
                sentence("ui.parse.row", row=row.row),
            ),
            class_name="c-parse__place",
        ),
        rx.el.span(sentence("ui.parse.reason_" + row.reason), class_name="c-parse__reason"),
        rx.el.span(row.text, title=row.text, class_name="c-parse__text"),
    )
