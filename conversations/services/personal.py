"""Where the fourth floor keeps facts of people: conversations and what was said (``PERSONAL_FIELDS``)."""

from leads.services.privacy.registry import Personal


def rows() -> list[Personal]:
    """Return the tables of this floor in which people stand."""
    return [
        Personal("conversations.Conversation", "Conversations", empty={"subject": "", "last_line": ""},
                 plain=("end_reason",)),
        Personal("conversations.Turn", "What was said", ("conversation__lead",),
                 empty={"body": "Forgotten on request", "external_id": None}),
    ]  # fmt: skip
