"""Readings, their parts and their figures in words, in both languages."""
