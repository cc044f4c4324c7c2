"""Doors through which people come by themselves or one by one: web forms and the lead API."""
