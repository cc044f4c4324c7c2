"""Tests of the interface kit, read as text."""
