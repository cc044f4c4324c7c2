"""How a message leaves: one channel a file."""
