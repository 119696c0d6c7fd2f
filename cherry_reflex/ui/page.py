"""The one page: the React root, which gets the Reflex events, and the dialog in Reflex."""

import reflex as rx

from cherry_reflex.ui.chat.state import ChatState
from cherry_reflex.ui.components.parse_dialog import parse_dialog


class Page(rx.Component):
    """The React root of the page (`shell/Page.jsx`)."""

    library = "$/cherry/shell/Page.jsx"
    tag = "Page"
    is_default = True

    hydrated: rx.Var[bool]
    language: rx.Var[str]
    on_follow: rx.EventHandler[rx.event.passthrough_event_spec(str, int)]  # type: ignore[type-arg,valid-type]


def page() -> rx.Component:
    """Build the page; `/` and `/c/<id>` are the same."""
    return rx.fragment(
        Page.create(
            hydrated=rx.State.is_hydrated,
            language=ChatState.language,
            on_follow=ChatState.follow,
        ),
        parse_dialog(),
    )
