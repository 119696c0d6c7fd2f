"""A room of agents for tests of the agents' server."""
