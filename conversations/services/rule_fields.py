"""What a rule may ask about conversations: the fields this floor adds to ``settings.RULE_FIELDS``."""

from conversations.models import ConversationStatus
from leads.services.rules.fields import Field, Kind

_NEWEST = "(SELECT x.{0} FROM conversations_conversation x WHERE x.lead_id = l.id ORDER BY x.id DESC LIMIT 1)"


def fields() -> list[Field]:
    """Return the fields about the newest conversation with a lead."""
    return [
        _word("conversation", "conversation", "status", tuple(ConversationStatus.values)),
        _word("intent", "intent of the last answer", "intent"),
        _word("sentiment", "mood of the last answer", "sentiment"),
        Field("days_since_turn", "days since the last word", Kind.DAYS, "conversations",
              _NEWEST.replace("{0}", "last_turn_at")),
        Field("turns", "turns of the conversation", Kind.NUMBER, "conversations",
              _NEWEST.replace("{0}", "turns_count")),
    ]  # fmt: skip


def _word(key: str, label: str, column: str, choices: tuple[str, ...] = ()) -> Field:
    sql = f"COALESCE({_NEWEST.replace('{0}', column)}, '')"
    return Field(key, label, Kind.CHOICE, "conversations", sql, choices=choices)
