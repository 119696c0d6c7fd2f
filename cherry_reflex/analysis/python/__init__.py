"""Python that a person or a model wrote: run over the tables, and what it leaves."""
