"""People from providers of lead data: orders that are paid once, kept at once and stored bit by bit."""
