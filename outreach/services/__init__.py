"""The business of outreach, one topic a file."""
