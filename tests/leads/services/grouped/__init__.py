"""Tests of groups of leads."""
