"""Outreach holds what we say: sequences, messages, variants, senders, channels, tracking and webhooks."""
