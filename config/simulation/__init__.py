"""A world to try the house in: a virtual clock, offline people with habits, and staff who do their work."""
