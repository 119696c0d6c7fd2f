"""Child processes: started with limits, watched, and ended as a whole."""
