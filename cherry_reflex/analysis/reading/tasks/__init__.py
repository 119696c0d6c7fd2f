"""What a reading asks to be done, one task a module: facts, tables, charts."""
