"""The one page. Everything visible is React below it; it hands the Reflex events down."""

import reflex as rx

from cherry_reflex.ui.chat.state import ChatState


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
    return Page.create(
        hydrated=rx.State.is_hydrated,
        language=ChatState.language,
        on_follow=ChatState.follow,
    )
