"""Template tags of the interface kit, shared by every page."""
