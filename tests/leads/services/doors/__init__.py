"""Doors through which people come by themselves."""
