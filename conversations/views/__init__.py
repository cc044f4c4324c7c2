"""Staff pages of the fourth floor: the inbox."""

from conversations.views.acts import assign, end, escalate, reopen, snooze, undo, wake
from conversations.views.inbox import composer, index, thread, turns
from conversations.views.panels import campaign_conversations
from conversations.views.unmatched import replay, unmatched

__all__ = [
    "assign",
    "campaign_conversations",
    "composer",
    "end",
    "escalate",
    "index",
    "reopen",
    "replay",
    "snooze",
    "thread",
    "turns",
    "undo",
    "unmatched",
    "wake",
]
