"""What is done to a table before it is modelled and has no room of its own."""
