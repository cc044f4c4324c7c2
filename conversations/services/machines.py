"""Mail that no person wrote: bounces and complaints become events, automatic answers a line in the timeline.

None of them stops a sequence as a reply would or counts as one. Who is away until a day is left in peace
until then; the sequence goes on by itself.
"""

from datetime import UTC, datetime, time

from conversations.services.hearing import Heard
from leads.services import timeline
from outreach.services import enrollments, tracking
from outreach.services.tracking import DeliveryEvent

PROVIDER = "inbox"
#: People read the mails of their absence first.
MORNING = time(9)


def note(heard: Heard, now: datetime) -> None:
    """Do what a machine's mail means."""
    if heard.event_kind:
        _report(heard, now)
    else:
        _automatic(heard, now)


def _report(heard: Heard, now: datetime) -> None:
    """Hand a bounce or complaint to tracking, like the provider's own report."""
    if heard.message is None:
        return
    event = DeliveryEvent(
        heard.message.uid, heard.event_kind, PROVIDER, f"{heard.event_kind}:{heard.key}"[:120], heard.at,
        data={"reason": heard.reason},
    )  # fmt: skip
    tracking.record_events([event], now)


def _automatic(heard: Heard, now: datetime) -> None:
    until = heard.reading.resume_on
    kind, said = "auto_reply", "Answered automatically"
    if until or heard.reading.intent == "out_of_office":
        kind, said = "out_of_office", f"Away until {until:%d %b %Y}" if until else "Away"
    if until:
        enrollments.pause_for_lead(heard.person.pk, now, until=datetime.combine(until, MORNING, UTC))
    timeline.record(
        heard.person.pk, kind, f"{said}: {' '.join(heard.text.split())}"[:250], "email",
        campaign_id=heard.campaign.pk if heard.campaign else None, key=f"auto:{heard.key}"[:80], at=heard.at,
        data={"until": until.isoformat()} if until else {},
    )  # fmt: skip
