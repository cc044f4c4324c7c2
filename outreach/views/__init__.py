"""Staff pages of the third floor: sequences, messages, mailboxes."""

from outreach.views.builder import arrange, publish, save, sequence
from outreach.views.messages import campaign_messages, message, messages, senders
from outreach.views.preview import preview
from outreach.views.sequences import enrolled, history, index, new

__all__ = [
    "arrange",
    "campaign_messages",
    "enrolled",
    "history",
    "index",
    "message",
    "messages",
    "new",
    "preview",
    "publish",
    "save",
    "senders",
    "sequence",
]
