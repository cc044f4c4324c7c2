"""From a raw reply to what was heard: by whom, about which message, meaning what. Nothing is written."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Campaign
from conversations.services import understanding
from conversations.services.understanding import Reading
from leads.models import Lead
from outreach.models import Message, RawDelivery
from outreach.services import bounces, mailroom, mails, replies
from outreach.services.bounces import Machine

KEY = 200
#: Classes of words that no person writes for us to answer.
AUTOMATIC = ("out_of_office", "auto_reply", "bounce")


@dataclass(frozen=True)
class Heard:
    """A mail that came back, understood; ``key`` is what makes hearing it twice a no-op."""

    key: str
    at: datetime
    text: str
    subject: str
    reading: Reading
    machine: Machine | None = None
    message: Message | None = None
    lead: Lead | None = None

    @property
    def is_known(self) -> bool:
        """Whether we know who wrote or what it is about."""
        return self.message is not None or self.lead is not None

    @property
    def is_by_machine(self) -> bool:
        """Whether no person wrote it."""
        return self.machine is not None or self.reading.intent in AUTOMATIC

    @property
    def person(self) -> Lead:
        """Whom it is from."""
        found = self.message.lead if self.message else self.lead
        if found is None:
            raise LookupError("a mail from nobody we know")
        return found

    @property
    def campaign(self) -> Campaign | None:
        """Which campaign it answers."""
        return self.message.campaign if self.message else None

    @property
    def event_kind(self) -> str:
        """What a machine's mail reports about our message; empty for automatic answers."""
        if self.machine is None:
            return "deferred" if self.reading.intent == "bounce" else ""
        if self.machine.kind == "bounce":
            return "bounced" if self.machine.is_lasting else "deferred"
        return "complained" if self.machine.kind == "complaint" else ""

    @property
    def reason(self) -> str:
        """What the machine gave as its reason."""
        return self.machine.reason if self.machine else ""


def hear(row: RawDelivery) -> Heard:
    """Read, match and understand a raw reply."""
    envelope_to, envelope_from = mailroom.envelope(row)
    mail = mails.read(mailroom.raw_mail(row), tuple(envelope_to), envelope_from)
    found = replies.match(mail)
    message, lead = _known(found)
    words = mail.said or mail.text or f"(a mail without words: «{mail.subject}»)"
    return Heard(
        key=_key(mail.message_id or row.key),
        at=row.received_at,
        text=words,
        subject=mail.subject,
        reading=understanding.read(words, mail.headers),
        machine=bounces.detect(mail),
        message=message,
        lead=lead,
    )


def _known(found: Message | Lead | None) -> tuple[Message | None, Lead | None]:
    """Return the message and person; a person found by address answers the last letter they got."""
    if isinstance(found, Message):
        return found, found.lead
    if found is None:
        return None, None
    got = Message.objects.filter(lead=found, sent_at__isnull=False).select_related(
        "lead__company", "campaign"
    )
    return got.order_by("-sent_at", "-id").first(), found


def _key(message_id: str) -> str:
    """Return the mail's id as it fits the column."""
    if len(message_id) <= KEY:
        return message_id
    return f"sha256:{hashlib.sha256(message_id.encode()).hexdigest()}"
