"""Aligns a reading with the words of a question: what supports each part, and what is left."""
