"""Runs: planned, worked on, summed up, logged. Knows nothing of any screen."""
