"""Columns of a dataset as pandas frames."""
