"""Outside services of the outreach floor."""
