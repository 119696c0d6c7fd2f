"""What is kept: SQLModel tables, their repositories, and the event log."""
