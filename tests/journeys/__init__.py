"""Walks through the whole product, by the doors that people and machines use."""
