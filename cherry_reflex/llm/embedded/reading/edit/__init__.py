"""Proposes changes of the confirmed reading before: what a follow-up asks for."""
