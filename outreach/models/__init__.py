"""The nouns of the third floor."""

from outreach.models.enrollment import Enrollment, EnrollmentStatus, RoutingDecision
from outreach.models.event import Event, EventKind, Tally
from outreach.models.inbox import RawDelivery
from outreach.models.message import LEFT, Link, Message, MessageStatus
from outreach.models.sender import Sender
from outreach.models.sequence import Sequence, SequenceVersion, Step
from outreach.models.variant import Tone, Variant

__all__ = [
    "LEFT",
    "Enrollment",
    "EnrollmentStatus",
    "Event",
    "EventKind",
    "Link",
    "Message",
    "MessageStatus",
    "RawDelivery",
    "RoutingDecision",
    "Sender",
    "Sequence",
    "SequenceVersion",
    "Step",
    "Tally",
    "Tone",
    "Variant",
]
