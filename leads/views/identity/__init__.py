"""Pages of who is who: the review queue, two records side by side, and what was merged."""
