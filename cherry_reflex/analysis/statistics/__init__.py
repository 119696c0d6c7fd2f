"""Inference: tests with their assumptions checked, effect sizes and intervals."""
