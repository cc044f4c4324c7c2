"""What is kept about a person, handed over and forgotten."""
