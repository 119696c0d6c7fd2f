"""Our own A2A agents, one file each."""
