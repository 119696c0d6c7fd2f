"""All routes of the API, in one Starlette app that Reflex is mounted behind."""

from starlette.applications import Starlette

from cherry_reflex.api.export import routes as export
from cherry_reflex.api.routes import (
    a2a_entry,
    added_workers,
    boot,
    conversations,
    feedback,
    files,
    health,
    model,
    remembered,
    runs,
    session,
    sign_in,
    tables,
    workers,
)


def routes() -> Starlette:
    """Return a fresh app with the API's routes."""
    return Starlette(
        routes=[
            *health.ROUTES,
            *boot.ROUTES,
            *session.ROUTES,
            *sign_in.ROUTES,
            *a2a_entry.ROUTES,
            *workers.ROUTES,
            *model.ROUTES,
            *added_workers.ROUTES,
            *conversations.ROUTES,
            *runs.ROUTES,
            *feedback.ROUTES,
            *export.ROUTES,
            *files.ROUTES,
            *tables.ROUTES,
            *remembered.ROUTES,
        ]
    )
