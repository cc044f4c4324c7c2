"""Template tags of the leads."""
