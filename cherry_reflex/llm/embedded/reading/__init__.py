"""Finds the reading of a question: links words to meanings, proposes readings, scores them, says
how sure it is."""
