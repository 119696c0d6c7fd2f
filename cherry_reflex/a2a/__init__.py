"""A2A: the client of agents, and our own agents as servers. Nobody else imports the SDK."""
