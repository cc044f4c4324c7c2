"""A sandbox of the four providers of lead data: their wire formats, prices and bad days, on this machine."""
