"""Proof by killing: real workers die at work; then the books are compared with the provider's own."""
