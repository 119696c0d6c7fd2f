"""The lock of a process that runs foreign code: files, network, signals, system calls, user."""
