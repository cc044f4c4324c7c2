"""Who is who: every person known once, however many doors they came through."""
