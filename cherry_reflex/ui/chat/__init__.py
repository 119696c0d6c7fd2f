"""The conversation: transcript, lanes, composer."""
