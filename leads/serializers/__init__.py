"""Shapes of the leads' endpoints: what may be sent, and what is answered."""
