"""Where leads come from: one outside service a file."""
