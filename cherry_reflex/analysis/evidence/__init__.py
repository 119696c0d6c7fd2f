"""Which fact, cell or arithmetic holds each number of an answer. Pure functions over values."""
