"""Privacy: what is kept about one person, handing it over, and forgetting it for good."""
