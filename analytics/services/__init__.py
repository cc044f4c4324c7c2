"""The business of analytics, one topic a file."""
