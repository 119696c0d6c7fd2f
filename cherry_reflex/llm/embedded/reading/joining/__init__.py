"""Tables that share keys, read as one."""
