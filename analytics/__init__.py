"""Analytics holds what it was worth: metrics, reports, advice."""
