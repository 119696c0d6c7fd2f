"""A2A: our agents as servers, and the client of everybody's agents."""
