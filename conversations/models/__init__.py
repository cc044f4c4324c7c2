"""The nouns of the fourth floor."""

from conversations.models.conversation import Conversation, ConversationStatus
from conversations.models.turn import Author, Turn

__all__ = ["Author", "Conversation", "ConversationStatus", "Turn"]
