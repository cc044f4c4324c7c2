"""Lists of phrases as one pattern: the rooms that read mail are mostly such lists."""

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases, in upper or lower case."""
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.IGNORECASE)
