"""The business of leads, one topic a file."""
