"""Scores readings by how well they explain a question."""
