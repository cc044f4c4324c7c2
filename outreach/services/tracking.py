"""What becomes of a message: news is stored once, folded once and acted on once, in one transaction.

The order of news does not matter: statuses only climb (sent < delivered < bounced), each message counts
once per kind, and a repeated event (same provider, same id) changes nothing. Messages are locked in the
order of their ids, so two workers with news about the same message wait for each other.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.services import bulk
from outreach.models import Event
from outreach.providers.events import KINDS, DeliveryEvent
from outreach.services import bots, consequences, leftovers, recordset, tallies, visits
from outreach.services.news import COUNTERS, News, Target

__all__ = ["DeliveryEvent", "catch_up", "record_events"]

BATCH = 2_000
EVENT_COLUMNS = ("message_id", "kind", "provider", "provider_event_id", "origin", "origin_reason", "data",
                 "occurred_at", "stored_at")  # fmt: skip
#: News after which a message counts as not arrived.
BOUNCES = ("bounced", "dropped")


def record_events(events: Sequence[DeliveryEvent], now: datetime) -> int:
    """Store news and its consequences; return how many events were new.

    News about messages that we do not know (yet) is kept in the raw inbox as ``unmatched`` and tried again.
    """
    known = [event for event in events if event.kind in KINDS]
    return sum(_record(known[at : at + BATCH], now) for at in range(0, len(known), BATCH))


def catch_up(message_ids: Iterable[int]) -> None:
    """Apply news that came before our own receipt; to be called once messages have become ``sent``."""
    stored = Event.objects.filter(message_id__in=list(message_ids), kind__in=("delivered", *BOUNCES))
    _climb(
        (row[0], row[1], row[2].get("reason", "")) for row in stored.values_list("message_id", "kind", "data")
    )


def _record(events: Sequence[DeliveryEvent], now: datetime) -> int:
    with transaction.atomic():
        targets = _targets(events)
        matched = [(e, targets[name]) for e in events if (name := _name(e)) in targets]
        if len(matched) < len(events):
            leftovers.keep([event for event in events if _name(event) not in targets], now)
        return _store(matched, now) if matched else 0


def _store(matched: list[tuple[DeliveryEvent, Target]], now: datetime) -> int:
    machine_clicks, counts = visits.expose(matched)
    counted = _counted_before(matched)
    news = _insert(matched, machine_clicks, now)
    _climb((n.message.id, n.event.kind, n.reason) for n in news)
    firsts = _firsts(news, counted)
    counts.update((n.place, counter) for n in firsts for counter in n.counters)
    tallies.fold(counts)
    consequences.follow(news, firsts, now)
    return len(news)


def _name(event: DeliveryEvent) -> str:
    return event.message_uid or event.provider_message_id


def _targets(events: Sequence[DeliveryEvent]) -> dict[str, Target]:
    """Find and lock the messages by our own id or, where that did not come back, by the provider's."""
    names = {
        "uid": {event.message_uid for event in events},
        "provider_id": {event.provider_message_id for event in events if not event.message_uid},
    }
    lock = "ORDER BY id FOR NO KEY UPDATE" if bulk.is_postgres() else "ORDER BY id"
    found: dict[str, Target] = {}
    for column, values in names.items():
        if wanted := values - {""}:
            condition, param = _among(column, wanted)
            columns = ", ".join((column, *Target.__slots__))
            sql = f"SELECT {columns} FROM outreach_message WHERE {condition} {lock}"  # noqa: S608
            found.update((row[0], Target(*row[1:])) for row in bulk.fetch(sql, [param]))
    return found


def _counted_before(matched: list[tuple[DeliveryEvent, Target]]) -> set[tuple[int, str]]:
    """Return what the messages have been counted for already."""
    condition, param = _among("message_id", {t.id for event, t in matched if event.kind in COUNTERS})
    rows = bulk.fetch(
        f"SELECT DISTINCT message_id, kind FROM outreach_event WHERE {condition}"  # noqa: S608
        " AND (kind NOT IN ('opened', 'clicked') OR origin = 'human')",
        [param],
    )
    return {(message_id, COUNTERS[kind]) for message_id, kind in rows if kind in COUNTERS}


def _among(column: str, values: Iterable[Any]) -> tuple[str, Any]:
    """Return the condition «column is one of these» with one parameter, however many they are."""
    listed = list(values)
    if bulk.is_postgres():
        return f"{column} = ANY(%s)", listed
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(listed)  # noqa: S608


def _insert(
    matched: list[tuple[DeliveryEvent, Target]], machine_clicks: set[visits.Key], now: datetime
) -> list[News]:
    """Store the events; return those that were new."""
    offered: dict[visits.Key, News] = {}
    for event, target in matched:
        key = (event.provider, event.provider_event_id)
        verdict = visits.BURST if key in machine_clicks else bots.judge(event, target.sent_at)
        offered.setdefault(key, News(event, target, verdict))
    rows = [news.row(now) for news in offered.values()]
    new = bulk.insert_ignore(Event, EVENT_COLUMNS, rows, returning=("provider", "provider_event_id"))
    return [offered[provider, event_id] for provider, event_id in new]


def _climb(steps: Iterable[tuple[int, str, str]]) -> None:
    """Move statuses up the ladder, never down: one statement per final status."""
    delivered, bounced = [], []
    for message_id, kind, reason in steps:
        if kind == "delivered":
            delivered.append(message_id)
        elif kind in BOUNCES:
            bounced.append((message_id, reason[:200]))
    if delivered:
        condition, param = _among("id", delivered)
        bulk.run(
            f"UPDATE outreach_message SET status = 'delivered' WHERE {condition} AND status = 'sent'",  # noqa: S608
            [param],
        )
    if bounced:
        bulk.run(
            "UPDATE outreach_message AS m SET status = 'bounced', reason = r.reason FROM"  # noqa: S608
            f" {recordset.records(('id', 'bigint'), ('reason', 'text'))}"
            " WHERE m.id = r.id AND m.status IN ('sent', 'delivered')",
            [recordset.dumps(("id", "reason"), bounced)],
        )


def _firsts(news: list[News], counted: set[tuple[int, str]]) -> list[News]:
    """Return, per message and counter, the news that is to be counted."""
    firsts = []
    for item in news:
        key = (item.message.id, COUNTERS.get(item.event.kind, ""))
        if item.is_counted and key not in counted:
            counted.add(key)
            firsts.append(item)
    return firsts
