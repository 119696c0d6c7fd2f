"""Finds what has a pattern: numbers, dates, spans of time, names between quotes."""
