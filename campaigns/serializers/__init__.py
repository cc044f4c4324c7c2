"""Shapes of the ground floor in the API."""
