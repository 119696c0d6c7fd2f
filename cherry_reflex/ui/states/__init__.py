"""The Reflex states of the page."""
