"""The app: the page, the live namespace, and what serves it."""

import reflex as rx

from cherry_reflex.ui.page import page

app = rx.App(
    stylesheets=["/cherry.css"],
    head_components=[rx.el.script(src="/boot.js")],
    app_wraps={},
    toaster=None,
)
app.add_page(page, route="/", title="CherryAI")
app.add_page(page, route="/c/[conversation_id]", title="CherryAI")
