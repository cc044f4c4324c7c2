"""The business of campaigns, one topic a file."""
