"""Conversations holds what is said back: threads, turns, replies from every channel."""
