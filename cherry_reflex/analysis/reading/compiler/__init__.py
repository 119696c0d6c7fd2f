"""Readings as SQL: expressions, conditions, measures and groups over one or several tables."""
