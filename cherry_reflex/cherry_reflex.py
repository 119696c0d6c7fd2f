"""Reflex's entry point: it imports this module, named by `app_name` in rxconfig.py, for its `app`.

This and rxconfig.py are the two modules that read the settings when they are imported, since
Reflex gives them no other moment; everything else is told them.
"""

from cherry_reflex import settings
from cherry_reflex.web.app import create_app

app = create_app(settings.load())
