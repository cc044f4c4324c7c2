"""Pages and fragments of what is known about a lead or a company."""
