"""All routes of the API, in one Starlette app that Reflex is mounted behind."""

from starlette.applications import Starlette

from cherry_reflex.api import conversations, files, health, runs, tables, team


def routes() -> Starlette:
    """Return a fresh app with the API's routes."""
    return Starlette(
        routes=[
            *health.ROUTES,
            *team.ROUTES,
            *conversations.ROUTES,
            *runs.ROUTES,
            *files.ROUTES,
            *tables.ROUTES,
        ]
    )
