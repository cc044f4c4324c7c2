"""Shapes of what people type about leads."""
