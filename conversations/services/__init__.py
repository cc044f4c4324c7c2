"""The business of conversations, one topic a file."""
