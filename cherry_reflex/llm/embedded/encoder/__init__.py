"""Texts as vectors, and heads over them."""
