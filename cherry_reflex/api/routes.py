"""All routes of the API, in one Starlette app that Reflex is mounted behind."""

from starlette.applications import Starlette

from cherry_reflex.api import (
    boot,
    conversations,
    feedback,
    files,
    front,
    health,
    model,
    outsiders,
    runs,
    session,
    sign_in,
    tables,
    team,
)
from cherry_reflex.api.export import routes as export


def routes() -> Starlette:
    """Return a fresh app with the API's routes."""
    return Starlette(
        routes=[
            *health.ROUTES,
            *boot.ROUTES,
            *session.ROUTES,
            *sign_in.ROUTES,
            *front.ROUTES,
            *team.ROUTES,
            *model.ROUTES,
            *outsiders.ROUTES,
            *conversations.ROUTES,
            *runs.ROUTES,
            *feedback.ROUTES,
            *export.ROUTES,
            *files.ROUTES,
            *tables.ROUTES,
        ]
    )
