"""Links the words of a question to what they may mean in a table."""
