"""Tests of the forms of leads."""
