"""Readers of file formats: each leaves raw tables behind."""
