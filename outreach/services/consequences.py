"""What news leads to: people who must not be written to any more, sequences that stop, the timeline.

Everything is done for the whole batch at once, inside the transaction that stores the news, so that a
crash can neither lose nor double it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from campaigns.services import bulk
from leads.services import contactability, timeline
from outreach.services import enrollments, recordset
from outreach.services.news import News

TIMELINE = {"opened": "Opened", "clicked": "Clicked in", "bounced": "Could not be delivered:",
            "dropped": "Refused by the mail service:", "unsubscribed": "Unsubscribed from",
            "complained": "Complained about"}  # fmt: skip
STOPPING = ("bounced", "unsubscribed", "complained")
#: Why a provider drops a mail that must not be tried again, as the words in its reason.
LASTING_DROPS = ("bounced", "invalid", "spam", "unsubscribed")


def follow(news: Sequence[News], firsts: Sequence[News], now: datetime) -> None:
    """Act on what is new; ``firsts`` is the part of it that counts."""
    _engage(news)
    _suppress(firsts)
    _stop(firsts, now)
    _note(firsts)


def _engage(news: Iterable[News]) -> None:
    """Remember when each person last showed interest; older news does not turn the clock back."""
    latest: dict[int, datetime] = {}
    for item in news:
        if item.is_engagement:
            at = item.event.occurred_at
            latest[item.message.lead_id] = max(at, latest.get(item.message.lead_id, at))
    if not latest:
        return
    columns = (("id", "bigint"), ("at", "timestamptz"))
    bulk.run(
        f"UPDATE leads_lead AS l SET last_engaged_at = r.at FROM {recordset.records(*columns)}"  # noqa: S608
        " WHERE l.id = r.id AND (l.last_engaged_at IS NULL OR l.last_engaged_at < r.at)",
        [recordset.dumps(("id", "at"), sorted(latest.items()))],
    )


def _suppress(firsts: Iterable[News]) -> None:
    for item in firsts:
        event, evidence = item.event, f"{item.event.provider} {item.event.provider_event_id}: {item.reason}"
        if event.kind == "bounced" or (event.kind == "dropped" and _is_lasting(item.reason)):
            address = item.message.to_address
            contactability.suppress("address", address, "bounced", item.message.channel, evidence=evidence)
        elif event.kind in ("unsubscribed", "complained"):
            contactability.suppress("person", f"lead:{item.message.lead_id}", event.kind, evidence=evidence)


def _is_lasting(reason: str) -> bool:
    return any(word in reason.lower() for word in LASTING_DROPS)


def _stop(firsts: Iterable[News], now: datetime) -> None:
    for reason in STOPPING:
        if leads := sorted({item.message.lead_id for item in firsts if item.event.kind == reason}):
            enrollments.stop_for_leads(leads, reason, now)


def _note(firsts: Sequence[News]) -> None:
    timeline.record_many([_entry(item) for item in firsts if item.event.kind in TIMELINE])


def _entry(item: News) -> timeline.Entry:
    event, message = item.event, item.message
    return timeline.Entry(
        lead_id=message.lead_id,
        kind=event.kind,
        channel=message.channel,
        summary=f"{TIMELINE[event.kind]} «{message.subject or 'a message'}»"[:250],
        campaign_id=message.campaign_id,
        data={"message_id": message.id, **({"url": event.url} if event.url else {})},
        key=f"message:{message.id}:{event.kind}",
        at=event.occurred_at,
    )
