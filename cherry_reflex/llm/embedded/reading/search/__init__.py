"""Proposes readings by search: chooses what words mean, then binds what belongs together."""
