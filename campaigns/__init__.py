"""Campaigns holds why and for how much: goal, budget, ledger, pipeline engine, the door to providers."""
