"""The web process: the app that Reflex serves, the server around it, and the build of the page."""
