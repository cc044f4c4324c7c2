"""Groups of leads: what a segment may ask, live counts, snapshots, acts on many, and saved views."""
