"""Speed and memory, measured; each figure is printed with the command that gives it."""
