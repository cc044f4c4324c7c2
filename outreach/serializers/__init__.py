"""Shapes of the third floor's endpoints."""
