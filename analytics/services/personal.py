"""Where the fifth floor may name people: advice and its evidence (``PERSONAL_FIELDS``)."""

from leads.services.privacy.registry import Personal


def rows() -> list[Personal]:
    """Return the tables of this floor in which people may be named."""
    return [
        Personal("analytics.Recommendation", "Advice", (), search=("title", "reason", "evidence", "before")),
    ]  # fmt: skip
