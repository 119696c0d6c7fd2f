"""Trains the network that proposes readings."""
