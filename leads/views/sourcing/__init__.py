"""Pages of the providers of lead data, and what may be asked of them about people we know."""
