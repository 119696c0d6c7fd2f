"""Agents of ours and of others, asked over A2A."""
