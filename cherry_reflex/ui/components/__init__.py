"""The Reflex components of the page."""
