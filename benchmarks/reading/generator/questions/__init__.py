"""Kinds of questions. Each takes a scene and returns a sentence with its reading; raises Impossible
when the table has not what it needs."""
